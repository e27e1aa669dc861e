"""What a column holds, learned batch by batch in bounded memory."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from datetime import datetime
from typing import Any

from doorstep.book.checking.report import ColumnProfile
from doorstep.book.ports import Column, Kind
from doorstep.book.ports.batch import shape

_EXACT = 65_536
_KEPT = 4_096
_SPACE = 2**64
_SHAPES = 2_000
_SHOWN_SHAPES = 3
_ORDERED = {Kind.DATE, Kind.AMOUNT, Kind.NUMBER, Kind.CODE, Kind.CURRENCY, Kind.COUNTRY, Kind.BOOL}


class Distinct:
    """How many different values: exact while they are few, then estimated by the smallest hashes
    (Bar-Yossef et al., 2002), with an error of about 2 %."""

    def __init__(self) -> None:
        self._seen: set[int] = set()
        self._estimating = False

    def add(self, values: Iterable[Hashable]) -> None:
        self._seen.update(hash(v) % _SPACE for v in values)
        if len(self._seen) > _EXACT:
            self._estimating = True
            self._seen = set(sorted(self._seen)[:_KEPT])

    @property
    def exact(self) -> bool:
        return not self._estimating

    @property
    def count(self) -> int:
        if not self._estimating:
            return len(self._seen)
        return round((_KEPT - 1) * _SPACE / sorted(self._seen)[_KEPT - 1])


class Shapes:
    """The commonest shapes of a column's values."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def add(self, values: Iterable[str]) -> None:
        for text in values:
            found = shape(text)
            if found in self._seen or len(self._seen) < _SHAPES:
                self._seen[found] += 1

    def common(self) -> tuple[str, ...]:
        return tuple(s for s, _ in self._seen.most_common(_SHOWN_SHAPES))


class TypedColumn:
    """A column of ours, its cells already of the right type."""

    def __init__(self, column: Column, source: str) -> None:
        self._column, self._source = column, source
        self._filled = 0
        self._distinct, self._shapes = Distinct(), Shapes()
        self._low: Any = None
        self._high: Any = None

    def add(self, values: Sequence[Any]) -> None:
        given = [v for v in values if v is not None]
        different = set(given)
        self._filled += len(given)
        self._distinct.add((type(v).__name__, v) for v in different)
        if not different:
            return
        if self._column.kind in {Kind.ID, Kind.TEXT, Kind.DECIMAL} or self._column.personal:
            self._shapes.add(str(v) for v in different)
        if self._column.kind in _ORDERED and not self._column.personal:
            low, high = min(different), max(different)
            self._low = low if self._low is None else min(self._low, low)
            self._high = high if self._high is None else max(self._high, high)

    def profile(self) -> ColumnProfile:
        return ColumnProfile(
            self._column.name,
            self._source,
            self._column.kind.value,
            self._filled,
            self._distinct.count,
            self._distinct.exact,
            "" if self._low is None else str(self._low),
            "" if self._high is None else str(self._high),
            self._shapes.common(),
        )


class RawColumn:
    """A column nobody has explained: its type is guessed, its values are never shown."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._filled = 0
        self._distinct, self._shapes = Distinct(), Shapes()
        self._kinds: Counter[str] = Counter()

    def add(self, values: Sequence[str | None]) -> None:
        given = [v.strip() for v in values if v and v.strip()]
        different = set(given)
        self._filled += len(given)
        self._distinct.add(different)
        self._shapes.add(different)
        self._kinds.update(guess_kind(v) for v in different)

    def profile(self) -> ColumnProfile:
        kinds = {k for k, n in self._kinds.items() if n}
        return ColumnProfile(
            self._name,
            self._name,
            _joined(kinds),
            self._filled,
            self._distinct.count,
            self._distinct.exact,
            "",
            "",
            self._shapes.common(),
        )


_FORMS = (
    (re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"), "%Y-%m-%d"),
    (re.compile(r"[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}"), "%Y/%m/%d"),
    (re.compile(r"[0-9]{4}\.[0-9]{1,2}\.[0-9]{1,2}"), "%Y.%m.%d"),
    (re.compile(r"[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日"), "%Y年%m月%d日"),
    (re.compile(r"(19|20)[0-9]{6}"), "%Y%m%d"),
    (re.compile(r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}"), "%d.%m.%Y"),
    (re.compile(r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}"), "%d/%m/%Y"),
)
_GUESSES = (
    (re.compile(r"[+-]?[0-9]{1,15}"), "whole number"),
    (re.compile(r"[+-]?[0-9]+\.[0-9]+"), "number"),
    (re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?"), "number with commas"),
    (re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"), "e-mail"),
)


def guess_kind(text: str) -> str:
    """What a text looks like: a date with its format, a number, an e-mail, text."""
    for pattern, form in _FORMS:
        if pattern.fullmatch(text) and _is_day(text, form):
            return f"date {form}"
    return next((kind for pattern, kind in _GUESSES if pattern.fullmatch(text)), "text")


def _is_day(text: str, form: str) -> bool:
    try:
        datetime.strptime(text, form)  # noqa: DTZ007
    except ValueError:
        return False
    return True


def _joined(kinds: set[str]) -> str:
    if kinds == {"whole number", "number"}:
        return "number"
    return (
        kinds.pop() if len(kinds) == 1 else "text" if "text" in kinds else ", ".join(sorted(kinds))
    )
