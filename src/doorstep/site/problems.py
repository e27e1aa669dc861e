"""Errors of the REST API as RFC 9457 problems, whichever layer refused."""

from __future__ import annotations

import http
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

PREFIX = "/api/"
TYPE = "application/problem+json"
PROBLEM_SCHEMA: dict[str, Any] = {
    "title": "Problem",
    "description": "RFC 9457",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "reason": {"type": "string"}},
            },
        },
    },
}
_DETAIL = {
    400: "the request could not be read; check address, headers and body",
    404: "no such address; see openapi.json for those there are",
    405: "this address does not take this method; see the Allow header",
    500: "something broke on our side; nothing was half-saved, try again",
}


def problem(status: int, title: str, detail: str, **more: Any) -> HttpResponse:
    """An error as application/problem+json; `more` are further members."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return JsonResponse(body, status=status, content_type=TYPE)


class Problems:
    """Turns an error page of Django under /api/ into a problem; others pass as they are."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if not request.path.startswith(PREFIX) or answer.status_code < 400:
            return answer
        if answer.get("Content-Type", "").startswith(TYPE):
            return answer
        status = answer.status_code
        title = http.HTTPStatus(status).phrase
        made = problem(status, title, _DETAIL.get(status, title.lower()))
        if "Allow" in answer:
            made["Allow"] = answer["Allow"]
        return made
