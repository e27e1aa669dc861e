"""Packs load only whole: cases, sources, texts; and every golden case comes out as written."""

import tomllib
from importlib import resources
from pathlib import Path

import pytest

from doorstep.compliance import packs as loader
from doorstep.compliance.golden import answer, differences
from doorstep.compliance.packs import PackError, cases, installed, kinds, pack
from doorstep.compliance.types import Result

HEAD = """
code = "xx"
version = "1"
title = { en = "X", zh-hans = "X", zh-hant = "X" }
countries = ["XX"]
expires = 2027-01-01
"""
RULE = """
[[rule]]
id = "XX-TIME-01"
kind = "hours"
title = { en = "t", zh-hans = "t", zh-hant = "t" }
why = { en = "w", zh-hans = "w", zh-hant = "w" }
citation = "An act, section 1."
bindingness = "law"
verification = "P"
in_force = 2020-01-01
critical = true
law = { start = 08:00:00, end = 20:00:00 }
"""
CASES = """
[[case]]
id = "a"
about = "late"
at = "2026-11-24T20:00:00+08:00"
action = { kind = "call", place = { country = "XX", zone = "Asia/Shanghai" } }
expect = { permitted = false }
twin."at" = "2026-11-24T19:59:59+08:00"
"""


@pytest.mark.parametrize("code", installed())
def test_every_golden_case_comes_out_as_written(code):
    assert list(differences(code)) == []


@pytest.mark.parametrize("code", installed())
def test_every_rule_decides_in_some_case(code):
    silent = {law.rule.id for _, law in pack(code).laws}
    for case in cases(code):
        verdict = answer(case.question)
        silent -= set(verdict.deciding)
        silent -= {f.rule.id for f in verdict.findings if f.result is Result.FAIL}
    assert silent == set()


@pytest.fixture
def stranger(tmp_path, monkeypatch):
    """A pack of somebody else, found as ours are."""
    folder = tmp_path / "xx"
    folder.mkdir()

    def write(head=HEAD, rules=RULE, golden=CASES):
        for name, text in (("pack", head), ("rules", rules), ("cases", golden)):
            if text is not None:
                (folder / f"{name}.toml").write_text(text)

    class Entry:
        name, value = "xx", "xx_pack"

    monkeypatch.setattr(loader, "entry_points", lambda group: [Entry()])
    monkeypatch.setattr(resources, "files", lambda _: folder)
    for cached in (loader.pack, loader.cases):
        cached.cache_clear()
    yield write
    for cached in (loader.pack, loader.cases):
        cached.cache_clear()


def test_a_strangers_pack_loads_and_is_judged(stranger):
    stranger()
    assert [law.rule.id for _, law in pack("xx").laws] == ["XX-TIME-01"]
    assert list(differences("xx")) == []


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ({"golden": ""}, "a pack without cases does not load"),
        ({"golden": None}, "is missing"),
        ({"golden": CASES.partition("twin")[0]}, "needs a twin"),
        ({"rules": RULE.replace("An act, section 1.", " ")}, "no citation"),
        ({"rules": RULE.replace('"P"', '"S*"')}, "provisional"),
        ({"rules": RULE.replace('zh-hant = "w"', 'zh-hant = ""')}, "need a text in zh-hant"),
        ({"rules": RULE.replace('"hours"', '"moods"')}, "is not known; known are agency"),
        ({"rules": RULE.replace("end =", "ends =")}, "law.ends: is not known"),
        ({"rules": RULE + RULE}, "twice"),
        ({"golden": CASES.replace("kind =", "kin =")}, "action.kin: is not known"),
    ],
)
def test_a_pack_that_is_not_whole_is_refused_with_the_reason(stranger, parts, why):
    stranger(**parts)
    with pytest.raises(PackError, match=why):
        pack("xx")


def test_kinds_are_found_by_folder():
    assert {"hours", "caps", "crew", "third_party"} <= set(kinds())
    for module in kinds().values():
        assert module.judge.__doc__
        assert module.Law.__doc__


def test_the_shipped_rules_name_their_bindingness_and_where_they_are_weak():
    for code in installed():
        for row in tomllib.loads(
            (resources.files(f"doorstep.jurisdictions.{code}") / "rules.toml").read_text()
        )["rule"]:
            weak = row["verification"].startswith(("S*", "M"))
            status = row.get("status", "current")
            assert status in {"current", "provisional"}, row["id"]
            assert status == "provisional" or not weak, row["id"]


def test_the_published_schema_is_the_one_that_reads():
    import json

    from doorstep.compliance.questions import question_schema

    published = Path(__file__).resolve().parents[4] / "docs" / "schemas" / "law.json"
    assert json.loads(published.read_text()) == question_schema(), (
        "run: doorstep law schema > docs/schemas/law.json"
    )
