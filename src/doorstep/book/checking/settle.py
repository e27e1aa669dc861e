"""The questions asked of the ledger when all rows are in."""

from __future__ import annotations

from doorstep.book.checking.ledger import NUMBER, PARENT, Ledger
from doorstep.book.checking.report import SHOWN, Example, Findings
from doorstep.book.ports import TABLES

Place = tuple[str, str, str]
"""Table, column and code of a finding."""

# Every piece of SQL here is made of our own table numbers; no value of a file is ever in it.
_GOOD = "NOT EXISTS (SELECT 1 FROM bad x WHERE x.t = k.t AND x.h = k.h)"


def settle(ledger: Ledger, rejects: Findings, doubts: Findings) -> int:
    """Add what the rows show together; returns how many more rows would be rejected."""
    asked = _Asking(ledger, rejects, doubts)
    more = 0
    for table in TABLES:
        more += asked.orphans(table) if table in PARENT else 0
        more += asked.strangers() if table == "contact_points" else 0
        more += asked.other_currency() if table == "loans" else 0
        more += asked.torn(table)
    more += asked.reversals()
    more += sum(map(asked.currencies, ("instalments", "charges", "payments")))
    for table in TABLES:
        asked.again(table)
    asked.schedules()
    return more


class _Asking:
    def __init__(self, ledger: Ledger, rejects: Findings, doubts: Findings) -> None:
        self._ledger, self._rejects, self._doubts = ledger, rejects, doubts

    def orphans(self, table: str) -> int:
        column, parent = PARENT[table]
        what = parent.removesuffix("s")
        sql = f"FROM keys k WHERE k.t = {NUMBER[table]} AND {_unknown(parent, 'k.parent')}"
        if parent in self._ledger.seen:
            why = f"there is no {what} of this id; send it, or correct the id"
            return self._refuse(sql, (table, column, f"unknown_{what}"), why)
        why = f"only the book can tell whether there is such a {what}; name the lender"
        self._count(sql, "sum(k.n)", self._doubts, (table, column, f"unseen_{what}"), why)
        return 0

    def strangers(self) -> int:
        t = NUMBER["contact_points"]
        known = _unknown("related_persons", "k.other")
        sql = f"FROM keys k WHERE k.t = {t} AND k.other IS NOT NULL AND {_GOOD} AND {known}"
        why = "the borrower has no such related person; send it first"
        return self._refuse(sql, ("contact_points", "person_id", "unknown_person"), why)

    def other_currency(self) -> int:
        sql = f"""FROM keys k JOIN loans o ON o.h = k.h JOIN booked b ON b.h = k.h
            WHERE k.t = {NUMBER["loans"]} AND o.currency <> b.currency AND {_GOOD}"""
        why = "is known in another currency; a loan keeps its currency"
        return self._refuse(sql, ("loans", "currency", "mixed_currency"), why)

    def torn(self, table: str) -> int:
        sql = f"FROM keys k WHERE k.t = {NUMBER[table]} AND k.torn AND {_GOOD}"
        why = "the same key comes again with other values; keep one of them"
        return self._refuse(sql, (table, TABLES[table].key[-1], "conflict"), why)

    def reversals(self) -> int:
        t = NUMBER["payments"]
        sql = f"""FROM keys k LEFT JOIN keys o ON o.t = {t} AND o.h = k.other
            WHERE k.t = {t} AND k.other IS NOT NULL AND {_GOOD}
            AND NOT EXISTS (SELECT 1 FROM known b WHERE b.t = {t} AND b.h = k.other)"""  # noqa: S608
        why = "there is no payment to take back; send it, or correct the id"
        none = f"{sql} AND o.h IS NULL"
        more = self._refuse(none, ("payments", "reverses", "unknown_payment"), why)
        other = f"{sql} AND (o.parent <> k.parent OR o.amount <> k.amount OR o.other IS NOT NULL)"
        why = "the payment has another loan or amount; take it back whole"
        return more + self._refuse(other, ("payments", "reverses", "wrong_reversal"), why)

    def currencies(self, table: str) -> int:
        sql = f"""FROM money k LEFT JOIN loans o ON o.h = k.h LEFT JOIN booked b ON b.h = k.h
            WHERE k.t = {NUMBER[table]} AND k.currency <> coalesce(o.currency, b.currency)"""
        why = "is in another currency than its loan; correct one of them"
        place = table, "currency", "mixed_currency"
        return self._count(sql, "sum(k.n)", self._rejects, place, why)

    def again(self, table: str) -> None:
        sql = f"FROM keys k WHERE k.t = {NUMBER[table]} AND k.n > 1 AND NOT k.torn"
        why = "the same row comes again; it would count once"
        place = table, TABLES[table].key[-1], "repeated"
        self._count(sql, "sum(k.n - 1)", self._doubts, place, why)

    def schedules(self) -> None:
        sql = "FROM sums k JOIN loans o ON o.h = k.h WHERE k.principal <> o.principal"
        why = "instalments sum to %d, the principal is %d', k.principal, o.principal"
        self._made(sql, ("instalments", "principal", "schedule_sum"), why)
        for table, column, word in (("instalments", "due", "due"), ("payments", "on", "paid")):
            sql = f"""FROM days k JOIN loans o ON o.h = k.h
                WHERE k.t = {NUMBER[table]} AND k.first < o.disbursed"""
            why = f"{word} on %s, but paid out on %s', k.first, o.disbursed"
            self._made(sql, (table, column, "before_disbursement"), why)

    def _made(self, sql: str, place: Place, why: str) -> None:
        """A doubt counted by loan, its reason made of what was found."""
        self._count(sql, "count(*)", self._doubts, place, f"printf('{why})", made=True)

    def _refuse(self, sql: str, place: Place, why: str) -> int:
        count = self._count(sql, "sum(k.n)", self._rejects, place, why)
        if count:
            self._ledger.ask(f"INSERT OR IGNORE INTO bad SELECT k.t, k.h {sql}")
        return count

    def _count(
        self, sql: str, counted: str, found: Findings, place: Place, why: str, made: bool = False
    ) -> int:
        """Count the rows and keep the first few places."""
        count = int(self._ledger.ask(f"SELECT coalesce({counted}, 0) {sql}")[0][0])
        if not count:
            return 0
        finding = found.one(*place)
        finding.rows += count
        text = why if made else "NULL"
        for file, row, said in self._ledger.ask(
            f"SELECT k.file, k.row, {text} {sql} ORDER BY k.file, k.row LIMIT {SHOWN}"
        ):
            if len(finding.examples) < SHOWN:
                finding.examples.append(Example(self._ledger.files[file], row, said or why))
        return count


def _unknown(table: str, h: str) -> str:
    """SQL: a hash is neither a key of the book nor of a row that would be taken."""
    t = NUMBER[table]
    return f"""NOT EXISTS (SELECT 1 FROM known b WHERE b.t = {t} AND b.h = {h})
        AND NOT EXISTS (SELECT 1 FROM keys o WHERE o.t = {t} AND o.h = {h}
            AND NOT EXISTS (SELECT 1 FROM bad y WHERE y.t = {t} AND y.h = o.h))"""  # noqa: S608
