from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from doorstep.book import change_views, difference_views, product_views, statement_views, views
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
    path("products/", product_views.products, name="products"),
    path("products/<slug:lender>/<path:code>/", product_views.product, name="product"),
    path("differences/", difference_views.differences, name="differences"),
    path(
        "loans/<slug:lender>/<path:loan_id>/statement/",
        statement_views.statement,
        name="statement",
    ),
    path(
        "loans/<slug:lender>/<path:loan_id>/statement.pdf",
        statement_views.statement_pdf,
        name="statement-pdf",
    ),
    path(
        "loans/<slug:lender>/<path:loan_id>/statement.csv",
        statement_views.statement_csv,
        name="statement-csv",
    ),
    path("loans/changes/<int:proposal_id>/signed", change_views.change_sign, name="change-sign"),
    path(
        "loans/changes/<int:proposal_id>/withdrawn",
        change_views.change_withdraw,
        name="change-withdraw",
    ),
    path(
        "loans/<slug:lender>/<path:loan_id>/changes/",
        change_views.changes,
        name="loan-changes",
    ),
]
