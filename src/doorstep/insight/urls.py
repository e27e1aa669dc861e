from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from doorstep.insight import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("portfolio/", views.portfolio, name="portfolio"),
    path("portfolio/<slug:name>/", views.export, name="portfolio-export"),
]
