from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from doorstep.compliance import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("verdicts/<uuid:verdict_id>/", views.verdict, name="verdict"),
    path("blocked/", views.blocked, name="blocked"),
    path("policy/", views.policy, name="policy"),
    path("policy/<int:policy_id>/signatures", views.policy_sign, name="policy-sign"),
    path("policy/<int:policy_id>/end", views.policy_end, name="policy-end"),
]
