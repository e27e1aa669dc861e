"""Two at once: one last permitted call, one clearance, and only one of them gets it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from doorstep.compliance.tests import races

ROOT = Path(__file__).resolve().parents[4]
LOST = races.CREW - 1
pytestmark = pytest.mark.django_db(transaction=True)


def outcome(race, tmp_path):
    """The race on the database under test: in threads here, or with a file of its own."""
    if connection.vendor != "sqlite":
        return getattr(races, race)()
    env = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{tmp_path}/race.db",
        "DOORSTEP_STATE": str(tmp_path),
        "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}",
    }
    command = [sys.executable, "-m", "doorstep.compliance.tests.races", race]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_last_permitted_call_is_cleared_once(tmp_path):
    assert outcome("last_call", tmp_path) == ["cleared"] + ["defer"] * LOST


def test_a_clearance_is_redeemed_once(tmp_path):
    assert outcome("one_clearance", tmp_path) == ["redeemed"] + ["used"] * LOST
