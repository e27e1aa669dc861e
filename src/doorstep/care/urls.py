from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from doorstep.care import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("cases/<uuid:case_id>/stops/", views.stops, name="stops"),
    path("stops/<int:stop_id>/lift", views.lift, name="stop-lift"),
]
