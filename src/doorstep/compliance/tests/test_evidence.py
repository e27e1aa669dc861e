"""Whoever writes past us into the database is found: a changed byte, a removed or an added row."""

# ruff: noqa: S608 - SQL of our own, past every door
import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from tests.cast import at, people_of_the_cast
from typer.testing import CliRunner

from doorstep.casefile import api as casefile
from doorstep.casefile.models import Fact
from doorstep.casefile.types import FactKind
from doorstep.compliance import api
from doorstep.compliance.chained import seal_of
from doorstep.compliance.commands_evidence import app
from doorstep.compliance.models import EvidenceLink, LedgerEntry, StoredVerdict
from doorstep.compliance.proving import heads, verify
from doorstep.compliance.tests.scene import a_day
from doorstep.compliance.types import Head
from doorstep.kernel.actions import Action, ActionKind, Recipient

pytestmark = pytest.mark.django_db
V, F, L = "compliance_storedverdict", "casefile_fact", "compliance_evidencelink"


@pytest.fixture
def lina():
    """Planned, chained; then once more on the next day, so that the chain has several links."""
    found = a_day(people_of_the_cast(), at(8))
    api.chain_rows(at=at(9))
    casefile.record(found, FactKind.NOTE, at=at(10), by="dan", data={"text": "rings back at five"})
    api.chain_rows(at=at(11))
    return found


@pytest.fixture
def raw():
    """SQL past the triggers, as whoever owns the database could write it."""

    def run(sql, *values):
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                for table in (V, F, L):
                    cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            else:
                cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
                for name, _ in cursor.fetchall():
                    cursor.execute(f'DROP TRIGGER "{name}"')
            cursor.execute(sql, values)
            assert cursor.rowcount == 1

    return run


def key(row):
    """A row's id as raw SQL takes it."""
    return row.pk.hex if connection.vendor == "sqlite" and hasattr(row.pk, "hex") else row.pk


def found(*anchors):
    return [(a.what, a.of, a.id) for a in verify(anchors).alterations]


def test_what_nobody_touched_is_whole(lina):
    proof = verify(heads())
    assert proof.alterations == []
    assert proof.rows == {
        "verdict": StoredVerdict.objects.count(),
        "fact": Fact.objects.count(),
    }
    assert min(proof.rows.values()) > 0
    assert proof.waiting == 0


def test_chaining_again_adds_nothing(lina):
    before = heads()
    assert api.chain_rows(at=at(12)) == {"verdicts": 0, "facts": 0}
    assert heads() == before


@pytest.mark.parametrize(
    "change",
    [
        "answer = 'allow'",
        "by = 'x'",
        "at = '2026-11-24 01:00:01+00:00'",
        "action_digest = substr(action_digest, 2) || substr(action_digest, 1, 1)",
        "case_id = (SELECT id FROM casefile_case WHERE id <> case_id ORDER BY id LIMIT 1)",
        "agency_id = lender_id",
        'packs = \'{"cn": "2026.12"}\'',
        "deciding = '[]'",
    ],
)
def test_a_changed_verdict_is_found(lina, raw, change):
    row = StoredVerdict.objects.filter(answer="deny").order_by("id")[0]
    raw(f"UPDATE {V} SET {change} WHERE id = %s", key(row))
    assert found() == [("changed", "verdict", str(row.pk))]


def test_a_byte_anywhere_in_a_verdicts_findings_counts(lina, raw):
    row = StoredVerdict.objects.filter(answer="deny").order_by("id")[0]
    text = json.dumps(row.findings)
    for place in range(0, len(text), 7):
        if text[place].isalnum():
            bent = text[:place] + ("1" if text[place] != "1" else "2") + text[place + 1 :]
            try:
                now = json.loads(bent)
            except ValueError:
                continue
            if now == row.findings:
                continue
            raw(f"UPDATE {V} SET findings = %s WHERE id = %s", bent, key(row))
            assert found() == [("changed", "verdict", str(row.pk))]


