"""Finding importer plug-ins: ours register exactly as a stranger's would."""

from __future__ import annotations

import tomllib
from importlib.metadata import entry_points
from pathlib import Path

from doorstep.book.ports import BadInputError, LoanSource

GROUP = "doorstep.importers"


def importer(name: str = "placement") -> LoanSource:
    """The importer registered under a name; raises BadInputError naming those there are."""
    found = {e.name: e for e in entry_points(group=GROUP)}
    if name not in found:
        raise BadInputError("map", f"there is no importer {name!r}; there are {', '.join(found)}")
    source: LoanSource = found[name].load().source
    return source


def importer_of(map_path: Path) -> LoanSource:
    """The importer a map asks for (`importer = …`), else the placement importer."""
    try:
        data = tomllib.loads(map_path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return importer()
    return importer(str(data.get("importer", "placement")))
