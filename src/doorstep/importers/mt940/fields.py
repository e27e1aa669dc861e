"""A file as numbered fields: `:61:…` and the lines that belong to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TAG = re.compile(r":([0-9]{2}[A-Z]?|NS):(.*)", re.DOTALL)
_BLOCK = re.compile(r"\{[0-9]:")
_KNOWN_END = {"-", "-}", "-)", "}"}


@dataclass(slots=True)
class Field:
    """`row` is the line it starts on; further lines are joined by newlines."""

    row: int
    tag: str
    value: str


def fields(text: str) -> Iterator[Field]:
    """The fields of a file in order. Envelope lines ({1:…}, -}) end a field and are not shown;
    a line before the first field that is neither is shown with an empty tag."""
    now: Field | None = None
    for row, raw in enumerate(text.split("\n"), 1):
        line = raw.rstrip("\r").rstrip()
        start = _TAG.match(_without_envelope(line))
        if start:
            if now is not None:
                yield now
            now = Field(row, start.group(1), start.group(2))
        elif line in _KNOWN_END or _BLOCK.match(line):
            if now is not None:
                yield now
            now = None
        elif now is not None:
            now.value += "\n" + line
        elif line.strip("\ufeff\x1a\x03\x01 "):
            yield Field(row, "", line)
    if now is not None:
        yield now


def _without_envelope(line: str) -> str:
    """The first field may follow `{4:` on its line."""
    at = line.rfind("{4:")
    return line[at + 3 :] if at >= 0 and line[at + 3 :].startswith(":") else line
