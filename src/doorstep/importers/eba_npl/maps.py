"""How the templates were filled in, where not as the regulation says (TOML); it may be absent."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from doorstep.book.ports import BadInputError
from doorstep.book.ports.reading import Reading

_ENDINGS = ("*.xlsx", "*.csv")
_TEXT = {"type": "string"}
_KEYS: dict[str, dict[str, Any]] = {
    "importer": {**_TEXT, "enum": ["eba_npl"], "description": "must be eba_npl"},
    "lender": {**_TEXT, "description": "the lender's code"},
    "match": {"type": "array", "description": "patterns of file names, such as *.xlsx"},
    "decimal": {**_TEXT, "enum": [".", ","], "description": "the decimal mark, . or ,"},
    "thousands": {**_TEXT, "enum": ["", ",", ".", " ", "'"], "description": "a thousands mark"},
    "delimiter": {**_TEXT, "description": "of CSV, one character; guessed"},
    "encoding": {**_TEXT, "description": "of CSV, such as utf-8 or cp1252"},
}


@dataclass(frozen=True, slots=True)
class EbaMap:
    lender: str
    match: tuple[str, ...]
    reading: Reading

    def takes(self, path: Path) -> bool:
        return any(fnmatchcase(path.name.lower(), pattern) for pattern in self.match)


def load(path: Path | None) -> EbaMap:
    """Read a map; without one the regulation's own forms hold. Raises BadInputError."""
    data: dict[str, Any] = {}
    if path is not None:
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except (OSError, ValueError, RecursionError) as error:
            raise BadInputError(
                path.name, f"is no readable TOML ({error}); correct the map"
            ) from error
        for key, value in data.items():
            _check(path.name, key, value)
    return EbaMap(
        data.get("lender", ""),
        tuple(str(p).lower() for p in data.get("match", _ENDINGS)),
        Reading(
            header=False,
            amounts="major",
            decimal=data.get("decimal", "."),
            thousands=data.get("thousands", ""),
            delimiter=data.get("delimiter", ""),
            encoding=data.get("encoding", ""),
        ),
    )


def _check(name: str, key: str, value: Any) -> None:
    if key not in _KEYS:
        known = ", ".join(sorted(_KEYS))
        raise BadInputError(name, f"unknown key {key}; known are {known}", column=key)
    allowed = _KEYS[key].get("enum")
    right = isinstance(value, list if _KEYS[key]["type"] == "array" else str)
    right = right and not (key == "delimiter" and len(value) != 1)
    if key == "encoding" and right:
        try:
            "a".encode(value)
        except (LookupError, UnicodeError):
            right = False
    if not right or (allowed and value not in allowed):
        raise BadInputError(name, f"must be {_KEYS[key]['description']}; correct it", column=key)


def schema() -> dict[str, Any]:
    """JSON schema of the map."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Doorstep map of EBA NPL templates",
        "type": "object",
        "additionalProperties": False,
        "properties": _KEYS,
    }
