from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from doorstep.cycle import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("day/", views.days, name="days"),
    path("day/runs", views.run, name="day-run"),
]
