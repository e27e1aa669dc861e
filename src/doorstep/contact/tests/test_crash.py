"""A real process is killed at every commit and at random instants of sending.

The server is given nothing twice, whatever was cut off waits for a person as *unknown*, and once
people have decided, everything is as if nothing had happened.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from tests import crash, stores
from tests.cast import at
from tests.stores import Store

from .conftest import Mailbox, free_port
from .crash_scene import BORROWERS

TEN = at(10)
pytestmark = pytest.mark.django_db
PRELUDE = f"""
from datetime import datetime
from doorstep.kernel import clock
clock.now = lambda: datetime.fromisoformat("{TEN.isoformat()}")
"""


class SlowMailbox(Mailbox):
    """Takes its time, so that there is a moment between *taken* and *told*."""

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        await asyncio.sleep(0.05)
        answer = await super().handle_DATA(server, session, envelope)
        await asyncio.sleep(0.05)
        return answer


class Trial:
    """One copy of the prepared state with a mail server of its own."""

    def __init__(self, base: Store, folder: Path):
        self.store = base.copy(folder)
        self.box = SlowMailbox()
        self.port = free_port()
        self.server = Controller(self.box, hostname="127.0.0.1", port=self.port)
        self.server.start()

    def send(self, **how) -> crash.Run:
        env = {"DOORSTEP_SMTP_HOST": "127.0.0.1", "DOORSTEP_SMTP_PORT": str(self.port)}
        done = crash.run(
            ["send", "--json"], state=self.store.state, env=env | self.store.env, **how
        )
        self.store.wait()
        return done

    def arrived(self) -> list[str]:
        return [str(UUID(i.strip("<>").partition("@")[0])) for i in self.box.ids()]


def program(store: Store, *arguments: str, text: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "-m", "doorstep.contact.tests.crash_scene", *arguments],
        env={
            **os.environ,
            **store.env,
            "DOORSTEP_STATE": str(store.state),
            "DJANGO_SETTINGS_MODULE": "doorstep.site.settings",
            "PYTHONPATH": f"{crash.ROOT / 'src'}:{crash.ROOT}",
            "DOORSTEP_SMTP_HOST": "127.0.0.1",
        },
        cwd=crash.ROOT,
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def trials(tmp_path, monkeypatch):
    """A factory of trials, all from one prepared state; their servers end with the test."""
    monkeypatch.setattr(crash, "_PROGRAM", PRELUDE + crash._PROGRAM)
    (tmp_path / "base").mkdir()
    base = stores.new(tmp_path / "base")
    program(base, "prepare")
    made: list[Trial] = []

    def new() -> Trial:
        made.append(Trial(base, tmp_path / f"trial-{len(made)}"))
        return made[-1]

    yield new
    for trial in made:
        trial.server.stop()
        trial.store.drop()
    base.drop()


def settled(trials: list[Trial]) -> list[dict]:
    """What the next run and people make of each trial."""
    work = [{"name": t.store.name, "port": t.port, "arrived": t.arrived()} for t in trials]
    return json.loads(program(trials[0].store, "settle", TEN.isoformat(), text=json.dumps(work)))


@pytest.mark.slow
def test_killed_anywhere_nothing_is_sent_twice_and_all_ends_as_if_uncut(trials):
    uncut = trials()
    whole = uncut.send()
    assert whole.code == 0, whole.stderr
    assert json.loads(whole.stdout)["sent"] == len(BORROWERS)
    cut: list[Trial] = []
    for commit in stores.chosen(whole.commits):
        for where in ("before", "after"):
            cut.append(trials())
            assert cut[-1].send(kill=where, commit=commit).killed, (where, commit)
    draw = random.Random(7)
    for _ in range(stores.KILLS):
        cut.append(trials())
        cut[-1].send(after_seconds=whole.seconds * draw.uniform(0.5, 1.0))
    halfway = [set(t.arrived()) for t in cut]
    assert {0, 1, 2} == {len(a) for a in halfway}, "cut before, between and after the mails"
    end, *ends = settled([uncut, *cut])
    assert end["unknown"] == []
    assert [state for _, state in end["outbox"]] == ["sent", "sent"]
    unknown = 0
    for trial, found in zip(cut, ends, strict=True):
        ids = trial.arrived()
        assert len(ids) == len(set(ids)), "given to the server twice"
        assert set(ids) == set(uncut.arrived())
        assert {k: found[k] for k in ("outbox", "said")} == {k: end[k] for k in ("outbox", "said")}
        assert found["counted"] == end["counted"]
        unknown += len(found["unknown"])
    assert unknown, "no crash fell between *sending* and its end: this test proves nothing"


def test_three_senders_at_once_give_the_server_nothing_twice(trials):
    """Real processes over one outbox: each message goes out, once, through whichever came first."""
    trial = trials()
    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(lambda n: trial.send(counted=trial.store.state / str(n)), range(3)))
    assert [d.code for d in done] == [0, 0, 0], [d.stderr for d in done]
    reports = [json.loads(d.stdout) for d in done]
    assert sum(r["sent"] for r in reports) == len(BORROWERS)
    assert sum(r["unknown"] + r["failed"] + r["held"] for r in reports) == 0
    assert len(trial.arrived()) == len(set(trial.arrived())) == len(BORROWERS)
    (end,) = settled([trial])
    assert [state for _, state in end["outbox"]] == ["sent"] * len(BORROWERS)
    assert len(end["counted"]) == len(BORROWERS)
