"""`doorstep law judge` on input that nobody means: bad input, never a crash."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from doorstep.compliance.commands import app

QUESTION = {"packs": ["cn"], "at": "2026-11-24T10:00:00+08:00", "action": {"kind": "call"}}


def asked(tmp_path, raw: bytes):
    file = tmp_path / "question.json"
    file.write_bytes(raw)
    return CliRunner().invoke(app, ["judge", str(file), "--json"])


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (b"\xff\xfe{", "is not UTF-8; save it as UTF-8"),
        (b"[" * 100_000, "nesting too deep"),
        (
            json.dumps(QUESTION | {"at": "9999-12-31T23:59:59-12:00"}).encode(),
            "at: 9999 is no year",
        ),
        (json.dumps(QUESTION | {"at": "0001-01-01T00:00:00+14:00"}).encode(), "at: 1 is no year"),
        (json.dumps(QUESTION | {"facts": {"clock_skew_s": float("nan")}}).encode(), "clock_skew_s"),
        (json.dumps(QUESTION | {"facts": {"clock_skew_s": 1e300}}).encode(), "clock_skew_s"),
    ],
)
def test_what_cannot_be_read_is_bad_input(tmp_path, raw, what):
    done = asked(tmp_path, raw)
    assert (done.exit_code, done.stdout) == (3, "")
    assert what in done.stderr


def test_a_question_that_can_be_read_is_answered(tmp_path):
    done = asked(tmp_path, json.dumps(QUESTION).encode())
    assert done.exit_code == 1  # the place is not known
    assert json.loads(done.stdout)["verdict"] == "deny"
