"""Broken statements: each gets a clear, located error, and the book stays as it was."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from doorstep.book import api
from doorstep.book.models import BankStatement, BookEvent, StatementEntry
from doorstep.book.ports import unpack
from doorstep.book.tests import bank as b
from doorstep.book.tests import files as f

LI = "LOAN-10001"
LINES = [b.Line(10_000, "K1", LI, payer="李娜"), b.Line(-500, "K2", "FEE")]
CAMT, SWIFT = b.camt(LINES), b.mt940(LINES)
BOMB = '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
FETCH = '<!DOCTYPE d SYSTEM "http://127.0.0.1:9/evil.dtd">'
INSIDE = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, content in members.items():
            z.writestr(name, content)
    return out.getvalue()


def fed(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


# name → (format, file name, content, where the error must point)
BROKEN: dict[str, tuple[str, str, str | bytes, str]] = {
    "truncated XML": ("camt053", "s.xml", CAMT[:900], "s.xml:9:"),
    "empty file": ("camt053", "s.xml", b"", "s.xml:1:"),
    "an entity that grows": ("camt053", "s.xml", b.camt(LINES, head=HEAD + BOMB), "s.xml:1:"),
    "a DTD from outside": ("camt053", "s.xml", b.camt(LINES, head=HEAD + FETCH), "s.xml:1:"),
    "an entity from a file": (
        "camt053", "s.xml",
        fed(b.camt(LINES, head=f"{HEAD}\n{INSIDE}"), "李娜", "&x;"), "s.xml:2:",
    ),
    "an entity nobody declared": ("camt053", "s.xml", fed(CAMT, "李娜", "&x;"), "s.xml:8:"),
    "another message": ("camt053", "s.xml", CAMT.replace("camt.053", "pain.001"), "s.xml:1:"),
    "version 01": ("camt053", "s.xml", b.camt(LINES).replace("001.08", "001.01"), "s.xml:1:"),
    "an entry in another currency": (
        "camt053", "s.xml", fed(CAMT, '<Ntry><Amt Ccy="CNY"', '<Ntry><Amt Ccy="USD"'),
        "s.xml:8:Amt",
    ),
    "sums that do not reconcile": ("camt053", "s.xml", b.camt(LINES, closing=1), "s.xml:3:sums"),
    "no closing balance": ("camt053", "s.xml", CAMT.replace("CLBD", "XXXX"), "s.xml:3:Bal"),
    "a huge amount": (
        "camt053", "s.xml", fed(CAMT, ">100.00<", f">{'9' * 17}.00<"), "s.xml:8:Amt",
    ),
    "an amount below nothing": ("camt053", "s.xml", fed(CAMT, ">100.00<", ">-100<"), "s.xml:8:"),
    "three decimals": ("camt053", "s.xml", fed(CAMT, ">100.00<", ">100.005<"), "s.xml:8:Amt"),
    "no date": ("camt053", "s.xml", CAMT.replace("2026-11-20</Dt></ValDt>", "x</Dt></ValDt>"),
                "s.xml:8:ValDt"),
    "endless nesting": ("camt053", "s.xml", fed(CAMT, "<GrpHdr>", "<a>" * 99), "s.xml:3:"),
    "unknown encoding": ("camt053", "s.xml", fed(CAMT, "UTF-8", "KLINGON"), "s.xml:1:"),
    "GBK that says UTF-8": ("camt053", "s.xml", CAMT.encode("gb18030"), "s.xml:8:"),
    "cut UTF-16": ("camt053", "s.xml", CAMT.encode("utf-16")[:-9], "s.xml:"),
    "a bad :61:": ("mt940", "s.sta", fed(SWIFT, ":61:261120", ":61:26XX20"), "s.sta:5:61"),
    "a day that is none": ("mt940", "s.sta", fed(SWIFT, ":61:261120", ":61:261132"), "s.sta:5:61"),
    "an amount with two commas": ("mt940", "s.sta", fed(SWIFT, "C100,00", "C1,00,00"),
                                  "s.sta:5:61"),
    "MT940 cut at the end": ("mt940", "s.sta", SWIFT[: SWIFT.index(":62F:")], "s.sta:1:62F"),
    "two statements joined": ("mt940", "s.sta", fed(SWIFT, ":60F:", ":60F:C261119CNY1,00\n:60F:"),
                              "s.sta:5:60F"),
    "MT940 sums": ("mt940", "s.sta", b.mt940(LINES, closing=7), "s.sta:1:sums"),
    "MT940 closes in another currency": (
        "mt940", "s.sta", fed(SWIFT, ":62F:C261120CNY", ":62F:C261120USD"), "s.sta:9:62",
    ),
    "MT940 that is prose": ("mt940", "s.sta", "Dear customer,\n", "s.sta:1:"),
    "MT940 in strange bytes": ("mt940", "s.sta", SWIFT.encode() + b"\xff\xff\n", "s.sta:11:"),
    "Alipay in UTF-8": ("csv:alipay", "a.csv", b.alipay(LINES).decode("gb18030").encode("utf-8"),
                        "a.csv"),
    "Alipay totals": ("csv:alipay", "a.csv", b.alipay(LINES, totals=LINES[:1]), "a.csv:6:sums"),
    "Alipay without its header": (
        "csv:alipay", "a.csv", b.alipay(LINES).replace("账务流水号".encode("gbk"), b"x"), "a.csv",
    ),
    "WeChat cut before its totals": (
        "csv:wechat", "w.csv", b.wechat(LINES).split("总交易".encode())[0], "w.csv",
    ),
    "WeChat totals": ("csv:wechat", "w.csv", b.wechat(LINES, totals=LINES[:1]), "w.csv:2:sums"),
    "WeChat amount that is a word": (
        "csv:wechat", "w.csv", b.wechat(LINES).replace(b"`100.00", b"`hundred", 1), "w.csv:2:",
    ),
    "WeChat in dollars": ("csv:wechat", "w.csv", b.wechat(LINES).replace(b"CNY", b"USD", 1),
                          "w.csv:2:"),
    "a NUL": ("csv:wechat", "w.csv", b.wechat(LINES).replace(b"JSAPI", b"\x00", 1), "w.csv:2:"),
    "a zip with two files": ("camt053", "s.zip", zipped(a=CAMT.encode(), b=b"x"), "s.zip"),
    "a zip that is cut": ("camt053", "s.zip", zipped(a=CAMT.encode())[:-30], "s.zip"),
    "a gzip that is cut": ("camt053", "s.gz", gzip.compress(CAMT.encode())[:-12], "s.gz"),
    "an unknown format": ("qif", "s.qif", "!Type:Bank", "--format"),
}  # fmt: skip


def take(path: Path, form: str, tmp_path: Path) -> api.StatementReport:
    name, _, ready = form.partition(":")
    plan = Path("alipay") if ready == "alipay" else None
    if ready == "wechat":
        plan = b.put(tmp_path, "w.toml", b.WECHAT_MAP)
    return api.take_statement(path, form=name, map_path=plan, lender="bluebay", at=f.AT, by="test")


def test_a_broken_statement_is_told_where_and_changes_nothing(bank_book, tmp_path):
    wrong = []
    for name, (form, file, content, where) in BROKEN.items():
        path = b.put(tmp_path, file, content)
        try:
            take(path, form, tmp_path)
        except api.BadInputError as error:
            if not str(error).startswith(where) or "李娜" in str(error):
                wrong.append(f"{name}: {error}")
        else:
            wrong.append(f"{name}: was taken")
    assert not wrong, "\n".join(wrong)
    assert len(BROKEN) >= 12
    for model in (BankStatement, StatementEntry, BookEvent):
        assert not model.objects.exists()


@pytest.mark.parametrize("pack", [lambda c: zipped(a=c), gzip.compress])
def test_a_bomb_is_stopped_while_it_unpacks(bank_book, tmp_path, monkeypatch, pack):
    monkeypatch.setattr(unpack, "LARGEST", 2**20)
    path = b.put(tmp_path, "bomb.zip", pack(b"0" * (30 * 2**20)))
    with pytest.raises(api.BadInputError, match=r"bomb\.zip.*unpacks to more than 1 MB"):
        take(path, "camt053", tmp_path)


GOOD: dict[str, tuple[str, str, str | bytes]] = {
    **{f"camt version {v}": ("camt053", "s.xml", b.camt(LINES, version=v))
       for v in ("02", "03", "04", "05", "06", "07", "08")},
    "camt with a BOM": ("camt053", "s.xml", b"\xef\xbb\xbf" + CAMT.encode()),
    "camt in GB 18030 that says so": (
        "camt053", "s.xml", fed(CAMT, "UTF-8", "GBK").encode("gbk"),
    ),
    "camt in UTF-16": ("camt053", "s.xml", fed(CAMT, ' encoding="UTF-8"', "").encode("utf-16")),
    "camt with a prefix": (
        "camt053", "s.xml",
        CAMT.replace("xmlns=", "xmlns:n=").replace("<", "<n:").replace("<n:/", "</n:")
        .replace("<n:?", "<?"),
    ),
    "camt in a zip": ("camt053", "s.zip", zipped(a=CAMT.encode())),
    "MT940 with its envelope": (
        "mt940", "s.sta", "{1:F01AAAABBCCXXX}{2:I940X}{4:\r\n" + SWIFT.rstrip("-\r\n") + "\r\n-}",
    ),
    "MT940 in GB 18030": ("mt940", "s.sta", SWIFT.encode("gb18030")),
    "MT940 with a BOM": ("mt940", "s.sta", b"\xef\xbb\xbf" + SWIFT.encode()),
    "Alipay": ("csv:alipay", "a.csv", b.alipay(LINES)),
    "Alipay as downloaded": (
        "csv:alipay", "a.zip",
        zipped(**{"2088_20261120_账务明细.csv": b.alipay(LINES), "2088_账务汇总.csv": b"x"}),
    ),
    "WeChat Pay": ("csv:wechat", "w.csv", b.wechat(LINES)),
    "WeChat Pay without BOM, packed": (
        "csv:wechat", "w.gz", gzip.compress(b.wechat(LINES, bom=False)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_what_banks_really_send_is_taken(bank_book, tmp_path, name):
    form, file, content = GOOD[name]
    report = take(b.put(tmp_path, file, content), form, tmp_path)
    assert report.new.pop("paid") == 1
    assert sum(report.new.values()) == 1
    event = BookEvent.objects.get()
    assert (event.loan_id, event.amount, event.on.isoformat()) == (LI, 10_000, "2026-11-20")
