"""Sent by several at once, a borrower's money counts once and meets no debt twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from doorstep.book.tests import borrower_race

ROOT = Path(__file__).resolve().parents[4]
pytestmark = pytest.mark.django_db(transaction=True)


def test_two_payments_sent_by_three_each_at_once(tmp_path, settings):
    settings.STATE = tmp_path
    if connection.vendor != "sqlite":
        found = borrower_race.race()
    else:
        env = {
            **os.environ,
            "DATABASE_URL": f"sqlite:///{tmp_path}/race.db",
            "DOORSTEP_STATE": str(tmp_path),
            "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}",
        }
        command = [sys.executable, "-m", "doorstep.book.tests.borrower_race"]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
    # 2,060.00 are due on each loan. The first is divided in proportion, 1,500.00 for each loan; the
    # other meets the 560.00 left of each, and 1,880.00 not due yet in proportion.
    assert found == {"new": 2, "events": 4, "due": 112_000, "proportion": 488_000}
