"""The inbox: each file once, one bad file stops nobody, rows wait for what they point at."""

from __future__ import annotations

import pytest

from doorstep.book import api
from doorstep.book.models import BookEvent, ImportRun, Manifest
from doorstep.book.tests import bank as b
from doorstep.book.tests import files as f


@pytest.fixture
def inbox(cast, settings):
    folder = settings.INBOX / "bluebay"
    folder.mkdir(parents=True)
    return folder


def read():
    return api.read_inbox(f.AT, "test")


def test_a_file_is_read_once_and_stays_where_it_is(inbox):
    f.placement(inbox)
    (report,) = read()
    assert report.applied
    assert not report.rejects
    assert (inbox / "loans.csv").exists()
    assert read() == []


def test_one_bad_file_is_reported_and_does_not_stop_the_others(inbox):
    f.placement(inbox)
    (inbox / "payments.csv").write_bytes(b"\xff\xfe\x00")
    failed, done = read()
    assert failed.error.startswith("payments.csv:")
    assert not failed.applied
    assert done.applied
    assert Manifest.objects.get(current=True).rows["loans"] == 3
    assert read() == [], "a bad file is told once, not every day"
    assert set(ImportRun.objects.values_list("status", flat=True)) == {"failed", "applied"}


def test_a_corrected_file_lets_the_rows_in_that_waited_for_it(inbox):
    f.placement(inbox)
    loans = (inbox / "loans.csv").read_text()
    (inbox / "loans.csv").write_text(loans.replace("principal", "capital"))
    _, first = read()
    assert {r.code for r in first.rejects} == {"unknown_loan"}
    (inbox / "loans.csv").write_text(loans)
    (second,) = read()
    assert not second.rejects
    assert Manifest.objects.get(current=True).rows["instalments"] == 3


def test_unfinished_uploads_are_left_alone_and_strange_files_are_named(inbox, settings):
    f.placement(inbox)
    (inbox / "loans.csv.part").write_text("half")
    (inbox / ".loans.csv").write_text("hidden")
    (inbox / "readme.txt").write_text("hello")
    (settings.INBOX / "nobody").mkdir()
    errors = [r.error for r in read() if not r.applied]
    assert len(errors) == 2
    assert errors[0].startswith("readme.txt:")
    assert "'nobody'" in errors[1]


def test_bank_statements_are_read_after_the_loans_they_pay(inbox):
    f.placement(inbox)
    (inbox / "bank.toml").write_text('statement = "camt053"\nmatch = "*.xml"\n')
    line = b.Line(103_000, "K1", "L1", payer="李娜")
    b.put(inbox, "a-broken.xml", b.camt([line], closing=1))
    b.put(inbox, "november.xml", b.camt([line]))
    placed, broken, done = read()
    assert placed.applied
    assert broken.error.startswith("a-broken.xml:3:sums")
    assert (done.files[0].table, done.files[0].accepted) == ("statement", 1)
    assert read() == [], "each is told once"
    assert not BookEvent.objects.exists(), "a short id and no aged figures: it waits"


def test_a_map_of_statements_must_say_which_files(inbox):
    f.placement(inbox)
    (inbox / "bank.toml").write_text('statement = "camt053"\n')
    wrong, placed = read()
    assert wrong.error.startswith("bank.toml::match")
    assert placed.applied


def test_money_that_came_before_its_loan_finds_it_when_the_loan_comes(inbox):
    (inbox / "bank.toml").write_text('statement = "camt053"\nmatch = "*.xml"\n')
    b.put(inbox, "november.xml", b.camt([b.Line(10_000, "K1", "LOAN-10001", payer="李娜")]))
    read()
    assert not BookEvent.objects.exists()
    f.placement(inbox, loans=[{**f.LOANS[0], "loan_id": "LOAN-10001"}], instalments=[],
                charges=[], payments=[])  # fmt: skip
    read()
    event = BookEvent.objects.get()
    assert (event.loan_id, event.amount) == ("LOAN-10001", 10_000)
    (inbox / "borrowers.csv").write_text((inbox / "borrowers.csv").read_text() + "\n")
    read()
    assert BookEvent.objects.count() == 1
