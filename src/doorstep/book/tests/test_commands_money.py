"""`doorstep book statement`, `accounts`, `hook`: published JSON, exit codes, located errors."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from doorstep.book.commands import app
from doorstep.book.models import BankStatement, BookEvent
from doorstep.book.tests import bank as b

LINES = [b.Line(10_000, "K1", "LOAN-10001", payer="李娜"), b.Line(500, "K2", "?")]


@pytest.fixture
def run(bank_book, tmp_path):
    def command(*words, content=None, name="s.xml"):
        file = b.put(tmp_path, name, b.camt(LINES) if content is None else content)
        return CliRunner().invoke(app, ["statement", str(file), *words])

    return command


def test_the_json_is_the_published_one_and_done_is_0(run):
    done = run("--format", "camt053", "--lender", "bluebay", "--json")
    assert done.exit_code == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["new"] == {"paid": 1, "waiting": 1, "own": 0, "returned": 0}
    assert answer["sums"] == {"CNY": {"paid": 10_000, "waiting": 500}}
    assert answer["statements"][0] == {
        "account": b.ACCOUNT, "number": "1", "currency": "CNY", "opening": b.OPENING,
        "closing": b.OPENING + 10_500, "entries": 2, "known": 0, "repeated": 0,
    }  # fmt: skip
    again = run("--format", "camt053", "--lender", "bluebay", "--json")
    assert (again.exit_code, json.loads(again.stdout)["applied"]) == (0, False)
    assert BookEvent.objects.count() == 1


def test_a_map_may_say_format_and_lender(run, tmp_path):
    plan = b.put(tmp_path, "bank.toml", 'statement = "camt053"\nlender = "bluebay"\n')
    done = run("--map", str(plan))
    assert done.exit_code == 0, done.stderr
    assert "1 wait for a person" in done.stdout


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["--lender", "bluebay"], 2, "--format: "),
        (["--format", "camt053"], 2, "--lender: "),
        (["--format", "qif", "--lender", "bluebay"], 3, "there is no format 'qif'"),
        (["--format", "camt053", "--lender", "nobody"], 3, "--lender: "),
        (["--format", "camt053", "--lender", "bluebay", "--map", "none.toml"], 3, "none.toml:"),
    ],
)
def test_wrong_usage_is_2_and_bad_input_3(run, words, code, says):
    done = run(*words, "--json")
    assert done.exit_code == code, done.stderr
    assert says in done.stderr
    assert done.stdout == ""
    assert not BankStatement.objects.exists()


def test_a_broken_file_is_3_and_says_where(run):
    done = run("--format", "camt053", "--lender", "bluebay", content=b.camt(LINES, closing=1))
    assert done.exit_code == 3
    assert done.stderr.startswith("s.xml:3:sums: ")


def test_virtual_accounts_are_told_once(bank_book, tmp_path):
    def tell(text):
        file = b.put(tmp_path, "a.csv", text)
        return CliRunner().invoke(app, ["accounts", str(file), "--lender", "bluebay", "--json"])

    good = "account,loan_id\n6222-1,LOAN-10001\n"
    assert json.loads(tell(good).stdout) == {"new": 1, "known": 0}
    assert json.loads(tell(good).stdout) == {"new": 0, "known": 1}
    for text, where in (
        ("account,loan_id\n6222-1,LOAN-10002\n", "a.csv:2:account"),
        ("account,loan_id\n6222-2,NONE\n", "a.csv:2:loan_id"),
        ("account,loan_id\n,LOAN-10001\n", "a.csv:2:account"),
        ("iban\n1\n", "a.csv:1:"),
    ):
        done = tell(text)
        assert (done.exit_code, done.stderr.startswith(where)) == (3, True), done.stderr


def test_secrets_are_made_listed_and_retired(bank_book):
    def hook(*words):
        return CliRunner().invoke(app, ["hook", "--lender", "bluebay", "--json", *words])

    made = json.loads(hook("--new", "wechat").stdout)
    assert made["secret"].startswith("whs_")
    number = made["secrets"][0]["id"]
    assert "secret" not in json.loads(hook().stdout)
    assert hook("--retire", "99").exit_code == 1
    assert json.loads(hook("--retire", str(number), "--hours", "0").stdout) == {"secrets": []}
