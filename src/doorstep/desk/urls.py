from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from doorstep.desk.views import bulk, cases

urlpatterns: list[URLPattern | URLResolver] = [
    path("cases/", cases.case_list, name="cases"),
    path("cases/export/", cases.case_export, name="cases-export"),
    path("cases/bulk/", bulk.bulk, name="cases-bulk"),
    path("cases/<uuid:case_id>/", cases.case_page, name="case"),
]
