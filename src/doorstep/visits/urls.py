from __future__ import annotations

from datetime import date

from django.urls import URLPattern, URLResolver, path, register_converter

from doorstep.visits import views


class _Day:
    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()


register_converter(_Day, "visit_day")

urlpatterns: list[URLPattern | URLResolver] = [
    path("visits/", views.plan, name="visit-plan"),
    path("visits/<visit_day:day>/crew/<int:number>/sheet/", views.sheet, name="visit-sheet"),
]
