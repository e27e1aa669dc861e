"""Every route of the product, read from the URL conf."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

API_OWN = {"openapi-json", "api-root"}
"""Ninja's own addresses: the description of the API and its root, which answers 404."""

EXAMPLES = {
    "uuid": str(uuid.UUID(int=7)),
    "uuidstr": str(uuid.UUID(int=7)),
    "int": "1",
    "slug": "money",
    "str": "bluebay",
    "visit_day": "2026-11-24",
    "day": "2026-11-24",
    "date": "2026-11-24",
    "path": "x",
}
_PART = re.compile(r"<(?:(\w+):)?(\w+)>")


@dataclass(frozen=True)
class Page:
    path: str
    name: str
    permission: Any


@dataclass(frozen=True)
class ApiOperation:
    path: str
    method: str
    permission: Any


def pages() -> list[Page]:
    """Every page but the admin's, which only superusers open (tested in site)."""
    return [
        Page("/" + path, p.name or "", getattr(p.callback, "doorstep_permission", None))
        for path, p in _walk(get_resolver())
        if not path.startswith(("admin/", "api/"))
    ]


def operations() -> list[ApiOperation]:
    """Every operation of the API by address and method."""
    from doorstep.site.rest import api

    found = []
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                permission = getattr(operation.view_func, "doorstep_permission", None)
                for method in operation.methods:
                    full = f"/api/v1{prefix.rstrip('/')}{path}"
                    found.append(ApiOperation(full, method.lower(), permission))
    return found


def fill(path: str, known: Mapping[str, str] | None = None) -> str:
    """A path with its arguments filled: by name where known, else by kind."""
    path = re.sub(r"{(?:(\w+):)?(\w+)}", lambda m: f"<{m[1] or 'str'}:{m[2]}>", path)
    return _PART.sub(lambda m: str((known or {}).get(m[2], EXAMPLES[m[1] or "str"])), path)


def arguments(path: str) -> list[str]:
    """The names of a path's arguments."""
    path = re.sub(r"{(?:\w+:)?(\w+)}", r"<\1>", path)
    return [m[1] for m in _PART.findall(path)]


def _walk(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, path)
        else:
            yield path, pattern