def test_a_verdict_that_cannot_be_read_any_more_is_found(lina, raw):
    row = StoredVerdict.objects.order_by("id")[0]
    no_day = "infinity" if connection.vendor == "postgresql" else "never"
    raw(f"UPDATE {V} SET at = %s WHERE id = %s", no_day, key(row))
    assert found() == [("changed", "verdict", str(row.pk))]


def test_a_changed_fact_is_found(lina, raw):
    row = Fact.objects.get(kind=FactKind.NOTE, by="dan", at=at(10))
    raw(f"UPDATE {F} SET data = %s WHERE id = %s", '{"text": "rings back at nine"}', row.pk)
    assert found() == [("changed", "fact", str(row.pk))]


@pytest.mark.parametrize(("table", "model"), [(V, StoredVerdict), (F, Fact)])
def test_a_removed_row_is_found(lina, raw, table, model):
    row = model.objects.order_by("id")[0]
    raw(f"DELETE FROM {table} WHERE id = %s", key(row))
    assert found() == [("removed", row._meta.model_name.removeprefix("stored"), str(row.pk))]


def copied(row, pk, **changes):
    """INSERT … SELECT of a row under another id, and with other values in some columns."""
    quote = connection.ops.quote_name
    names = [f.column for f in row._meta.concrete_fields]
    values = {"id": "%s"} | changes
    chosen = ", ".join(values.get(n, quote(n)) for n in names)
    into = ", ".join(map(quote, names))
    table = row._meta.db_table
    return f"INSERT INTO {table} ({into}) SELECT {chosen} FROM {table} WHERE id = %s", pk


@pytest.mark.parametrize(("link", "what"), [("link_id", "inserted"), ("NULL", "unsealed")])
def test_a_verdict_the_gate_never_gave_is_found(lina, raw, link, what):
    row = StoredVerdict.objects.order_by("id")[0]
    new = "00000000-0000-5000-8000-000000000001"
    as_stored = new.replace("-", "") if connection.vendor == "sqlite" else new
    sql, pk = copied(row, as_stored, link_id=link)
    raw(sql, pk, key(row))
    assert found() == [(what, "verdict", new)]


def test_a_fact_slipped_in_among_those_of_before_is_found(lina, raw):
    row = Fact.objects.order_by("id")[0]
    sql, pk = copied(row, row.pk - 1)
    raw(sql, pk, row.pk)
    assert found() == [("inserted", "fact", str(row.pk - 1))]


def test_a_verdict_changed_before_it_was_chained_is_found(lina, raw):
    api.forecast([_call(lina)], at=at(12))
    row = StoredVerdict.objects.get(link__isnull=True)
    assert row.case_id == lina
    assert found() == []
    raw(f"UPDATE {V} SET answer = 'allow' WHERE id = %s", key(row))
    assert found() == [("unsealed", "verdict", str(row.pk))]


def _call(case):
    return Action(ActionKind.CALL, case, Recipient(), channel="phone")


@pytest.mark.parametrize(
    "change",
    [
        "root = substr(root, 2) || substr(root, 1, 1)",
        "count = count + 1",
        "upto = upto + 1",
        "before = 'a'",
    ],
)
def test_a_changed_link_is_found(lina, raw, change):
    link = EvidenceLink.objects.order_by("lender_id", "number").first()
    raw(f"UPDATE {L} SET {change} WHERE id = %s", link.pk)
    assert ("broken", "link", "1") in found()


def test_a_removed_link_is_found(lina, raw):
    link = EvidenceLink.objects.filter(number=2).first()
    raw(f"UPDATE {L} SET number = 7 WHERE id = %s", link.pk)
    assert ("removed", "link", "2") in found()


