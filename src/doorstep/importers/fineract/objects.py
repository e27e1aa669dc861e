"""Loan objects out of a JSON file, one at a time: one object, a list, a page, or JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn, TextIO

from doorstep.book.ports import BadInputError

_BLOCK = 2**20
_LARGEST = 64 * 2**20
"""Characters of one loan; a ten-year loan of daily payments has about three million."""
_LONGEST_NUMBER = 60
_SPACE = " \t\r\n"

Loan = dict[str, Any]


class _BadValueError(ValueError):
    """A value JSON allows, or nearly allows, and money does not."""


def loans_of(path: Path) -> Iterator[Loan]:
    """The objects of a file in order. Raises BadInputError with the line, now or on the way."""
    if not path.is_file():
        raise BadInputError(path.name, "there is no such file; correct the path")
    try:
        with path.open(encoding="utf-8-sig", newline="\n") as f:
            yield from _Reader(path, f).loans()
    except UnicodeDecodeError as error:
        raise BadInputError(path.name, "is not UTF-8; export it again as UTF-8") from error
    except OSError as error:
        raise BadInputError(path.name, f"cannot be read ({error.strerror}); check it") from error


class _Reader:
    """Reads ahead only as far as the next object goes."""

    def __init__(self, path: Path, file: TextIO) -> None:
        self._path, self._file = path, file
        self._text, self._at, self._line, self._ended = "", 0, 1, False
        self._decoder = json.JSONDecoder(
            parse_float=_decimal,
            parse_int=_whole,
            parse_constant=_constant,
            object_pairs_hook=_once,
        )

    def loans(self) -> Iterator[Loan]:
        first = self._peek()
        if not first:
            self._stop("is empty; a loan was expected")
        if first == "[":
            yield from self._list()
            return
        while self._peek():
            found = self._next()
            pages = found.get("pageItems")
            if isinstance(pages, list):
                for one in pages:
                    yield self._object(one)
            else:
                yield found
            if self._peek() == ",":
                self._stop("a comma between objects that are in no list; put them in [ ]")

    def _list(self) -> Iterator[Loan]:
        self._at += 1
        if self._peek() == "]":
            self._at += 1
        else:
            while True:
                self._peek()
                yield self._next()
                mark = self._peek()
                self._at += 1
                if mark == "]":
                    break
                if mark != ",":
                    self._stop("the list does not go on with a comma or end; send the whole file")
        if self._peek():
            self._stop("text after the end of the list; take it out")

    def _next(self) -> Loan:
        """The next value, reading on as long as it is not whole."""
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if not self._more():
                    line = self._line + self._text.count("\n", self._at, error.pos)
                    self._stop(f"is not JSON ({error.msg}); send the whole file", line)
            except (_BadValueError, RecursionError) as error:
                self._stop(str(error) if isinstance(error, _BadValueError) else
                           "is nested without end; send it anew")  # fmt: skip
            else:
                self._line += self._text.count("\n", self._at, end)
                self._at = end
                return self._object(value)

    def _object(self, value: Any) -> Loan:
        if not isinstance(value, dict):
            self._stop("a loan must be an object { }; ask for loans with associations=all")
        return value

    def _peek(self) -> str:
        """The next character that is no space; empty at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _SPACE:
                self._line += self._text[self._at] == "\n"
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def _more(self) -> bool:
        """Read on; twice as much each time, so that a large object is not parsed too often."""
        if self._ended:
            return False
        kept = self._text[self._at :]
        if len(kept) > _LARGEST:
            self._stop("one loan is larger than 64 million characters; send it alone")
        block = self._file.read(max(_BLOCK, len(kept)))
        self._ended = not block
        self._text, self._at = kept + block, 0
        return bool(block)

    def _stop(self, reason: str, line: int = 0) -> NoReturn:
        raise BadInputError(self._path.name, reason, row=line or self._line)


def _decimal(text: str) -> Decimal:
    if len(text) > _LONGEST_NUMBER:
        raise _BadValueError(f"a number of {len(text)} characters; correct it")
    return Decimal(text)


def _whole(text: str) -> int:
    if len(text) > _LONGEST_NUMBER:
        raise _BadValueError(f"a number of {len(text)} digits; correct it")
    return int(text)


def _constant(text: str) -> NoReturn:
    raise _BadValueError(f"{text} is no number; correct it")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        again = next(n for n in names if names.count(n) > 1)
        raise _BadValueError(f"{again[:40]!r} comes twice in one object; send it anew")
    return found
