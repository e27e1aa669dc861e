"""Rows of a CSV statement as entries, and the totals its other lines state."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from doorstep.book.ports import BadInputError, Column, Kind
from doorstep.book.ports.cells import CellError, converter
from doorstep.book.ports.reading import Reading
from doorstep.book.ports.statements import Entry, Statement, Totals, Way
from doorstep.book.ports.unpack import content_of
from doorstep.importers.bank_csv.maps import CsvMap, Words, load, schema

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NAME_AND_ACCOUNT = re.compile(r"(.*?)\s*[(（]([^()（）]+)[)）]")
_EMPTY = {"", "0", "-", "--"}
Cells = Mapping[str, str]


@dataclass(slots=True)
class _Said:
    """What lines outside the entries say."""

    words: dict[str, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)


class BankCsvReader:
    """Reads one account a file; a ZIP or GZIP is unpacked first."""

    def takes(self, file: Path, map_path: Path | None) -> bool:
        load(map_path)
        return file.suffix.lower() in {".csv", ".txt", ".zip", ".gz"}

    def read(self, file: Path, map_path: Path | None) -> list[Statement]:
        plan = load(map_path)
        said = _Said()
        rows = list(_rows(file, plan, said))
        return [_Reading(file.name, plan, said).statement(rows)]

    def schema(self) -> dict[str, Any]:
        return schema()


def _rows(file: Path, plan: CsvMap, said: _Said) -> Iterator[tuple[int, Cells]]:
    """The rows of entries by column name; the other lines go to `said`."""
    names: list[str] | None = None
    ended = False
    totals: list[str] = []
    for number, cells in _lines(file, plan):
        if plan.comment and cells[0].startswith(plan.comment):
            _hear(plan, said, number, ",".join(cells))
        elif names is None:
            _hear(plan, said, number, ",".join(cells))
            if not plan.header or plan.header in cells:
                names = _header(file.name, plan, number, cells)
        elif plan.ends_at and cells[0] == plan.ends_at:
            ended, totals = True, cells
        elif ended:
            _add_totals(plan, said, number, dict(zip(totals, cells, strict=False)))
        else:
            yield number, _row(file.name, names, number, cells)
    if names is None:
        raise BadInputError(
            file.name, f"has no header row with {plan.header or 'columns'}; another kind of file?"
        )
    if plan.ends_at and not ended:
        raise BadInputError(
            file.name, f"has no {plan.ends_at} at its end: the file is cut; download it again"
        )


def _lines(file: Path, plan: CsvMap) -> Iterator[tuple[int, list[str]]]:
    text = io.StringIO(_decoded(file, plan), newline="")
    reader = csv.reader(text, delimiter=plan.delimiter)
    try:
        for cells in reader:
            clean = [c.strip().strip(plan.strip).strip() for c in cells]
            if any(clean):
                yield reader.line_num, clean
    except csv.Error as error:
        raise BadInputError(file.name, f"broken quoting ({error})", row=reader.line_num) from error


def _decoded(file: Path, plan: CsvMap) -> str:
    content = content_of(file, plan.member)
    encoding = next((e for mark, e in _BOMS if content.startswith(mark)), plan.encoding)
    try:
        text = content.decode(encoding)
    except UnicodeError as error:
        at = getattr(error, "start", 0)
        raise BadInputError(
            file.name,
            f"is not {encoding}; name its encoding in the map",
            row=content[:at].count(b"\n") + 1,
        ) from error
    if "\x00" in text:
        row = text[: text.index("\x00")].count("\n") + 1
        raise BadInputError(file.name, "holds a NUL; the file is damaged", row=row)
    return text.lstrip("\ufeff")


def _header(file: str, plan: CsvMap, number: int, cells: list[str]) -> list[str]:
    for name in cells:
        if name and cells.count(name) > 1:
            raise BadInputError(file, "two columns have this name", row=number, column=name)
    words = [w.column for w in (plan.way, plan.gives_back, plan.skip) if w]
    must = [n for k in ("on", "in", "out", "amount", "balance") for n in plan.columns.get(k, ())]
    for name in (*must, *words):
        if name not in cells and not (name in plan.columns.get("out", ()) and _only_in(plan)):
            raise BadInputError(
                file, "there is no such column; correct the map", row=number, column=name
            )
    return cells


def _only_in(plan: CsvMap) -> bool:
    """WeChat's bill of payments alone has no column of refunds."""
    return "sum_out" in plan.totals


