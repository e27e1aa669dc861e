"""Is everything as it was recorded? Every chained row hashed again and compared, with names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import DataError

from doorstep.casefile.api import fact_rows, fact_rows_by_id
from doorstep.compliance.chained import (
    fact_content,
    header,
    leaf_of,
    seal_of,
    split,
    unpacked,
    verdict_content,
)
from doorstep.compliance.models import EvidenceLink, Kept, StoredVerdict
from doorstep.compliance.types import Alteration, ChainKind, Head
from doorstep.kernel import merkle
from doorstep.kernel.ids import canonical, digest
from doorstep.people.api import lender_codes

_IN = 5000
_FIRST = -(2**63)
"""Below every number a fact can have."""
_UNREADABLE = (ValueError, TypeError, OverflowError, DataError)


@dataclass(slots=True)
class Proof:
    """What was looked at and what is not as it was recorded."""

    rows: dict[str, int] = field(default_factory=lambda: {k.value: 0 for k in ChainKind})
    waiting: int = 0
    heads: list[Head] = field(default_factory=list)
    alterations: list[Alteration] = field(default_factory=list)


def heads() -> list[Head]:
    """The newest head of every lender's chain, by the lender's code."""
    return sorted(
        (
            Head(code, link.number, link.head, link.at)
            for lender_id, code in lender_codes().items()
            if (link := _links(lender_id).last()) is not None
        ),
        key=lambda h: h.lender,
    )


def verify(anchors: Sequence[Head] = ()) -> Proof:
    """Look at every chained row, every link and every verdict that waits; `anchors` are heads that
    were kept outside."""
    found = Proof()
    codes = lender_codes()
    for lender_id in sorted(codes):
        leaves = _chain(found, lender_id, codes[lender_id])
        found.alterations += _against(anchors, codes[lender_id], leaves)
    known = set(codes.values())
    found.alterations += [
        Alteration(a.lender, "removed", "chain", a.root) for a in anchors if a.lender not in known
    ]
    found.alterations += _kept()
    found.heads = heads()
    return found


def _kept() -> Iterator[Alteration]:
    """What verdicts rest on is named by its own digest."""
    for row in Kept.objects.order_by("digest").iterator(chunk_size=200):
        if digest(row.body)[:32] != row.pk:
            yield Alteration("", "changed", "kept", row.pk)


def _links(lender_id: int) -> Any:
    return EvidenceLink.objects.filter(lender_id=lender_id).order_by("number")


def _chain(found: Proof, lender_id: int, code: str) -> list[bytes]:
    """Walk one chain; returns the hashes of its links as they are now."""
    leaves: list[bytes] = []
    number, mark = 0, _FIRST
    for link in _links(lender_id).iterator(chunk_size=8):
        for missing in range(number + 1, link.number):
            found.alterations.append(Alteration(code, "removed", "link", str(missing)))
        number = link.number
        before = leaves[-1].hex() if leaves else ""
        leaves.append(merkle.leaf_hash(canonical(header(link))))
        if not _fits(link, before, leaves):
            found.alterations.append(Alteration(code, "broken", "link", str(number)))
        kind = ChainKind(link.kind)
        found.rows[kind.value] += link.count
        for what, key in _rows(link, kind, mark):
            found.alterations.append(Alteration(code, what, kind.value, str(key)))
        mark = max(mark, link.upto)
    for key, sealed in _waiting(lender_id):
        found.waiting += 1
        if not sealed:
            found.alterations.append(Alteration(code, "unsealed", "verdict", str(key)))
    return leaves


def _fits(link: EvidenceLink, before: str, leaves: Sequence[bytes]) -> bool:
    hashes = split(bytes(link.leaves))
    return (
        link.before == before
        and len(hashes) == link.count == len(unpacked(ChainKind(link.kind), bytes(link.ids)))
        and merkle.root(hashes).hex() == link.root
        and merkle.root(leaves).hex() == link.head
    )


def _rows(link: EvidenceLink, kind: ChainKind, mark: int) -> Iterator[tuple[str, Any]]:
    """What of one link's rows is not as it was, by id."""
    ids = unpacked(kind, bytes(link.ids))
    kept = dict(zip(ids, split(bytes(link.leaves)), strict=False))
    now = dict(_facts_now(ids) if kind is ChainKind.FACT else _verdicts_now(ids))
    for key in ids:
        if key not in now:
            yield "removed", key
        elif now[key] != kept.get(key):
            yield "changed", key
    there = (
        (r.id for r in fact_rows(link.lender_id, mark, link.upto))
        if kind is ChainKind.FACT
        else StoredVerdict.objects.filter(link=link).values_list("pk", flat=True)
    )
    yield from (("inserted", key) for key in sorted(set(there) - set(ids), key=str))


def _facts_now(ids: Sequence[Any]) -> Iterator[tuple[Any, bytes]]:
    return _read(
        ids, lambda some: [(r.id, leaf_of(fact_content(r))) for r in fact_rows_by_id(some)]
    )


def _verdicts_now(ids: Sequence[Any]) -> Iterator[tuple[Any, bytes]]:
    rows = StoredVerdict.objects.all()
    return _read(
        ids,
        lambda some: [(r.pk, leaf_of(verdict_content(r))) for r in rows.filter(pk__in=some)],
    )


Reader = Callable[[Sequence[Any]], list[tuple[Any, bytes]]]


def _read(ids: Sequence[Any], reader: Reader) -> Iterator[tuple[Any, bytes]]:
    """Rows in batches; where one cannot be read any more (JSON or a date that is none), one by one,
    and that one has no hash."""
    for start in range(0, len(ids), _IN):
        some = ids[start : start + _IN]
        try:
            yield from reader(some)
        except _UNREADABLE:
            for key in some:
                yield from _alone(key, reader)


def _alone(key: Any, reader: Reader) -> list[tuple[Any, bytes]]:
    try:
        return reader([key])
    except _UNREADABLE:
        return [(key, b"")]


def _waiting(lender_id: int) -> Iterator[tuple[Any, bytes]]:
    """The verdicts without a link yet; with a mark each where the gate's seal fits."""
    rows = StoredVerdict.objects.filter(lender_id=lender_id, link__isnull=True)
    ids = list(rows.order_by("id").values_list("pk", flat=True))
    return _read(
        ids,
        lambda some: [
            (r.pk, b"sealed" if r.seal == seal_of(r) else b"") for r in rows.filter(pk__in=some)
        ],
    )


def _against(anchors: Sequence[Head], code: str, leaves: Sequence[bytes]) -> Iterator[Alteration]:
    """Heads kept outside that the chain does not continue."""
    for anchor in (a for a in anchors if a.lender == code):
        size = anchor.size
        if not 0 < size <= len(leaves) or merkle.root(leaves[:size]).hex() != anchor.root:
            yield Alteration(code, "rewritten", "chain", str(size))
