from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from doorstep.desk.views import board, bulk, cases, exports

urlpatterns: list[URLPattern | URLResolver] = [
    path("board/", board.board, name="board"),
    path("exports/", exports.exports, name="exports"),
    path("exports/<slug:name>/", exports.export, name="export"),
    path("cases/", cases.case_list, name="cases"),
    path("cases/export/", cases.case_export, name="cases-export"),
    path("cases/bulk/", bulk.bulk, name="cases-bulk"),
    path("cases/bulk/stop/", bulk.bulk_stop, name="cases-bulk-stop"),
    path("cases/<uuid:case_id>/", cases.case_page, name="case"),
]
