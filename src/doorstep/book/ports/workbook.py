"""Rows out of an XLSX sheet, after looking for what a workbook may hide.

The cells come from calamine; formulas, errors and rounded numbers it would hand over as plain
values are found in the sheet's own XML and marked, so that they are refused by name.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from xml.parsers import expat

from doorstep.book.ports import BadInputError
from doorstep.book.ports.cells import FAULT, FORMULA, ROUNDED

_LARGEST_UNPACKED = 2 * 2**30
_WORST_RATIO = 200
_BLOCK = 2**20
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    OSError,
    EOFError,
    RuntimeError,
    NotImplementedError,
)
_HIDDEN = (
    ("xl/vbaproject.bin", "holds macros; save it as a plain .xlsx workbook"),
    ("xl/externallinks/", "holds links to other workbooks; break the links and save it"),
)
_SUSPECT = re.compile(
    rb"<(?:\w+:)?f[\s/>]|t=[\"']e[\"']|<(?:\w+:)?v>-?(?:[0-9]{16,}|[0-9.]+E\+?(?:1[5-9]|[2-9][0-9]))"
)
_LONG = re.compile(r"-?([0-9]{16,}|[0-9.]+[eE]\+?(1[5-9]|[2-9][0-9]|[0-9]{3,}))")
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")

Row = tuple[int, list[str | None]]
Marks = dict[int, dict[int, str]]


def rows_of_sheet(path: Path, sheet: str) -> Iterator[Row]:
    """Numbered rows of a sheet (empty: the first) as text. Raises BadInputError."""
    import fastexcel

    marks, first = _inspect(path, sheet)
    try:
        book = fastexcel.read_excel(path)
        found = book.load_sheet(sheet or 0, header_row=None, skip_rows=0, dtypes="string")
        table: Any = found.to_arrow()
    except Exception as error:  # calamine raises many kinds; all mean the file is broken
        raise BadInputError(
            path.name, f"is not a readable XLSX workbook ({error}); save it anew"
        ) from error
    columns = [table.column(n).to_pylist() for n in range(table.num_columns)]
    for number, cells in enumerate(zip(*columns, strict=True), 1):
        row = [_no_midnight(c) for c in cells]
        for column, mark in marks.get(number, {}).items():
            if column - first < len(row):
                row[column - first] = mark
        if any(c not in {None, ""} for c in row):
            yield number, row


def sheets_of(path: Path) -> list[str]:
    """The names of a workbook's sheets, in order. Raises BadInputError."""
    if not path.is_file():
        raise BadInputError(path.name, "there is no such file; correct the path")
    _no_old_file(path)
    try:
        with zipfile.ZipFile(path) as z:
            _honest(z, path)
            book = _plain(z.read("xl/workbook.xml"), path)
    except _BROKEN as error:
        raise BadInputError(path.name, "is not a whole XLSX file; save or send it again") from error
    return [_attr(s, "name") for s in re.findall(r"<(?:\w+:)?sheet\b[^>]*?/?>", book)]


def _no_old_file(path: Path) -> None:
    with path.open("rb") as f:
        if f.read(4) == b"\xd0\xcf\x11\xe0":
            raise BadInputError(
                path.name, "is protected by a password, or an old Excel file; save it as .xlsx"
            )


def _no_midnight(cell: str | None) -> str | None:
    return cell.removesuffix(" 00:00:00").removesuffix("T00:00:00") if cell else cell


def _inspect(path: Path, sheet: str) -> tuple[Marks, int]:
    """Refuse what must not be unpacked or trusted; find the cells that are not what they show."""
    _no_old_file(path)
    try:
        with zipfile.ZipFile(path) as z:
            _honest(z, path)
            return _marks(z, _sheet_path(z, path, sheet), path)
    except _BROKEN as error:
        raise BadInputError(path.name, "is not a whole XLSX file; save or send it again") from error


def _honest(z: zipfile.ZipFile, path: Path) -> None:
    parts = z.infolist()
    unpacked, packed = sum(i.file_size for i in parts), max(1, path.stat().st_size)
    absurd = unpacked > 50 * 2**20 and unpacked / packed > _WORST_RATIO
    if unpacked > _LARGEST_UNPACKED or absurd:
        raise BadInputError(path.name, "unpacks to an absurd size; save it anew")
    names = [i.filename.lower() for i in parts]
    if len(set(names)) < len(names):
        raise BadInputError(path.name, "holds one part twice; save it anew")
    for start, what in _HIDDEN:
        if any(n.startswith(start) for n in names):
            raise BadInputError(path.name, what)
    for part in parts:  # a size in the list of parts that is a lie ends here, not in memory
        with z.open(part) as f:
            while f.read(_BLOCK):
                pass


