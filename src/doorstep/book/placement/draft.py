"""The whole of an import worked out before anything is written: table by table, left to right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa

from doorstep.book.columns import Values, pc, values
from doorstep.book.placement import checks
from doorstep.book.placement.made import made_before, with_made_instalments
from doorstep.book.placement.merge import Merged, merge
from doorstep.book.placement.prove import proved
from doorstep.book.placement.seal import normal_points, seal_table
from doorstep.book.placement.work import Work, gather
from doorstep.book.ports import TABLES, Note, Reject, SourceTable
from doorstep.book.records import Correction, FileReport

Live = Mapping[str, tuple[str, date, int]]
"""Live payments of the lender: id → loan, day, amount."""


@dataclass(slots=True)
class Draft:
    """The tables as they would be, and the account of every row and every amount."""

    tables: dict[str, pa.Table] = field(default_factory=dict)
    files: list[FileReport] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)
    sums: dict[str, dict[str, int]] = field(default_factory=dict)
    products: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    @property
    def accepted(self) -> int:
        return sum(f.accepted for f in self.files)


class NotReconciledError(AssertionError):
    """Rows or money got lost between reading and writing. A defect: nothing was written."""


class _Drafting:
    def __init__(self, lender: str, sources: Sequence[SourceTable], old: Mapping[str, pa.Table],
                 live: Live) -> None:  # fmt: skip
        self.lender, self.old, self.live = lender, old, live
        self.sources = {n: [s for s in sources if s.table == n] for n in TABLES}
        self.merged: dict[str, Merged] = {}
        self.money: Counter[tuple[str, str]] = Counter()
        self.draft = Draft()

    def table(self, name: str, *steps: Callable[[Work], None]) -> None:
        """Run the checks of one table in order, then lay it over the old one."""
        work = gather(name, self.sources[name], self.currencies_of(name))
        for step in steps:
            step(work)
        seal_table(work)
        checks.one_of_each(work)
        self.last_checks(work)
        self.merged[name] = found = merge(work, self.old[name])
        work.count("accepted", found.accepted)
        work.count("unchanged", found.unchanged)
        self.account(work, found)

    def last_checks(self, work: Work) -> None:
        if work.name == "payments":
            checks.reversals(work, self.paid(work))

    def account(self, work: Work, found: Merged) -> None:
        accepted, unchanged, corrected = (
            Counter(values(t, "file")) for t in (found.accepted, found.unchanged, found.corrected)
        )
        for n, f in enumerate(work.files):
            same = unchanged[n] + work.repeated[n]
            if f.read != accepted[n] + same + work.refused[n]:
                raise NotReconciledError(f"{f.path.name}: rows do not add up")
            self.draft.files.append(
                FileReport(f.path.name, f.sha256, work.name, f.read, accepted[n], same,
                           work.refused[n], corrected[n])
            )  # fmt: skip
        for what, sums in work.money.items():
            for code, amount in sums.items():
                self.money[code, what] += amount
        self.draft.rejects += work.rejects
        self.draft.corrections += found.corrections

    def ids(self, table: str, column: str) -> Values:
        return pc.unique(self.merged[table].table.column(column))

    def mapping(self, table: str, key: str, value: str) -> dict[str, str]:
        rows = self.merged[table].table
        return dict(zip(values(rows, key), values(rows, value), strict=True))

    def currencies_of(self, name: str) -> Callable[[pa.Table], Sequence[str]]:
        """How to find the currency of rows of a table: the loan's, else the row's own."""
        if name == "loans":
            return lambda rows: list(values(rows, "currency"))
        known = self.mapping("loans", "loan_id", "currency") if "loans" in self.merged else {}

        def of(rows: pa.Table) -> Sequence[str]:
            loans = values(rows, "loan_id")
            own = values(rows, "currency") if "currency" in rows.column_names else [""] * len(loans)
            return [known.get(x) or o or "" for x, o in zip(loans, own, strict=True)]

        return of

    def paid(self, work: Work) -> dict[str, tuple[str, int]]:
        """Every payment a reversal may take back: id → loan, amount."""
        found = {key: (loan, amount) for key, (loan, _, amount) in self.live.items()}
        for rows in (self.old["payments"], work.rows):
            plain = rows.filter(pc.is_null(rows.column("reverses")))
            for key, loan, amount in zip(
                values(plain, "payment_id"),
                values(plain, "loan_id"),
                values(plain, "amount"),
                strict=True,
            ):
                found[key] = (loan, amount)
        return found


def make_draft(
    lender: str, sources: Sequence[SourceTable], old: Mapping[str, pa.Table], live: Live
) -> Draft:
    """Check, seal and merge every table. Pure but for the data key; writes nothing."""
    made = old["instalments"]
    old = {**old, "instalments": _sent(old["instalments"])}
    d = _Drafting(lender, sources, old, live)
    d.table("borrowers")

    def borrower(w: Work) -> None:
        checks.points_at(w, "borrower_id", d.ids("borrowers", "borrower_id"), "borrower")

    d.table("related_persons", borrower)
    d.table(
        "contact_points",
        borrower,
        lambda w: _person(w, d.merged["related_persons"].table),
        lambda w: normal_points(w, d.mapping("borrowers", "borrower_id", "country")),
    )
    _loans(d, borrower)

    def loan(w: Work) -> None:
        checks.points_at(w, "loan_id", d.ids("loans", "loan_id"), "loan")

    def currency(w: Work) -> None:
        checks.same_currency(w, d.mapping("loans", "loan_id", "currency"))

    many = checks.not_too_much
    d.table("instalments", loan, currency, many, _as_sent)
    d.table("charges", loan, currency, many)
    d.table("payments", loan, currency, many, lambda w: checks.not_live_otherwise(w, live))
    return _finished(d, made)


def _loans(d: _Drafting, borrower: Callable[[Work], None]) -> None:
    before = d.old["loans"]
    known = dict(
        zip(
            values(before, "loan_id"),
            values(before, "currency"),
            strict=True,
        )
    )
    d.table(
        "loans",
        lambda w: checks.of_lender(w, d.lender),
        borrower,
        lambda w: checks.in_order(w, "contract_on", "disbursed_on"),
        checks.stated_whole,
        checks.usable_terms,
        lambda w: checks.kept_currency(w, known),
    )


def _sent(instalments: pa.Table) -> pa.Table:
    """Without the instalments that were made from terms: those are made anew."""
    return instalments.filter(pc.invert(pc.fill_null(instalments.column("made"), False)))


def _as_sent(work: Work) -> None:
    work.rows = work.rows.append_column("made", pa.array([False] * work.rows.num_rows))


def _person(work: Work, persons: pa.Table) -> None:
    pairs = set(_pairs(persons))
    unknown = [
        person is not None and (borrower, person) not in pairs
        for borrower, person in _pairs(work.rows)
    ]
    work.refuse(
        pa.array(unknown, pa.bool_()),
        "person_id",
        "unknown_person",
        lambda row: f"the borrower has no related person {row['person_id']!r}; send it first",
    )


def _pairs(rows: pa.Table) -> Iterable[tuple[Any, Any]]:
    return zip(values(rows, "borrower_id"), values(rows, "person_id"), strict=True)


def _finished(d: _Drafting, made: pa.Table) -> Draft:
    draft = d.draft
    draft.tables = {name: m.table for name, m in d.merged.items()}
    changed = d.merged["loans"].accepted.column("loan_id")
    draft.tables["instalments"] = with_made_instalments(
        draft.tables["loans"], draft.tables["instalments"], made_before(made, changed)
    )
    draft.rejects.sort()
    stated = [s for one in d.sources["loans"] for s in one.stated]
    noted = [n for files in d.sources.values() for one in files for n in one.notes]
    draft.notes = sorted([*noted, *proved(stated, draft.tables)])
    draft.products = sorted(set(values(draft.tables["loans"], "product")))
    whats = ("accepted", "unchanged", "rejected")
    for code in sorted({c for c, _ in d.money}):
        parts = {what: d.money[code, what] for what in whats}
        draft.sums[code] = {"read": sum(parts.values()), **parts}
    _reconcile(draft, d.sources)
    return draft


def _reconcile(draft: Draft, sources: Mapping[str, list[SourceTable]]) -> None:
    """The importer added the money up while reading; it must be the same money."""
    read = sum(sum(s.sums_read.values()) for files in sources.values() for s in files)
    if read != sum(s["read"] for s in draft.sums.values()):
        raise NotReconciledError("the money read is not the money accepted and rejected")
