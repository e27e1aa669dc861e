"""One number for everything the database holds, to tell whether two histories are the same.

Every table of ours counts, found by asking Django for all of them, so that a new one cannot be
forgotten. Left out, because they say nothing of what happened: row numbers and keys that a
database hands out, drawn ids and secrets, how long a step took, and the tables of `NOT_HISTORY`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from django.apps import apps
from django.db import models

NOT_HISTORY = {
    "people.apitoken",
    "people.user",
    "simulator.demomark",
    "compliance.evidencelink",
    "compliance.kept",
}
"""Who may sign in is not history: passwords are salted by chance. The mark holds the digest. Links
hash row numbers and keys that a database hands out."""
NOT_FACTS = {"seconds", "attempts", "seal", "refs"}
"""Columns that tell how a run went, not what it did, hang on a deployment's own key, or name
rows by the numbers a database hands out."""
_NUMBERED = (models.AutoField, models.BigAutoField)


def state_digest() -> tuple[str, dict[str, tuple[int, str]]]:
    """SHA-like hex digest of all rows, and for each table its row count and own digest."""
    tables = {m._meta.label_lower: _table(m) for m in _models()}
    whole = blake2b(digest_size=32)
    for name in sorted(tables):
        rows, value = tables[name]
        if rows:
            whole.update(f"{name}:{rows}:{value}\n".encode())
    return whole.hexdigest(), tables


def _models() -> list[type[models.Model]]:
    return [
        m
        for m in apps.get_models()
        if m.__module__.startswith("doorstep.") and m._meta.label_lower not in NOT_HISTORY
    ]


def _table(model: type[models.Model]) -> tuple[int, str]:
    """Rows are hashed one by one and the hashes sorted: the order of rows says nothing."""
    names = _columns(model)
    hashes = sorted(_rows(model, names))
    total = blake2b(digest_size=16)
    for value in hashes:
        total.update(value)
    return len(hashes), total.hexdigest()


def _columns(model: type[models.Model]) -> list[str]:
    return sorted(
        f.attname
        for f in model._meta.concrete_fields
        if not isinstance(f, _NUMBERED) and f.name not in NOT_FACTS and not _points_at_number(f)
    )


def _points_at_number(field: models.Field[Any, Any]) -> bool:
    target = field.related_model
    return (
        isinstance(target, type)
        and issubclass(target, models.Model)
        and isinstance(target._meta.pk, _NUMBERED)
    )


def _rows(model: type[models.Model], names: list[str]) -> Iterator[bytes]:
    for row in model._default_manager.values_list(*names).iterator(chunk_size=2000):
        text = json.dumps([_plain(v) for v in row], ensure_ascii=False, sort_keys=True)
        yield blake2b(text.encode(), digest_size=16).digest()


def _plain(value: Any) -> Any:
    """The same text for the same value on both databases; drawn ids and row numbers blotted."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items() if not _is_row_number(k, v)}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else _blot(str(value))


def _is_row_number(key: str, value: Any) -> bool:
    """In JSON, a whole number under `id` or `…_id` is a key that the database handed out."""
    return isinstance(value, int) and (key == "id" or key.endswith("_id"))


def _blot(text: str) -> str:
    """UUIDs drawn by chance (version 4) become `*`; named ones (version 5) stay."""
    return "*" if len(text) == 36 and text[14:15] == "4" and text.count("-") == 4 else text
