from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from doorstep.field import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("today/", views.today, name="today"),
    path("today/<uuid:visit_id>/", views.stop, name="stop"),
    path("today/<uuid:visit_id>/address/", views.address, name="stop-address"),
    path("today/<uuid:visit_id>/knock/", views.knock, name="stop-knock"),
    path("today/<uuid:visit_id>/party/", views.party, name="stop-party"),
    path("today/<uuid:visit_id>/outcome/", views.outcome, name="stop-outcome"),
    path("today/<uuid:visit_id>/photos/", views.photos, name="stop-photos"),
    path("today/<uuid:visit_id>/photos/<uuid:photo_id>/", views.photo, name="stop-photo"),
]
