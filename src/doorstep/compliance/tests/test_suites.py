"""The suite for others, and what changes in the law: both of the packs as they are installed."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from doorstep.compliance.changes import What, changes_between
from doorstep.compliance.commands import app
from doorstep.compliance.packs import cases, installed, pack
from doorstep.compliance.questions import question
from doorstep.compliance.suite_runner import differences, questions
from doorstep.compliance.suites import suite

SELF = [str(Path(sys.executable).parent / "doorstep"), "law", "judge", "-", "--json"]


@pytest.mark.parametrize("code", installed())
def test_a_suite_holds_every_case_and_reads_back_the_same(code):
    made = json.loads(json.dumps(suite(code)))
    assert [c["id"] for c in made["cases"]] == [c.id for c in cases(code)]
    for told, case in zip(made["cases"], cases(code), strict=True):
        assert question(told["question"]) == case.question
        assert ("twin" in told) == (case.twin is not None)
        if case.twin is not None:
            assert question(told["twin"]) == case.twin


def test_the_runner_holds_another_system_to_the_suite(tmp_path):
    done = CliRunner().invoke(app, ["suite", "house", "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    run = [sys.executable, "run.py", "house.json", "--"]
    same = subprocess.run([*run, *SELF], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert same.returncode == 0, same.stdout + same.stderr
    yes = tmp_path / "yes.py"
    yes.write_text(
        "import json, sys\nprint(json.dumps([{'permitted': True} for _ in json.load(sys.stdin)]))\n"
    )
    lax = subprocess.run(
        [*run, sys.executable, str(yes)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert lax.returncode == 1
    assert "permitted is True, not False" in lax.stdout
    silent = subprocess.run(
        [*run, sys.executable, "-c", "pass"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert silent.returncode == 2
    assert "wrote no JSON" in silent.stderr


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ({"permitted": True, "verdict": "deny"}, "the verdict is deny"),
        ({"permitted": True, "duties": []}, "duties lacks wrap_up"),
        ({"permitted": 1}, "no permitted"),
        (None, "no permitted"),
        ({"permitted": False}, "permitted is False"),
    ],
)
def test_every_difference_is_named(answer, says):
    made = {
        "pack": "x",
        "cases": [
            {
                "id": "1",
                "question": {},
                "expect": {"permitted": True, "verdict": "allow", "duties": ["wrap_up"]},
            }
        ],
    }
    assert len(questions(made)) == 1
    assert any(says in line for line in differences(made, [answer]))


def test_changes_are_those_after_the_first_day_up_to_the_last():
    rule = next(w.rule for _, w in pack("cn").laws if w.rule.id == "CN-TIME-02")
    day = rule.in_force
    before = date.fromordinal(day.toordinal() - 1)
    assert any(
        c.rule == rule and c.what is What.BEGINS and c.on == day
        for c in changes_between(before, day)
    )
    assert not any(c.rule == rule for c in changes_between(day, day))


def test_the_command_tells_them():
    run = CliRunner().invoke
    done = run(app, ["changes", "--between", "2024-01-01", "2025-12-31", "--json"])
    assert done.exit_code == 0
    told = json.loads(done.stdout)["changes"]
    assert {"CN-TIME-01", "CN-RATE-01"} <= {c["rule"] for c in told}
    assert any(c["what"] == "figure" and c["figure"] == "4 × 3.00 %" for c in told)
    assert run(app, ["changes", "--between", "2025-12-31", "2024-01-01"]).exit_code == 2
    assert run(app, ["changes", "--between", "soon", "2024-01-01"]).exit_code == 2
