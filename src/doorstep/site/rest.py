"""REST API v1: one router per capability, tokens, RFC 9457 errors, OpenAPI at openapi.json."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.security import HttpBearer

from doorstep.people.api import KeyReusedError, viewer_of_token
from doorstep.people.types import Viewer
from doorstep.site.problems import PROBLEM_SCHEMA, TYPE, problem


class Token(HttpBearer):
    """`Authorization: Bearer dst_…`; the viewer becomes `request.auth`."""

    def authenticate(self, request: HttpRequest, token: str) -> Viewer | None:
        return viewer_of_token(token)


class Api(NinjaAPI):
    """The API with its errors in the published description, once for every operation."""

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**kwargs)
        schema["components"].setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, words in _ERRORS.items():
                    operation["responses"].setdefault(status, _described(words))
        return schema


_ERRORS = {
    400: "The request could not be read",
    401: "No valid token",
    403: "The token's role does not include this",
    404: "Not there, or not yours",
    405: "Another method is needed",
    422: "A field is wrong; errors names it",
}


def _described(words: str) -> dict[str, Any]:
    return {
        "description": words,
        "content": {TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


api = Api(
    title="Doorstep",
    version="1",
    description="Cases, loans, payments, actions and verdicts. Amounts are integers of minor "
    "units, days ISO 8601, instants ISO 8601 with offset. Send an Idempotency-Key with a POST. "
    "What is not described here, in the query or in a body, is refused by its name.",
    auth=Token(),
    urls_namespace="api",
    docs_url=None,
)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields = [
        {"field": ".".join(str(p) for p in e.get("loc", ())), "reason": e.get("msg", "")}
        for e in error.errors
    ]
    return problem(422, "Unprocessable", "a field is wrong; see errors", errors=fields)


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    answer = problem(401, "Unauthorized", "send Authorization: Bearer with a valid token")
    answer["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(PermissionDenied)
def _forbidden(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    return problem(403, "Forbidden", "the role of this token does not include this")


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404, "Not found", "not there, or not your organisation's; check the id")


@api.exception_handler(KeyReusedError)
def _reused(request: HttpRequest, error: KeyReusedError) -> HttpResponse:
    return problem(422, "Key used before", str(error))


@api.exception_handler(HttpError)
def _refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, "Refused", str(error))


def _only_known(run: Callable[..., Any]) -> Callable[..., Any]:
    """Refuse query parameters the operation does not have, by name: a misspelt filter that is
    ignored answers another question than the one asked. Who has no token hears of that first."""
    operation: Operation = run.__self__  # type: ignore[attr-defined]
    queries = [m for m in operation.models if m.__ninja_param_source__ == "query"]
    known = {name for model in queries for name in model.__ninja_flatten_map__}

    @wraps(run)
    def checked(request: HttpRequest, **path: Any) -> Any:
        unknown = sorted(set(request.GET) - known)
        if not unknown:
            return run(request, **path)
        return operation._run_checks(request) or _unasked(unknown, known)

    return checked


def _unasked(unknown: list[str], known: set[str]) -> HttpResponse:
    reason = f"unknown; known are {', '.join(sorted(known))}" if known else "unknown; none is known"
    fields = [{"field": f"query.{name}", "reason": reason} for name in unknown]
    return problem(422, "Unprocessable", "a query parameter is unknown; see errors", errors=fields)


api.add_decorator(_only_known, mode="view")
for _name in settings.CAPABILITIES:
    if find_spec(f"doorstep.{_name}.rest"):
        api.add_router("", import_module(f"doorstep.{_name}.rest").router)

urlpatterns: list[URLPattern | URLResolver] = [path("api/v1/", api.urls)]
