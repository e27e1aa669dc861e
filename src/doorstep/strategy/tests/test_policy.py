import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from doorstep.strategy import words
from doorstep.strategy.rules.policy import PolicyError, parse
from doorstep.strategy.services.policies import SHIPPED, read
from doorstep.strategy.tests.cases import POLICY
from doorstep.strategy.types import Goal, HoldCode, LeftOut, Reason, ReasonCode, Tone

ROOT = Path(__file__).resolve().parents[4]
FILES = {str(p.relative_to(SHIPPED)): p.read_text("utf-8") for p in SHIPPED.rglob("*.toml")}


def broken(name, was, now):
    assert was in FILES[name]
    with pytest.raises(PolicyError) as refused:
        parse({**FILES, name: FILES[name].replace(was, now, 1)})
    return str(refused.value)


@pytest.mark.parametrize(
    ("name", "was", "now", "says"),
    [
        ("segments.toml", "dpd_max = 3 ", "dpd_maximum = 3 ", "dpd_maximum"),
        ("segments.toml", '"keep-word"', '"keep-words"', "keep-words"),
        ("segments.toml", 'id = "late"', 'id = "late"\nwhen = {dpd_min = 9}', "last segment"),
        ("segments.toml", 'id = "early"', 'id = "late"', "given twice"),
        ("policy.toml", "epsilon = 0.05", "epsilon = 0.5", "epsilon"),
        ("policy.toml", 'kind = "call"', 'kind = "fax"', "kind"),
        ("treatments/last-talk.toml", 'id = "last-talk"', 'id = "talk"', "name the file"),
        ("treatments/last-talk.toml", 'channel = "phone"', 'channel = "sms"', "channel"),
        ("treatments/last-talk.toml", "weight = 70", "weight = 70\nexplore = true", "by chance"),
        ("treatments/last-talk.toml", 'tone = "serious"', 'tone = "threatening"', "tone"),
        ("treatments/last-talk.toml", "weight = 70", "weight =", "line"),
    ],
)
def test_a_mistake_is_named_by_file_and_place(name, was, now, says):
    message = broken(name, was, now)
    assert name in message
    assert says in message


def test_a_missing_file_is_named():
    with pytest.raises(PolicyError, match=r"policy\.toml: missing"):
        parse({n: t for n, t in FILES.items() if n != "policy.toml"})


def test_comments_do_not_change_the_version_and_numbers_do():
    again = {n: f"# a note\n{t}" for n, t in FILES.items()}
    assert parse(again).digest == POLICY.digest
    heavier = FILES["policy.toml"].replace("add = -30", "add = -31")
    assert parse({**FILES, "policy.toml": heavier}).digest != POLICY.digest


def test_every_shipped_treatment_is_used_and_has_a_name():
    used = {s.treatment for s in POLICY.segments}
    assert used == set(POLICY.treatments) == set(words.TREATMENTS)
    assert {s.id for s in POLICY.segments} == set(words.SEGMENTS)


def test_every_code_has_a_sentence():
    assert set(words.REASONS) == set(ReasonCode)
    assert set(words.HOLDS) == set(HoldCode)
    assert set(words.LEFT_OUT) == set(LeftOut)
    assert set(words.GOALS) == set(Goal)
    assert set(words.TONES) == set(Tone)
    args = {"dpd": 75, "tries": 5, "due": "2026-11-24", "on": "2026-11-24", "stop": "dispute"}
    for code in (*ReasonCode, *HoldCode, *LeftOut):
        text = words.reason(Reason(code, args))
        assert text.endswith(".")
        assert "%" not in text


def test_the_harvest_of_the_howto_is_a_policy(tmp_path):
    page = (ROOT / "docs/howto/write-a-treatment.md").read_text("utf-8")
    treatment, segment = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    shutil.copytree(SHIPPED, tmp_path / "own")
    (tmp_path / "own/treatments/harvest.toml").write_text(treatment, "utf-8")
    segments = tmp_path / "own/segments.toml"
    segments.write_text(segment + segments.read_text("utf-8"), "utf-8")
    assert "harvest" in read(tmp_path / "own").treatments
    assert words.treatment("harvest") == "harvest"


def doorstep(*args):
    command = [Path(sys.executable).with_name("doorstep"), "strategy", *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_checks_and_prints_the_schema(tmp_path):
    good = doorstep("check", "--json")
    assert good.returncode == 0
    assert json.loads(good.stdout)["digest"] == POLICY.digest
    schema = json.loads(doorstep("schema").stdout)
    assert schema == json.loads((ROOT / "docs/schemas/strategy.json").read_text("utf-8"))
    assert set(schema["$defs"]) == {"policy", "segments", "treatment"}
    (tmp_path / "policy.toml").write_text("version = 1")
    bad = doorstep("check", tmp_path)
    assert bad.returncode == 3
    assert "segments.toml: missing" in bad.stderr
    assert "policy.toml: version" in bad.stderr
