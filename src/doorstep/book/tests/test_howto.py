"""The map of the howto is a real one: it takes a GB18030 file, a headerless TSV and a workbook."""

from __future__ import annotations

import re
from pathlib import Path

import xlsxwriter

from doorstep.book import api
from doorstep.book.tests import files as f
from doorstep.kernel.sealed import open_

HOWTO = Path(__file__).resolve().parents[4] / "docs" / "howto" / "import-a-placement.md"


def test_the_map_of_the_howto_works(cast, tmp_path):
    found = re.search(r"```toml\n(.*?)```", HOWTO.read_text(encoding="utf-8"), re.DOTALL)
    plan = tmp_path / "bluebay.toml"
    plan.write_text(found.group(1), encoding="utf-8")
    loans = tmp_path / "放款-2026-11.csv"
    loans.write_bytes(
        "合同号,客户号,产品,本金,放款日,备注\n"
        "H1,K1,现金贷,3000.50,2026年7月1日,䶮\n"
        "H2,K1,现金贷,200,2026/8/1,\n".encode("gb18030")
    )
    clients = tmp_path / "clients.tsv"
    clients.write_text("K1\t李娜\t\t\t延吉\n", encoding="utf-8-sig")
    people = tmp_path / "people.xlsx"
    with xlsxwriter.Workbook(people) as book:
        sheet = book.add_worksheet("联系人")
        sheet.write_row(0, 0, ["客户号", "联系人号", "关系"])
        sheet.write_row(1, 0, ["K1", "1", "担保人"])
    report = api.import_placement([loans, clients, people], plan, lender="", at=f.AT, by="test")
    assert not report.rejects
    assert report.sums["CNY"]["accepted"] == 320050
    key = (cast.bluebay, "K1")
    assert open_(api.borrowers([key])[key].name_sealed) == "李娜"
    assert api.related_persons([key])[key][0].liable is True
