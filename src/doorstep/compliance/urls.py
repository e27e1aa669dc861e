from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from doorstep.compliance import near_views, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("verdicts/<uuid:verdict_id>/", views.verdict, name="verdict"),
    path("blocked/", views.blocked, name="blocked"),
    path("near-misses/", near_views.near, name="near-misses"),
    path("law/", near_views.law, name="law"),
    path("policy/", views.policy, name="policy"),
    path("policy/<int:policy_id>/signatures", views.policy_sign, name="policy-sign"),
    path("policy/<int:policy_id>/end", views.policy_end, name="policy-end"),
]