def _sheet_path(z: zipfile.ZipFile, path: Path, sheet: str) -> str:
    book = _plain(z.read("xl/workbook.xml"), path)
    sheets = re.findall(r"<(?:\w+:)?sheet\b[^>]*?/?>", book)
    found = [(_attr(s, "name"), _attr(s, "id")) for s in sheets]
    wanted = next((r for name, r in found if not sheet or name == sheet), None)
    if wanted is None:
        names = ", ".join(name for name, _ in found)
        raise BadInputError(path.name, f"has no sheet {sheet!r}; it has {names}")
    links = _plain(z.read("xl/_rels/workbook.xml.rels"), path)
    for link in re.findall(r"<(?:\w+:)?Relationship\b[^>]*?>", links):
        if _attr(link, "Id") == wanted:
            target = _attr(link, "Target")
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    raise KeyError(wanted)


def _plain(xml: bytes, path: Path) -> str:
    text = xml.decode("utf-8", "replace")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise BadInputError(
            path.name, "declares XML entities, which no workbook does; save it anew"
        )
    return text


def _attr(tag: str, name: str) -> str:
    found = re.search(rf"\s(?:\w+:)?{name}=([\"'])(.*?)\1", tag)
    return unescape(found.group(2)) if found else ""


def _marks(z: zipfile.ZipFile, part: str, path: Path) -> tuple[Marks, int]:
    """The marks, and the first column that holds anything: calamine begins there."""
    with z.open(part) as f:
        if b"<!DOCTYPE" in f.read(4096):
            raise BadInputError(
                path.name, "declares XML entities, which no workbook does; save it anew"
            )
    if not _suspect(z, part):
        return {}, 0
    cells = _Cells(z, part)
    return cells.marks, cells.first


def _suspect(z: zipfile.ZipFile, part: str) -> bool:
    """Whether the sheet may hold such cells at all: most do not, and are not parsed twice."""
    found, tail = False, b""
    with z.open(part) as f:
        while block := f.read(_BLOCK):
            found = found or _SUSPECT.search(tail + block) is not None
            tail = (tail + block)[-64:]
    if not tail.rstrip().endswith(b"worksheet>"):
        raise EOFError(part)
    return found


class _Cells:
    """Walks the cells of a sheet and marks formulas, errors and rounded numbers."""

    def __init__(self, z: zipfile.ZipFile, part: str) -> None:
        self.marks: Marks = {}
        self._used: set[int] = set()
        self._row = self._column = 0
        self._kind, self._text, self._in_value = "", "", False
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        try:
            with z.open(part) as f:
                parser.ParseFile(f)
        except expat.ExpatError as error:
            raise zipfile.BadZipFile(str(error)) from error

    @property
    def first(self) -> int:
        return min(self._used, default=0)

    def _start(self, tag: str, given: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "row":
            self._row = int(given["r"]) if given.get("r", "").isdecimal() else self._row + 1
            self._column = 0
        elif name == "c":
            place = _REFERENCE.fullmatch(given.get("r", ""))
            self._column = _number(place.group(1)) if place else self._column + 1
            self._row = int(place.group(2)) if place else self._row
            self._kind = given.get("t", "n")
            if self._kind == "e":
                self._mark(FAULT)
        elif name == "f":
            self._mark(FORMULA)
        elif name in {"v", "is"}:
            self._used.add(self._column - 1)
            self._in_value, self._text = name == "v", ""

    def _data(self, text: str) -> None:
        if self._in_value:
            self._text += text

    def _end(self, tag: str) -> None:
        if tag.rpartition(":")[2] == "v":
            self._in_value = False
            if self._kind == "n" and _LONG.fullmatch(self._text):
                self._mark(ROUNDED)

    def _mark(self, what: str) -> None:
        self.marks.setdefault(self._row, {}).setdefault(self._column - 1, what)


def _number(letters: str) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column
