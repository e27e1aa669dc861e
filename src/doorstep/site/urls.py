"""What the product can do, as a list of routes. Each capability owns its own `urls`."""

from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from doorstep.site import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("healthz", views.healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("language/", views.language, name="set_language"),
    path("theme/", views.theme, name="theme"),
    path("", include("doorstep.people.urls")),
    path("", include("doorstep.desk.urls")),
    path("", include("doorstep.care.urls")),
    path("", include("doorstep.verification.urls")),
    path("", include("doorstep.contact.urls")),
    path("", include("doorstep.visits.urls")),
    path("", include("doorstep.field.urls")),
    path("", include("doorstep.negotiation.urls")),
    path("", include("doorstep.compliance.urls")),
    path("", include("doorstep.insight.urls")),
    path("", include("doorstep.cycle.urls")),
    path("", include("doorstep.book.urls")),
    path("", include("doorstep.site.rest")),
]
