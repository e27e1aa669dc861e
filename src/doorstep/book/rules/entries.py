"""The entries of a bank statement: each has one name for ever, and together they make its sums.

See docs/algorithms/matching.md.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from doorstep.book.ports.statements import Entry, Statement, Way

Named = tuple[str, Entry]
"""An entry with its name: 64 hexadecimal digits."""


class SumsError(ValueError):
    """The entries do not make what the statement says; the message holds both figures."""


@dataclass(frozen=True, slots=True)
class Accounted:
    """The entries of a statement that count, each with its name; `repeated` stood there twice."""

    entries: tuple[Named, ...]
    repeated: int


def account_for(statement: Statement) -> Accounted:
    """Name the entries and hold them against the statement's own sums.

    Two entries that look alike are two payments if the statement's sums need both, else one that
    was written twice. Without any sums, a reference of the bank's own decides: the same one is the
    same entry. Raises SumsError.
    """
    every = _named(statement.account, statement.entries)
    once = _without_repeats(every)
    if len(once) == len(every):
        problem = _problem(statement, every)
        if problem:
            raise SumsError(problem)
        return Accounted(tuple(every), 0)
    if not _has_sums(statement):
        kept = [n for n in every if n in once or not n[1].key]
        return Accounted(tuple(kept), len(every) - len(kept))
    problem = _problem(statement, every)
    if not problem:
        return Accounted(tuple(every), 0)
    if _problem(statement, once):
        raise SumsError(problem)
    return Accounted(tuple(once), len(every) - len(once))


def _named(account: str, entries: Sequence[Entry]) -> list[Named]:
    seen: Counter[str] = Counter()
    found = []
    for entry in entries:
        plain = "\x1f".join([account, *_identity(entry)])
        seen[plain] += 1
        text = plain if seen[plain] == 1 else f"{plain}\x1f{seen[plain]}"
        found.append((hashlib.sha256(text.encode()).hexdigest(), entry))
    return found


def _identity(entry: Entry) -> tuple[str, ...]:
    """What makes an entry itself: the bank's reference, day, way and amount; where the bank gives
    no reference, everything it says of it."""
    plain = (entry.way.value, entry.on.isoformat(), str(entry.amount))
    if entry.key:
        return ("key", entry.key, *plain)
    return ("all", *plain, entry.reference, entry.text, entry.payer, entry.payer_account)


def _without_repeats(entries: Sequence[Named]) -> list[Named]:
    seen: set[tuple[str, ...]] = set()
    found = []
    for name, entry in entries:
        if (identity := _identity(entry)) not in seen:
            seen.add(identity)
            found.append((name, entry))
    return found


def _has_sums(statement: Statement) -> bool:
    totals = statement.totals
    sums = (totals.sum_in, totals.sum_out, totals.count, totals.count_in, totals.count_out)
    return statement.opening is not None or any(s is not None for s in sums)


def _problem(statement: Statement, entries: Sequence[Named]) -> str:
    """Why these entries cannot be the statement's; empty where they can."""
    came = [e.amount for _, e in entries if e.way is Way.IN]
    went = [e.amount for _, e in entries if e.way is Way.OUT]
    moved = sum(came) - sum(went)
    if statement.opening is not None and statement.closing is not None:
        makes = statement.opening + moved
        if makes != statement.closing:
            return (
                f"the opening balance {statement.opening} and the entries {moved:+d} make {makes} "
                f"minor units, but the closing balance is {statement.closing}"
            )
    totals = statement.totals
    for what, stated, found in (
        ("entries in all", totals.count, len(entries)),
        ("entries of money in", totals.count_in, len(came)),
        ("minor units of money in", totals.sum_in, sum(came)),
        ("entries of money out", totals.count_out, len(went)),
        ("minor units of money out", totals.sum_out, sum(went)),
    ):
        if stated is not None and stated != found:
            return f"it states {stated} {what}, its entries are {found}"
    return ""
