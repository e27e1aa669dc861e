"""The golden cases as language-neutral JSON, so that any other system can be tested by them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from doorstep.compliance import suite_runner
from doorstep.compliance.packs import Expected, GoldenCase, cases, pack
from doorstep.compliance.reading import plain

FORM = "doorstep-law/1"


def suite(code: str) -> dict[str, Any]:
    """The suite of one pack: every case with its question, what is expected and its twin."""
    found = pack(code)
    return {
        "form": FORM,
        "pack": code,
        "version": found.version,
        "title": dict(found.title),
        "cases": [_case(case) for case in cases(code)],
    }


def _case(case: GoldenCase) -> dict[str, Any]:
    told = {
        "id": case.id,
        "about": case.about,
        "question": plain(case.question),
        "expect": _expected(case.expect),
    }
    if case.twin is not None:
        told["twin"] = plain(case.twin)
    return told


def _expected(expect: Expected) -> dict[str, Any]:
    found = {"permitted": expect.permitted, **plain(expect)}
    return {name: value for name, value in found.items() if value is not None}


def runner() -> str:
    """The text of the runner that goes with the suites."""
    return Path(suite_runner.__file__).read_text(encoding="utf-8")
