from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from doorstep.people import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("people/", views.people, name="people"),
    path("people/tokens/", views.tokens, name="tokens"),
    path("people/tokens/<int:token_id>/end", views.token_end, name="token-end"),
]
