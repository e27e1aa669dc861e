from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from doorstep.book import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("imports/", views.imports, name="imports"),
    path("imports/uploads/<uuid:key>/", views.preview, name="import-preview"),
    path("imports/uploads/<uuid:key>/taken", views.take, name="import-take"),
    path("imports/uploads/<uuid:key>/discarded", views.discard, name="import-discard"),
    path("imports/<int:run_id>/", views.run, name="import-run"),
    path("imports/<int:run_id>/rejects.csv", views.rejects, name="import-rejects"),
]
