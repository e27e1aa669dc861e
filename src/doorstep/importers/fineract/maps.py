"""The map of Fineract files: whose they are, and what the loan does not say itself (TOML)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from doorstep.book.ports import BadInputError

_IDS = ("accountNo", "id", "externalId")
_ENDINGS = ("*.json", "*.jsonl", "*.ndjson")


@dataclass(frozen=True, slots=True)
class FineractMap:
    lender: str = ""
    country: str = ""
    loan_id: str = "accountNo"
    match: tuple[str, ...] = _ENDINGS

    def takes(self, path: Path) -> bool:
        return any(fnmatchcase(path.name.lower(), pattern) for pattern in self.match)


def load(path: Path | None) -> FineractMap:
    """Read a map; without one nothing is known. Raises BadInputError naming the wrong key."""
    if path is None:
        return FineractMap()
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise BadInputError(path.name, f"is no readable TOML ({error}); correct the map") from error
    known = schema()["properties"]
    for key, value in data.items():
        if key not in known:
            names = ", ".join(sorted(known))
            raise BadInputError(path.name, f"unknown key {key}; known are {names}", column=key)
        allowed = known[key].get("enum")
        right = isinstance(value, list if known[key]["type"] == "array" else str)
        if not right or (allowed and value not in allowed):
            raise BadInputError(path.name, f"{known[key]['description']}; correct it", column=key)
    patterns = tuple(str(p).lower() for p in data.get("match", _ENDINGS))
    return FineractMap(
        data.get("lender", ""), data.get("country", ""), data.get("loan_id", "accountNo"), patterns
    )


def schema() -> dict[str, Any]:
    """JSON schema of the map."""
    text = {"type": "string"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Doorstep map of Fineract loans",
        "type": "object",
        "additionalProperties": False,
        "required": ["importer", "country"],
        "properties": {
            "importer": {**text, "enum": ["fineract"], "description": "must be fineract"},
            "lender": {**text, "description": "the lender's code"},
            "country": {**text, "description": "where the borrowers live, ISO 3166, such as CN"},
            "loan_id": {**text, "enum": list(_IDS), "description": f"one of {', '.join(_IDS)}"},
            "match": {"type": "array", "description": "patterns of file names, such as *.json"},
        },
    }
