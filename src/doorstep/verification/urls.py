from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from doorstep.verification import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("cases/<uuid:case_id>/points/", views.points, name="points"),
    path("cases/<uuid:case_id>/points/<uuid:point_id>/wrong/", views.wrong, name="point-wrong"),
    path(
        "cases/<uuid:case_id>/points/<uuid:point_id>/confirmation/",
        views.confirmation,
        name="point-confirmation",
    ),
    path("cases/<uuid:case_id>/points/stop/", views.person_stop, name="person-stop"),
]
