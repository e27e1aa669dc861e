from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from doorstep.book import views
from doorstep.book.money import views as money

urlpatterns: list[URLPattern | URLResolver] = [
    path("imports/", views.imports, name="imports"),
    path("imports/uploads/<uuid:key>/", views.preview, name="import-preview"),
    path("imports/uploads/<uuid:key>/taken", views.take, name="import-take"),
    path("imports/uploads/<uuid:key>/discarded", views.discard, name="import-discard"),
    path("imports/<int:run_id>/", views.run, name="import-run"),
    path("imports/<int:run_id>/rejects.csv", views.rejects, name="import-rejects"),
    path("money/", money.money, name="money"),
    path("money/statements/", money.statements, name="money-statements"),
    path("money/<int:entry_id>/", money.entry, name="money-entry"),
    path("money/<int:entry_id>/decided", money.decided, name="money-decided"),
]
