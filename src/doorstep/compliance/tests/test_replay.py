"""A verdict given again from what was kept of it: the same, or a difference with a name."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from tests.cast import at, people_of_the_cast
from typer.testing import CliRunner

from doorstep.compliance import api, grounds
from doorstep.compliance.chained import verdict_content
from doorstep.compliance.commands import app
from doorstep.compliance.grounds import question
from doorstep.compliance.models import Kept, LedgerEntry, StoredVerdict
from doorstep.compliance.packs import installed, pack, pack_of
from doorstep.compliance.proving import verify
from doorstep.compliance.queries import Gathering
from doorstep.compliance.reading import plain, read
from doorstep.compliance.rules._judge import judge
from doorstep.compliance.services.replaying import differences, replay, replay_all
from doorstep.compliance.tests.scene import a_day, phone_of
from doorstep.compliance.types import Asked, Attempt, AttemptResult, Denied, Facts
from doorstep.kernel.actions import Action, ActionKind, Recipient
from doorstep.kernel.ids import canonical, digest, named_id
from doorstep.people.types import SYSTEM

CALL, MESSAGE = ActionKind.CALL, ActionKind.MESSAGE
DATA = Path(__file__).with_name("data")


@pytest.fixture
def cast(db):
    return people_of_the_cast()


@pytest.fixture
def lina(cast):
    return a_day(cast, at(8))


@pytest.fixture
def wei(cast, lina):
    """Somebody who may still be called today."""
    return named_id("case", "bluebay", "B-WEI")


def others():
    return [(str(r.id), r.differences, r.lost) for r in replay_all() if not r.same]


def call(case, phone, **more):
    return Action(CALL, case, Recipient(point=phone), channel="phone", **more)


def ring(case, phone, when, result=AttemptResult.CONVERSATION, **more):
    return api.record_attempt(Attempt(case, CALL, when, result, phone, **more))


def test_every_verdict_of_a_day_is_given_again(lina):
    answers = set(StoredVerdict.objects.values_list("answer", flat=True))
    assert len(answers) > 1
    assert others() == []


def test_what_is_rebuilt_is_exactly_what_was_known(wei):
    """The facts themselves, not only the answer they lead to."""
    phone = phone_of(wei, at(8) - timedelta(days=1), "+8613904330009")
    ring(wei, phone, at(8, 10), AttemptResult.NO_ANSWER)
    cleared = api.clear(SYSTEM, call(wei, phone), at=at(9, 30))
    assert cleared.clearance_id
    action = call(wei, phone)
    [verdict] = api.forecast([action], at=at(9, 31))
    s = Gathering([action], at=at(9, 31), planning=True).situation(action, at(9, 31))
    asked, facts = question(StoredVerdict.objects.get(pk=verdict.id))
    assert facts == s.facts
    assert asked == s.asked
    assert any(c.result is AttemptResult.RESERVED for c in facts.history)


def test_a_verdict_is_given_again_when_everything_went_on(wei):
    """More contacts, an open attempt that ended, a closed balance, another day."""
    phone = phone_of(wei, at(8) - timedelta(days=1), "+8613904330009")
    cleared = api.clear(SYSTEM, call(wei, phone), at=at(9, 30), use=True)
    ring(wei, phone, at(9, 31), AttemptResult.UNKNOWN, clearance_id=cleared.clearance_id)
    action = call(wei, phone)
    [verdict] = api.forecast([action], at=at(10))
    before = question(StoredVerdict.objects.get(pk=verdict.id))[1]
    ring(wei, phone, at(10, 1), AttemptResult.CONVERSATION, clearance_id=cleared.clearance_id)
    ring(wei, phone, at(10, 30))
    assert LedgerEntry.objects.filter(result="unknown").count() == 0
    assert question(StoredVerdict.objects.get(pk=verdict.id))[1] == before
    assert others() == []


def test_executed_and_questioned_verdicts_keep_their_full_facts(lina):
    phone = phone_of(lina, at(8) - timedelta(days=1))
    with pytest.raises(Denied):
        api.clear(SYSTEM, call(lina, phone), at=at(23))
    api.ask(SYSTEM, call(lina, phone), at=at(9))
    for row in StoredVerdict.objects.exclude(stage="plan"):
        assert row.facts["history"]
        assert row.grounds["asked"]
        assert row.refs is None
    assert others() == []


def test_a_light_verdict_takes_at_most_1_kb_however_long_the_history(lina):
    phone = phone_of(lina, at(8) - timedelta(days=1))
    for n in range(250):
        ring(lina, phone, at(8) - timedelta(days=8) + timedelta(minutes=n), AttemptResult.BUSY)
    [verdict] = api.forecast([call(lina, phone)], at=at(10))
    row = StoredVerdict.objects.get(pk=verdict.id)
    assert len(question(row)[1].history) > 250
    assert "kept" in row.refs
    for light in StoredVerdict.objects.filter(facts__isnull=True):
        kept = [light.grounds, light.refs, light.findings, light.packs, light.deciding]
        assert sum(len(canonical(k)) for k in kept) <= 1024
    assert others() == []


def test_the_text_that_was_judged_is_sealed_and_judged_again(lina):
    text = "您好，请于周五前还款。"
    action = Action(MESSAGE, lina, Recipient(), channel="email_smtp", content=text)
    verdict = api.ask(SYSTEM, action, at=at(9))
    row = StoredVerdict.objects.get(pk=verdict.id)
    assert text.encode() not in bytes(row.said)
    assert text not in json.dumps(verdict_content(row), ensure_ascii=False)
    assert question(row)[0].content == text
    assert others() == []


def test_an_erased_text_leaves_the_chain_whole_and_is_named(lina):
    action = Action(MESSAGE, lina, Recipient(), channel="email_smtp", content="您好")
    verdict = api.ask(SYSTEM, action, at=at(9))
    api.chain_rows(at=at(10))
    StoredVerdict.objects.filter(pk=verdict.id).update(said=b"")
    assert verify().alterations == []
    assert others() == [(str(verdict.id), (), "said: the text was erased")]


def test_a_text_of_another_verdict_is_not_taken_for_this_ones(lina):
    made = [
        api.ask(SYSTEM, Action(MESSAGE, lina, Recipient(), content=text), at=at(9)).id
        for text in ("您好", "再见")
    ]
    said = StoredVerdict.objects.get(pk=made[1]).said
    StoredVerdict.objects.filter(pk=made[0]).update(said=said)
    assert others() == [(str(made[0]), (), "said: the text is another")]


def test_a_home_is_not_kept_by_its_coordinates(lina):
    row = StoredVerdict.objects.get(kind="visit", case_id=lina)
    assert "42.9" not in json.dumps(verdict_content(row))


@pytest.fixture
def raw():
    def run(sql, *values):
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                for table in ("compliance_storedverdict", "compliance_ledgerentry"):
                    cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            else:
                cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
                for (name,) in cursor.fetchall():
                    cursor.execute(f'DROP TRIGGER "{name}"')
            cursor.execute(sql, values)

    return run


def test_a_missing_ledger_entry_is_named(lina, raw):
    gone = LedgerEntry.objects.order_by("id")[0].pk
    raw("DELETE FROM compliance_ledgerentry WHERE id = %s", gone)
    lost = {why for _, _, why in others()}
    assert lost == {f"history: ledger entry {gone} is gone"}


def test_another_answer_is_named(lina, raw):
    row = StoredVerdict.objects.filter(answer="deny").order_by("id")[0]
    as_key = row.pk.hex if connection.vendor == "sqlite" else row.pk
    raw("UPDATE compliance_storedverdict SET answer = 'allow' WHERE id = %s", as_key)
    assert others() == [(str(row.pk), ("answer: was allow, is deny",), "")]


def test_a_pack_that_changed_in_its_place_does_not_answer(lina):
    name = StoredVerdict.objects.order_by("id")[0].grounds["packs"][0]
    kept = Kept.objects.get(pk=name)
    kept.body["head"]["version"] = "2099.1"
    kept.save()
    assert {why for _, _, why in others()} == {f"kept: {name} was changed"}
    assert [(a.of, a.id) for a in verify().alterations] == [("kept", name)]


def test_packs_are_kept_once_however_many_verdicts_rest_on_them(lina):
    def kept():
        return sorted(k.body["head"]["code"] for k in Kept.objects.all() if "head" in k.body)

    assert kept() == ["cn", "house"]
    api.forecast([call(lina, phone_of(lina, at(9)))], at=at(11))
    assert kept() == ["cn", "house"]


def test_an_installed_pack_and_the_same_pack_kept_judge_alike(lina):
    """The text survives the database: JSON values and back."""
    for code in installed():
        source = json.loads(json.dumps(pack(code).source))
        again = pack_of(code, source)
        assert [w for _, w in again.laws] == [w for _, w in pack(code).laws]
        assert again.digest == pack(code).digest


def test_references_count_from_one_to_the_next():
    refs = (1000, 1001, (1007, "sent"), 1003, ("clearance", "ab", "reserved"), 1010)
    packed = grounds.told(refs, 1)
    assert packed == {
        "at": [1000, 1, [6, "sent"], -4, ["clearance", "ab", "reserved"], 7],
        "others": 1,
    }
    assert list(grounds._places(packed["at"])) == [
        (1000, ""),
        (1001, ""),
        (1007, "sent"),
        (1003, ""),
        ("clearance", "ab", "reserved"),
        (1010, ""),
    ]


def test_the_command_replays_all_one_and_those_since(lina):
    run = CliRunner()
    everything = json.loads(run.invoke(app, ["replay", "--json"]).stdout)
    count = StoredVerdict.objects.count()
    assert everything == {"replayed": count, "same": count, "others": []}
    later = (at(9) + timedelta(days=2)).date().isoformat()
    assert (
        json.loads(run.invoke(app, ["replay", "--since", later, "--json"]).stdout)["replayed"] == 0
    )
    one = StoredVerdict.objects.order_by("id")[0].pk
    told = run.invoke(app, ["replay", "--verdict", str(one)])
    assert told.exit_code == 0
    assert "1 verdicts judged again, 1 the same" in told.stdout


@pytest.mark.parametrize(
    ("args", "code", "word"),
    [
        (["--verdict", "x"], 2, "--verdict"),
        (["--since", "soon"], 2, "--since"),
        (["--verdict", "00000000-0000-5000-8000-000000000001"], 3, "not known"),
    ],
)
def test_what_cannot_be_replayed_is_said(db, args, code, word):
    told = CliRunner().invoke(app, ["replay", *args])
    assert told.exit_code == code
    assert word in told.output


def test_a_wrong_answer_makes_the_command_say_no(lina, raw):
    row = StoredVerdict.objects.filter(answer="deny").order_by("id")[0]
    as_key = row.pk.hex if connection.vendor == "sqlite" else row.pk
    raw("UPDATE compliance_storedverdict SET answer = 'allow' WHERE id = %s", as_key)
    told = CliRunner().invoke(app, ["replay"])
    assert told.exit_code == 1
    assert "answer: was allow, is deny" in told.output
    assert replay(row).id == row.pk


def fixture(row):
    """A verdict with all it rests on, as a file that needs no database."""
    asked, facts = question(row)
    return {
        "packs": row.grounds["packs"],
        "at": row.at.isoformat(),
        "asked": plain(asked),
        "facts": plain(facts),
        "answer": row.answer,
        "deciding": row.deciding,
        "defer_until": row.defer_until.isoformat() if row.defer_until else None,
        "whole": row.facts is not None,
        "findings": row.findings,
    }


@pytest.mark.parametrize("path", sorted(DATA.glob("verdicts-*.json")), ids=lambda p: p.stem)
def test_verdicts_of_every_release_are_given_again_for_ever(path):
    """Never edit these files: a release adds one. They hold the packs of then as text."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    packs = {name: pack_of(body["head"]["code"], body) for name, body in kept["packs"].items()}
    assert {name: digest(body)[:32] for name, body in kept["packs"].items()} == {
        name: name for name in packs
    }
    answers = set()
    for one in kept["verdicts"]:
        row = StoredVerdict(
            answer=one["answer"],
            deciding=one["deciding"],
            defer_until=one["defer_until"] and datetime.fromisoformat(one["defer_until"]),
            facts=one["facts"] if one["whole"] else None,
            findings=one["findings"],
            packs={packs[n].code: packs[n].version for n in one["packs"]},
        )
        asked, facts = read(Asked, one["asked"]), read(Facts, one["facts"])
        at_ = datetime.fromisoformat(one["at"])
        again = judge(asked, facts, [packs[n] for n in one["packs"]], at_)
        assert list(differences(row, again)) == []
        answers.add(one["answer"])
    assert len(answers) >= 3


def test_the_newest_fixture_is_shaped_like_the_verdicts_of_now(lina):
    path = sorted(DATA.glob("verdicts-*.json"))[-1]
    kept = json.loads(path.read_text(encoding="utf-8"))["verdicts"]
    now = fixture(StoredVerdict.objects.order_by("at", "id")[0])
    assert set(kept[0]) == set(now)
