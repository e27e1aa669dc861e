"""Finding readers of statements: ours register exactly as a stranger's would."""

from __future__ import annotations

from importlib.metadata import entry_points

from doorstep.book.ports import BadInputError
from doorstep.book.ports.statements import StatementReader

GROUP = "doorstep.statements"


def formats() -> list[str]:
    """The names of the formats that can be read."""
    return sorted(e.name for e in entry_points(group=GROUP))


def reader(name: str) -> StatementReader:
    """The reader of a format; raises BadInputError naming those there are."""
    found = {e.name: e for e in entry_points(group=GROUP)}
    if name not in found:
        there = ", ".join(sorted(found))
        raise BadInputError("--format", f"there is no format {name!r}; there are {there}")
    made: StatementReader = found[name].load().reader
    return made
