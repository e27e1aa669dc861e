"""Rows as the bytes that are hashed: the same on every database, for ever.

What is empty (null) is left out, so that a column added later changes nothing of what was hashed
before; every later column must therefore be null in older rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from doorstep.casefile.api import FactRow
from doorstep.compliance.models import EvidenceLink, StoredVerdict
from doorstep.compliance.types import ChainKind
from doorstep.kernel import merkle
from doorstep.kernel.ids import canonical
from doorstep.kernel.sealed import blind

_NOT_CONTENT = ("seal", "link_id", "said")
VERDICT_FIELDS = tuple(
    f.attname for f in StoredVerdict._meta.concrete_fields if f.attname not in _NOT_CONTENT
)


def verdict_content(row: StoredVerdict) -> dict[str, Any]:
    """A verdict's columns as JSON values."""
    return _content("verdict", ((name, getattr(row, name)) for name in VERDICT_FIELDS))


def fact_content(row: FactRow) -> dict[str, Any]:
    """A fact's columns as JSON values."""
    return _content("fact", zip(FactRow._fields, row, strict=True))


def leaf_of(content: Mapping[str, Any]) -> bytes:
    """The hash of a row's content in its link."""
    return merkle.leaf_hash(canonical(content))


def seal_of(row: StoredVerdict) -> str:
    """What only the gate can write under a verdict: a keyed hash of its content."""
    return blind("verdict", leaf_of(verdict_content(row)).hex())


def header(link: EvidenceLink) -> dict[str, Any]:
    """What a link says of itself and of the one before it."""
    return _content(
        "link",
        (
            (name, getattr(link, name))
            for name in ("lender_id", "number", "kind", "at", "count", "upto", "root", "before")
        ),
    )


def _content(table: str, values: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {"table": table}
    for name, value in values:
        if value is not None:
            found[name] = _plain(value)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, str | int):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return str(value) if isinstance(value, UUID) else value


def packed(kind: ChainKind, ids: Sequence[Any]) -> bytes:
    """Ids in a row: 16 bytes each for verdicts, 8 for facts."""
    if kind is ChainKind.VERDICT:
        return b"".join(UUID(str(i)).bytes for i in ids)
    return b"".join(int(i).to_bytes(8, "big") for i in ids)


def unpacked(kind: ChainKind, raw: bytes) -> list[Any]:
    """The ids that `packed` put in a row."""
    size = 16 if kind is ChainKind.VERDICT else 8
    parts = [raw[i : i + size] for i in range(0, len(raw), size)]
    if kind is ChainKind.VERDICT:
        return [UUID(bytes=p) if len(p) == size else None for p in parts]
    return [int.from_bytes(p, "big") for p in parts]


def split(raw: bytes) -> list[bytes]:
    """The hashes of a link, one by one."""
    return [raw[i : i + merkle.SIZE] for i in range(0, len(raw), merkle.SIZE)]
