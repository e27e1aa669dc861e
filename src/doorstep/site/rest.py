"""REST API v1: one router per capability, tokens, RFC 9457 errors."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer

from doorstep.people.api import viewer_of_token
from doorstep.people.types import Viewer


class Token(HttpBearer):
    """`Authorization: Bearer dst_…`; the viewer becomes `request.auth`."""

    def authenticate(self, request: HttpRequest, token: str) -> Viewer | None:
        return viewer_of_token(token)


api = NinjaAPI(title="Doorstep", version="1", auth=Token(), urls_namespace="api", docs_url=None)


def _problem(
    request: HttpRequest, status: int, title: str, detail: str, **more: Any
) -> HttpResponse:
    response = api.create_response(
        request,
        {"type": "about:blank", "title": title, "status": status, "detail": detail, **more},
        status=status,
    )
    response["Content-Type"] = "application/problem+json"
    return response


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields = [
        {"field": ".".join(str(p) for p in e.get("loc", ())), "reason": e.get("msg", "")}
        for e in error.errors
    ]
    return _problem(request, 422, "Unprocessable", "a field is wrong; see errors", errors=fields)


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return _problem(request, 401, "Unauthorized", "send Authorization: Bearer with a valid token")


@api.exception_handler(HttpError)
def _refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    return _problem(request, error.status_code, "Refused", str(error))


urlpatterns: list[URLPattern | URLResolver] = [path("api/v1/", api.urls)]