def test_a_chain_made_anew_by_whoever_has_the_key_is_found_by_a_head_kept_outside(lina, raw):
    """All links gone, a verdict changed and sealed again, the chain rebuilt: only what was kept
    elsewhere can tell."""
    kept = heads()
    row = StoredVerdict.objects.filter(answer="deny").order_by("id")[0]
    row.answer = "allow"
    raw(f"UPDATE {V} SET answer = 'allow', seal = %s WHERE id = %s", seal_of(row), key(row))
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {V} SET link_id = NULL")
        cursor.execute(f"DELETE FROM {L}")
    api.chain_rows(at=at(9))
    assert found() == []
    mine = next(h for h in kept if h.lender == _code(row))
    assert found(*kept) == [("rewritten", "chain", str(mine.size))]


def _code(row):
    return row.lender.code


def test_a_chain_that_grew_still_continues_every_earlier_head(lina):
    kept = heads()
    for hour in (12, 13, 14):
        casefile.record(lina, FactKind.NOTE, at=at(hour), by="dan", data={"text": str(hour)})
        api.chain_rows(at=at(hour))
        assert verify(kept).alterations == []
        kept += heads()


def test_a_head_of_an_unknown_lender_is_a_chain_that_is_gone(lina):
    assert found(Head("nobody", 3, "ab" * 32)) == [("removed", "chain", "ab" * 32)]


@pytest.mark.parametrize("model", [StoredVerdict, EvidenceLink, LedgerEntry, Fact])
def test_the_database_refuses_to_change_or_delete_what_was_recorded(lina, model):
    changes = {
        StoredVerdict: {"answer": "allow"},
        EvidenceLink: {"root": "0" * 64},
        LedgerEntry: {"at": at(20)},
        Fact: {"by": "x"},
    }[model]
    row = model.objects.order_by("pk")[0]
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.filter(pk=row.pk).update(**changes)
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.filter(pk=row.pk).delete()
    row.refresh_from_db()


def test_a_verdict_is_chained_once(lina):
    row = StoredVerdict.objects.order_by("id")[0]
    other = EvidenceLink.objects.exclude(pk=row.link_id)[0]
    with pytest.raises(DatabaseError), transaction.atomic():
        StoredVerdict.objects.filter(pk=row.pk).update(link=other)


def test_the_command_says_what_it_found(lina, raw, tmp_path):
    run = CliRunner()
    kept = tmp_path / "heads.json"
    kept.write_text(run.invoke(app, ["heads", "--json"]).stdout)
    fine = run.invoke(app, ["verify", "--anchors", str(kept), "--json"])
    assert fine.exit_code == 0
    assert json.loads(fine.stdout)["whole"] is True
    row = StoredVerdict.objects.order_by("id")[0]
    raw(f"UPDATE {V} SET by = 'x' WHERE id = %s", key(row))
    bad = run.invoke(app, ["verify", "--json"])
    assert bad.exit_code == 1
    told = json.loads(bad.stdout)["alterations"]
    assert told == [{"lender": _code(row), "what": "changed", "of": "verdict", "id": str(row.pk)}]
    assert f"verdict {row.pk}: changed" in run.invoke(app, ["verify"]).output


def test_anchors_that_are_none_are_named(tmp_path, lina):
    path = tmp_path / "heads.json"
    path.write_text('[{"lender": "birch"}]')
    told = CliRunner().invoke(app, ["verify", "--anchors", str(path)])
    assert told.exit_code == 3
    assert "heads[0].root" in told.output or "heads[0].size" in told.output


def test_a_day_later_what_waits_is_tied_in_by_command(lina):
    casefile.record(lina, FactKind.NOTE, at=at(10) + timedelta(days=1), by="dan")
    told = CliRunner().invoke(app, ["seal", "--json"])
    assert json.loads(told.stdout) == {"verdicts": 0, "facts": 1}


def test_every_lender_has_a_chain_of_its_own(lina):
    lenders = {v.lender_id for v in StoredVerdict.objects.all()}
    assert lenders == set(EvidenceLink.objects.values_list("lender_id", flat=True))
    for lender in lenders:
        numbers = list(
            EvidenceLink.objects.filter(lender_id=lender)
            .order_by("number")
            .values_list("number", flat=True)
        )
        assert numbers == list(range(1, len(numbers) + 1))
