"""Which aged files there are, and which of their loans a viewer may count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from doorstep.book import scope
from doorstep.book.models import Ageing, BookEvent, EventKind
from doorstep.book.portfolio.engine import Kind, Rows, kinds_in
from doorstep.book.store import aged_path
from doorstep.people.api import mandates_between
from doorstep.people.types import OrganisationKind, Viewer


@dataclass(frozen=True, slots=True)
class Shelf:
    """The aged days a viewer may look at, and how to ask for some of them.

    `hidden` is true where a mandate names regions: the aged book holds none, so nobody can tell
    which loans it covers and an agency is shown none of them.
    """

    paths: Mapping[date, str]
    lender: int | None
    product: str
    kinds: Mapping[date, frozenset[Kind]] | None
    hidden: bool = False

    def rows(self, days: Iterable[date], written: frozenset[tuple[int, str, date]]) -> Rows:
        """The question for some days."""
        files = tuple((day, self.paths[day]) for day in days)
        kinds = None
        if self.kinds is not None:
            kinds = frozenset((day, k) for day, _ in files for k in self.kinds.get(day, ()))
        return Rows(files, lender=self.lender, product=self.product, kinds=kinds, written=written)


def aged_days() -> dict[date, str]:
    """Every aged day whose file is there, with its path, rising."""
    names = Ageing.objects.order_by("as_of")
    found = {day: aged_path(day, digest) for day, digest in names.values_list("as_of", "digest")}
    return {day: str(path) for day, path in found.items() if path.exists()}


def shelf(
    viewer: Viewer, paths: Mapping[date, str], today: date, lender: str = "", product: str = ""
) -> Shelf:
    """What a viewer may count of these days: a lender its own book; an agency the loans that a
    mandate in force on `today` covered on the day. Raises UnknownLenderError."""
    wanted = scope.lender_id(viewer, lender, today) if lender else None
    if viewer.is_system:
        return Shelf(paths, wanted, product, None)
    if viewer.organisation_kind is OrganisationKind.LENDER:
        return Shelf(paths, viewer.organisation_id or 0, product, None)
    return _of_agency(viewer, paths, today, wanted, product)


def _of_agency(
    viewer: Viewer, paths: Mapping[date, str], today: date, lender: int | None, product: str
) -> Shelf:
    days = sorted(paths)
    mandates = mandates_between(days[0], today) if days else []
    own = [m for m in mandates if m.agency_id == viewer.organisation_id and _on(m, today)]
    kinds: dict[date, frozenset[Kind]] = {}
    hidden = False
    for day in days:
        if not any(_on(m, day) for m in own):
            continue
        force = [m for m in mandates if _on(m, day)]
        covered = {k: _first(force, k) for k in kinds_in(paths[day])}
        mine = {k for k, m in covered.items() if m in own}
        plain = {k for k in mine if not _regions(covered[k])}
        hidden = hidden or plain != mine
        kinds[day] = frozenset(plain)
    seen = {day: paths[day] for day in days if day in kinds}
    return Shelf(seen, lender, product, kinds, hidden)


def _on(mandate: Any, day: date) -> bool:
    return bool(mandate.starts_on <= day and (mandate.ends_on is None or mandate.ends_on >= day))


def _first(mandates: Sequence[Any], kind: Kind) -> Any:
    """The oldest mandate that covers loans of a kind, as the nightly ageing finds it."""
    lender, product, bucket = kind
    for m in mandates:
        products, buckets = m.scope.get("products"), m.scope.get("buckets")
        mine = m.lender_id == lender and (not products or product in products)
        if mine and (not buckets or bucket in buckets):
            return m
    return None


def _regions(mandate: Any) -> bool:
    return bool(mandate.scope.get("regions"))


def written_off(until: date) -> frozenset[tuple[int, str, date]]:
    """The loans written off by a day: lender, loan, the day it was. Undone ones are not."""
    rows = BookEvent.objects.filter(kind=EventKind.WRITE_OFF, on__lte=until)
    undone = set(
        BookEvent.objects.filter(kind=EventKind.REVERSAL, data__has_key="undoes").values_list(
            "lender_id", "data__undoes"
        )
    )
    first: dict[tuple[int, str], date] = {}
    for lender, loan, on, name in rows.values_list("lender_id", "loan_id", "on", "external_id"):
        if (lender, name) not in undone:
            first[lender, loan] = min(on, first.get((lender, loan), on))
    return frozenset((lender, loan, on) for (lender, loan), on in first.items())