def _row(file: str, names: list[str], number: int, cells: list[str]) -> Cells:
    if len(cells) > len(names) and any(cells[len(names) :]):
        raise BadInputError(file, "has more cells than the header has columns", row=number)
    return dict(zip(names, cells, strict=False))


def _hear(plan: CsvMap, said: _Said, number: int, line: str) -> None:
    for pattern in plan.lines:
        match = pattern.search(line)
        for name, text in (match.groupdict() if match else {}).items():
            said.words[name], said.rows[name] = text or "", number


def _add_totals(plan: CsvMap, said: _Said, number: int, cells: Cells) -> None:
    for name, column in plan.totals.items():
        if column in cells:
            said.words[name], said.rows[name] = cells[column], number


class _Reading:
    """One file on its way from cells to a statement."""

    def __init__(self, file: str, plan: CsvMap, said: _Said) -> None:
        self._file, self._plan, self._said = file, plan, said
        how = Reading(
            amounts=plan.amounts, decimal=plan.decimal, thousands=plan.thousands, dates=plan.dates
        )
        self._date = converter(Column("on", Kind.DATE), how)
        self._amount = converter(Column("amount", Kind.AMOUNT), how)

    def statement(self, rows: list[tuple[int, Cells]]) -> Statement:
        plan, words = self._plan, self._said.words
        currency = self._currency(rows)
        entries = [e for n, cells in rows if (e := self._entry(n, cells, currency)) is not None]
        account = plan.account or words.get("account", "")
        if not account:
            raise BadInputError(
                self._file, "no line names the account; set `account` in the map", column="account"
            )
        opening, closing = self._balances(rows, currency)
        totals = Totals(**{n: self._total(n, currency) for n in _TOTALS if n in words})
        if opening is None and totals == Totals() and not plan.unchecked:
            raise BadInputError(
                self._file,
                "says neither balances nor totals, so nobody can tell whether it is whole; name "
                "them in the map, or set `unchecked = true`",
            )
        if totals.count is not None:  # rows that move no money are counted there, not here
            totals = replace(totals, count=totals.count - (len(rows) - len(entries)))
        return Statement(
            row=rows[0][0] if rows else 1,
            account=account.replace(" ", "")[:64],
            number=(plan.number or words.get("number", ""))[:64],
            currency=currency,
            entries=tuple(entries),
            opening=opening,
            closing=closing,
            totals=totals,
        )

    def _currency(self, rows: list[tuple[int, Cells]]) -> str:
        column = self._first("currency")
        found = self._plan.currency
        for number, cells in rows:
            here = cells.get(column, "") if column else ""
            if here and found and here != found:
                raise BadInputError(
                    self._file, f"in {here}, the account in {found}", row=number, column=column
                )
            found = found or here
        if not re.fullmatch("[A-Z]{3}", found):
            raise BadInputError(
                self._file, "no currency is known; set `currency` in the map", column="currency"
            )
        return found

    def _entry(self, number: int, cells: Cells, currency: str) -> Entry | None:
        plan = self._plan
        if plan.skip and cells.get(plan.skip.column) in plan.skip.values["values"]:
            return None
        amount, way = self._moved(number, cells, currency)
        if not amount:
            return None
        payer, payer_account = self._payer(cells)
        return Entry(
            row=number,
            key=self._words(cells, "key", first=True)[:140],
            on=self._cell(self._date, number, cells, self._first("on"), currency),
            amount=amount,
            way=way,
            reference=self._words(cells, "reference", first=True)[:140],
            text=self._words(cells, "text")[:1000],
            payer=payer,
            payer_account=payer_account,
            account=self._words(cells, "account", first=True).replace(" ", "")[:64],
            gives_back=_holds(plan.gives_back, cells),
            original=self._words(cells, "original", first=True)[:140],
        )

    def _moved(self, number: int, cells: Cells, currency: str) -> tuple[int, Way]:
        """How much, and which way. Money out is written with or without a minus."""
        if "amount" in self._plan.columns:
            amount = self._minor(number, cells, "amount", currency)
            if self._plan.way is None:
                return abs(amount), Way.IN if amount > 0 else Way.OUT
            return abs(amount), self._way(number, cells)
        came, went = (self._minor(number, cells, n, currency) for n in ("in", "out"))
        if came and went:
            raise BadInputError(
                self._file,
                "money in and money out in one row",
                row=number,
                column=self._first("in"),
            )
        if came < 0:
            raise BadInputError(
                self._file, "money in below nothing", row=number, column=self._first("in")
            )
        return (came, Way.IN) if came else (abs(went), Way.OUT)

    def _way(self, number: int, cells: Cells) -> Way:
        rule = self._plan.way
        assert rule is not None
        word = cells.get(rule.column, "")
        for way in Way:
            if word in rule.values[way.value]:
                return way
        raise BadInputError(
            self._file, "is neither a word for in nor for out", row=number, column=rule.column
        )

    def _payer(self, cells: Cells) -> tuple[str, str]:
        name = self._words(cells, "payer", first=True)
        account = self._words(cells, "payer_account", first=True)
        both = _NAME_AND_ACCOUNT.fullmatch(name)
        if both and not account:
            name, account = both.groups()
        return name[:200], "".join(account.split())[:64]

    def _balances(
        self, rows: list[tuple[int, Cells]], currency: str
    ) -> tuple[int | None, int | None]:
        if "balance" not in self._plan.columns or not rows:
            words = self._said.words
            if {"opening", "closing"} <= set(words):
                return self._total("opening", currency), self._total("closing", currency)
            return None, None
        order = rows if self._plan.order == "oldest_first" else rows[::-1]
        (first, begin), (last, end) = order[0], order[-1]
        amount, way = self._moved(first, begin, currency)
        after = self._minor(first, begin, "balance", currency)
        opening = after - amount if way is Way.IN else after + amount
        return opening, self._minor(last, end, "balance", currency)

    def _minor(self, number: int, cells: Cells, name: str, currency: str) -> int:
        column = self._first(name)
        if not cells.get(column):
            return 0
        return int(self._cell(self._amount, number, cells, column, currency))

    def _total(self, name: str, currency: str) -> int:
        text, row = self._said.words[name], self._said.rows[name]
        try:
            if name.startswith("count"):
                return int(text)
            value = self._amount(text, currency)
        except (CellError, ValueError) as error:
            raise BadInputError(
                self._file, f"is no total: {error}", row=row, column=name
            ) from error
        amount = int(value) if isinstance(value, int) else 0
        return abs(amount) if name.startswith("sum") else amount

    def _cell(self, work: Any, number: int, cells: Cells, column: str, currency: str) -> Any:
        try:
            value = work(cells.get(column, ""), currency)
        except CellError as error:
            raise BadInputError(self._file, str(error), row=number, column=column) from error
        if value is None:
            raise BadInputError(self._file, "is empty", row=number, column=column)
        return value

    def _first(self, name: str) -> str:
        return next(iter(self._plan.columns.get(name, ())), "")

    def _words(self, cells: Cells, name: str, *, first: bool = False) -> str:
        found = [cells.get(c, "") for c in self._plan.columns.get(name, ())]
        if first:
            return next((w for w in found if w not in _EMPTY), "")
        return " ".join(w for w in found if w)


_TOTALS = ("count", "count_in", "sum_in", "count_out", "sum_out")


def _holds(rule: Words | None, cells: Cells) -> bool:
    return rule is not None and cells.get(rule.column, "") in rule.values["values"]
