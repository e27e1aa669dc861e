"""One day at a time, told by the operating system, also when the owner was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest
from django.db import connection

from doorstep.cycle.services.lock import BusyError, day_is_running, day_lock

pytestmark = pytest.mark.django_db(transaction=True)

_HOLDER = """
import django; django.setup()
from django.db import connections
connections["default"].settings_dict["NAME"] = {name!r}
from doorstep.cycle.services.lock import day_lock
with day_lock():
    print("held", flush=True)
    import time; time.sleep(60)
"""


@pytest.fixture
def holder():
    """Another process that holds the day of this very database."""
    name = str(connection.settings_dict["NAME"])
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLDER.format(name=name)],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "doorstep.site.settings"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()


def test_a_second_run_at_once_is_refused(holder) -> None:
    assert day_is_running()
    with pytest.raises(BusyError), day_lock():
        pass


def test_the_lock_of_a_killed_process_is_gone(holder) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    for _ in range(50):  # the server needs a moment to see that its client is gone
        if not day_is_running():
            break
        time.sleep(0.1)
    with day_lock():
        pass


def test_held_by_this_process_it_is_not_given_twice() -> None:
    with day_lock():
        pass
    assert not day_is_running()
