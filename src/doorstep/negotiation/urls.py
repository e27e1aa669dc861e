from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from doorstep.negotiation import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("cases/<uuid:case_id>/plan/", views.plan, name="plan"),
    path("cases/<uuid:case_id>/plan/agreement/", views.agreement, name="plan-agreement"),
]
