"""Finding importer plug-ins: ours register exactly as a stranger's would."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from doorstep.book.ports import BadInputError, LoanSource

GROUP = "doorstep.importers"


def importer(name: str = "placement") -> LoanSource:
    """The importer registered under a name; raises BadInputError naming those there are."""
    found = _registered()
    if name not in found:
        raise BadInputError("map", f"there is no importer {name!r}; there are {', '.join(found)}")
    source: LoanSource = found[name].load().source
    return source


@cache
def _registered() -> Mapping[str, EntryPoint]:
    """The plug-ins by name: looking for them reads what is known of every installed package."""
    return {e.name: e for e in entry_points(group=GROUP)}


def importer_of(map_path: Path | None, name: str = "") -> LoanSource:
    """The importer named, or the one a map asks for (`importer = …`), else the placement importer.

    Raises BadInputError where there is none of that name, or the map asks for another.
    """
    asked = _asked(map_path) if map_path else ""
    if name and asked and name != asked and map_path:
        raise BadInputError(
            map_path.name,
            f"is a map for {asked!r}, not {name!r}; use one of both",
            column="importer",
        )
    return importer(name or asked or "placement")


def _asked(map_path: Path) -> str:
    try:
        data = tomllib.loads(map_path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return ""
    return str(data.get("importer", ""))
