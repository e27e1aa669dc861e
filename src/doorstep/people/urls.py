from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from doorstep.people import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
]
