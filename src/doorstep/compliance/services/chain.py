"""The chain of each lender grows: what the gate said and what happened, hashed in batches.

Nothing waits for it: rows are written as ever, and the day's step ties them in. Between its writing
and that step a verdict is held by its own seal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from doorstep.casefile.api import fact_rows, settled_mark
from doorstep.compliance.chained import (
    fact_content,
    header,
    leaf_of,
    packed,
    verdict_content,
)
from doorstep.compliance.models import EvidenceLink, StoredVerdict
from doorstep.compliance.services.locks import hold
from doorstep.compliance.types import ChainKind
from doorstep.kernel import merkle
from doorstep.kernel.ids import canonical, digest
from doorstep.people.api import lender_codes

LARGEST = 50_000
"""Rows of one link: what is held in memory at once."""
_IN = 5000


def chain_rows(*, at: datetime) -> dict[str, int]:
    """Tie every verdict and fact that waits into its lender's chain; how many of each.

    Each lender's chain grows by itself, one worker at a time; done twice it adds nothing.
    """
    mark = settled_mark()
    counts = dict.fromkeys(ChainKind, 0)
    for lender_id in sorted(lender_codes()):
        with transaction.atomic():
            hold(digest(["chain", lender_id]))
            chain = _Chain(lender_id, at)
            counts[ChainKind.FACT] += chain.take_facts(mark)
            counts[ChainKind.VERDICT] += chain.take_verdicts()
    return {f"{kind.value}s": n for kind, n in counts.items()}


class _Chain:
    """One lender's links so far, and how the next is added."""

    def __init__(self, lender_id: int, at: datetime) -> None:
        self.lender_id, self.at = lender_id, at
        links = list(
            EvidenceLink.objects.filter(lender_id=lender_id)
            .defer("ids", "leaves")
            .order_by("number")
        )
        self.leaves = [merkle.leaf_hash(canonical(header(link))) for link in links]
        self.number = links[-1].number if links else 0
        self.upto = max((link.upto for link in links), default=0)

    def take_facts(self, mark: int) -> int:
        """Facts up to a settled mark."""
        rows = fact_rows(self.lender_id, self.upto, mark)
        taken = 0
        for part in _parts((r.id, leaf_of(fact_content(r))) for r in rows):
            last = len(part) < LARGEST
            self._add(ChainKind.FACT, part, upto=mark if last else part[-1][0])
            taken += len(part)
        return taken

    def take_verdicts(self) -> int:
        """Verdicts without a link yet."""
        waiting = StoredVerdict.objects.filter(lender_id=self.lender_id, link__isnull=True)
        taken = 0
        while True:
            rows = waiting.order_by("id")[:LARGEST].iterator(chunk_size=2000)
            part = [(r.pk, leaf_of(verdict_content(r))) for r in rows]
            if not part:
                return taken
            link = self._add(ChainKind.VERDICT, part)
            ids = [key for key, _ in part]
            for start in range(0, len(ids), _IN):
                StoredVerdict.objects.filter(pk__in=ids[start : start + _IN]).update(link=link)
            taken += len(part)

    def _add(
        self, kind: ChainKind, rows: Sequence[tuple[Any, bytes]], upto: int = 0
    ) -> EvidenceLink:
        hashes = [leaf for _, leaf in rows]
        self.number += 1
        link = EvidenceLink(
            lender_id=self.lender_id,
            number=self.number,
            kind=kind,
            at=self.at,
            count=len(rows),
            upto=upto,
            ids=packed(kind, [key for key, _ in rows]),
            leaves=b"".join(hashes),
            root=merkle.root(hashes).hex(),
            before=self.leaves[-1].hex() if self.leaves else "",
        )
        self.leaves.append(merkle.leaf_hash(canonical(header(link))))
        link.head = merkle.root(self.leaves).hex()
        link.save(force_insert=True)
        return link


def _parts(rows: Iterator[tuple[Any, bytes]]) -> Iterator[list[tuple[Any, bytes]]]:
    part: list[tuple[Any, bytes]] = []
    for row in rows:
        part.append(row)
        if len(part) == LARGEST:
            yield part
            part = []
    if part:
        yield part
