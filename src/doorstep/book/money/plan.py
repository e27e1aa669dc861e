"""The head of a statement's map: which format, whose account, which files (TOML)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from doorstep.book.money.readers import formats
from doorstep.book.ports import BadInputError

READY = ("alipay", "wechat")


@dataclass(frozen=True, slots=True)
class Plan:
    form: str
    lender: str
    match: str
    map_path: Path | None

    def takes(self, file: Path) -> bool:
        """Whether the map's pattern fits a file's name."""
        return fnmatchcase(file.name, self.match)


def plan_of(map_path: Path | None, *, form: str = "", lender: str = "") -> Plan:
    """What a map says, below what is said beside it. Raises BadInputError."""
    if map_path is None:
        return Plan(form, lender, "*", None)
    if str(map_path) in READY and not map_path.exists():
        return Plan(form or "csv", lender, "*", map_path)
    try:
        data = tomllib.loads(map_path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise BadInputError(
            map_path.name, f"cannot be read ({error.strerror}); give a map, alipay or wechat"
        ) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInputError(map_path.name, f"is no TOML in UTF-8: {error}") from error
    said = str(data.get("statement", ""))
    if said and said not in formats():
        raise BadInputError(
            map_path.name, f"statement: must be one of {', '.join(formats())}", column="statement"
        )
    return Plan(
        form or said, lender or str(data.get("lender", "")), str(data.get("match", "*")), map_path
    )


def is_statement_map(map_path: Path) -> bool:
    """Whether a TOML file is the map of a statement, not of a placement."""
    try:
        return "statement" in tomllib.loads(map_path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return False
