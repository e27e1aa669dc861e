"""The maps of the howto are real ones, and a CSV statement's balances are held to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from doorstep.book import api
from doorstep.book.models import BookEvent
from doorstep.book.money.readers import reader
from doorstep.book.rules.entries import SumsError, account_for
from doorstep.book.tests import bank as b
from doorstep.book.tests import files as f

HOWTO = Path(__file__).resolve().parents[4] / "docs" / "howto" / "take-in-a-bank-statement.md"
MAPS = re.findall(r"```toml\n(.*?)```", HOWTO.read_text(encoding="utf-8"), re.DOTALL)
HEAD = "流水号,记账日期,收入,支出,余额,对方户名,对方账号,附言,摘要,备注"
ROWS = (
    "N2,2026/11/20,,5.00,1125.00,,,FEE,手续费,",
    "N1,2026/11/20,130.00,,1130.00,李娜,622202,LOAN-10001,转账,",
)


def csv_file(folder: Path, rows=ROWS) -> Path:
    return b.put(folder, "umsatz-1.csv", "\n".join((HEAD, *rows, "")).encode("gb18030"))


def test_the_csv_map_of_the_howto_works(bank_book, tmp_path):
    plan = b.put(tmp_path, "bank.toml", MAPS[1])
    report = api.take_statement(
        csv_file(tmp_path), form="csv", map_path=plan, lender="bluebay", at=f.AT, by="test"
    )
    assert report.new == {"own": 1, "paid": 1}
    assert (report.statements[0].opening, report.statements[0].closing) == (100_000, 112_500)
    assert BookEvent.objects.get().amount == 13_000


def test_the_wechat_map_of_the_howto_works(bank_book, tmp_path):
    plan = b.put(tmp_path, "wechat.toml", MAPS[0])
    path = b.put(tmp_path, "w.csv", b.wechat([b.Line(10_000, "K1", "LOAN-10001-7", "LOAN-10001")]))
    report = api.take_statement(
        path, form="csv", map_path=plan, lender="bluebay", at=f.AT, by="test"
    )
    assert report.statements[0].account == "1900000001"
    assert sum(report.new.values()) == 1


def test_a_row_that_is_missing_is_noticed_by_the_balances(tmp_path):
    plan = b.put(tmp_path, "bank.toml", MAPS[1])
    rows = (*ROWS, "N0,2026/11/19,50.00,,1010.00,李娜,622202,LOAN-10001,转账,")
    (statement,) = reader("csv").read(csv_file(tmp_path, rows), plan)
    with pytest.raises(SumsError, match="closing balance"):
        account_for(statement)


SIGNED = MAPS[1].replace('in = "收入"', 'amount = "收入"').split("out =")[0]
DIRECTED = SIGNED + MAPS[2]


def test_amounts_may_go_by_a_word_and_rows_may_be_skipped(tmp_path):
    """The second example of the howto: columns of directions, returns and what is not booked."""
    head = "流水号,记账日期,收入,借贷标志,业务类型,状态\n"
    rows = "N1,2026/11/20,130,贷,转账,已入账\nN2,2026/11/20,5,借,退款,已入账\n"
    rows += "N3,2026/11/20,9,贷,,未入账\n"
    path = b.put(tmp_path, "umsatz-2.csv", (head + rows).encode("gb18030"))
    plan = b.put(tmp_path, "bank.toml", "unchecked = true\n" + DIRECTED)
    (statement,) = reader("csv").read(path, plan)
    assert [(e.amount, e.way, e.gives_back) for e in statement.entries] == [
        (13_000, "in", False),
        (500, "out", True),
    ]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("colour = 1", "m.toml::colour"),
        ('statement = "csv"', "m.toml::columns"),
        ('columns = { on = "a", amount = "b" }\nencoding = "klingon"', "m.toml::encoding"),
        ('columns = { on = "a", amount = "b", hue = "c" }', "m.toml::columns.hue"),
        ('columns = { on = "a", amount = "b" }\nlines = ["("]', "m.toml::lines"),
        ('columns = { on = "a", amount = "b" }\nway = { column = "c" }', "m.toml::way"),
        ("columns = [", "m.toml::"),
    ],
)
def test_a_map_that_is_wrong_is_told_by_its_key(tmp_path, text, where):
    plan = b.put(tmp_path, "m.toml", text)
    with pytest.raises(api.BadInputError) as error:
        reader("csv").read(csv_file(tmp_path), plan)
    assert str(error.value).startswith(where)


def test_a_file_that_states_no_sums_is_refused_unless_the_map_knows(tmp_path):
    plan = b.put(tmp_path, "bank.toml", DIRECTED)
    head = "流水号,记账日期,收入,借贷标志,业务类型,状态\n"
    path = b.put(tmp_path, "u.csv", (head + "N1,2026/11/20,1,贷,,已入账\n").encode("gb18030"))
    with pytest.raises(api.BadInputError, match="neither balances nor totals"):
        reader("csv").read(path, plan)
