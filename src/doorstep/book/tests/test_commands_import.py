"""`doorstep book import`: published JSON, exit codes, errors as file:row:column."""

from __future__ import annotations

import fcntl
import json

import pytest
from typer.testing import CliRunner

from doorstep.book import api
from doorstep.book.commands import app
from doorstep.book.models import Loan, Manifest
from doorstep.book.tests import files as f


@pytest.fixture
def run(cast, tmp_path):
    def command(*more, map_text=f.MAP, **tables):
        files, plan = f.placement(tmp_path / "in", map_text=map_text, **tables)
        words = ["import", *map(str, files), "--map", str(plan), *more]
        return CliRunner().invoke(app, words)

    return command


def test_the_json_is_the_published_one_and_done_is_0(run):
    done = run("--json")
    assert done.exit_code == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["applied"] is True
    assert answer["rejects"] == []
    first = answer["files"][0]
    assert {"path", "sha256", "table", "rows", "accepted", "unchanged", "rejected"} <= set(first)
    assert {"read", "accepted", "rejected"} <= set(answer["sums"]["CNY"])
    again = json.loads(run("--json").stdout)
    assert sum(x["accepted"] for x in again["files"]) == 0


def test_a_rejected_row_is_1_and_said_on_stderr_with_its_place(run):
    done = run("--json", payments=[*f.PAYMENTS, f.ORPHAN])
    assert done.exit_code == 1
    assert "payments.csv:3:loan_id: there is no loan 'NONE'" in done.stderr
    assert json.loads(done.stdout)["rejects"] == [
        {
            "file": "payments.csv",
            "row": 3,
            "column": "loan_id",
            "code": "unknown_loan",
            "reason": "there is no loan 'NONE'; send it, or correct the id",
        }
    ]
    assert Manifest.objects.exists()


def test_all_or_nothing_takes_nothing_and_is_1(run):
    done = run("--json", "--all-or-nothing", payments=[f.ORPHAN])
    assert done.exit_code == 1
    assert json.loads(done.stdout)["applied"] is False
    assert not Manifest.objects.exists()


def test_bad_input_is_3_usage_2_and_busy_4(run, settings):
    assert run("--map").exit_code == 2
    bad = run(map_text="colour = 1")
    assert (bad.exit_code, bad.stdout) == (3, "")
    assert bad.stderr.startswith("map.toml::colour: unknown key colour")
    nobody = run("--lender", "nobody")
    assert nobody.exit_code == 3
    (settings.STATE / "book").mkdir(parents=True, exist_ok=True)
    with (settings.STATE / "book" / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert run().exit_code == 4


def test_rebuild_remakes_the_rows_and_says_how_many(run):
    run()
    never = CliRunner().invoke(app, ["rebuild"])
    assert never.exit_code == 1
    book = api.run_ageing(f.AT.date(), f.AT)
    Loan.objects.all().delete()
    done = CliRunner().invoke(app, ["rebuild", "--json"])
    answer = json.loads(done.stdout)
    assert answer == {"as_of": "2026-11-24", "loans": 3, "rows": 2, "digest": book.digest}
    assert CliRunner().invoke(app, ["rebuild", "--as-of", "tomorrow"]).exit_code == 2


def test_the_schema_of_the_map_names_every_column(run):
    schema = json.loads(CliRunner().invoke(app, ["schema"]).stdout)
    kinds = {
        part["properties"]["table"]["const"]: part["properties"]["columns"]["properties"]
        for part in schema["properties"]["files"]["items"]["oneOf"]
    }
    assert set(kinds) == set(f.TABLES)
    assert "owed_penalties" in kinds["loans"]
    assert schema["additionalProperties"] is False
