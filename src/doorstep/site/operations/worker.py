"""The worker: tasks that pages asked for, and every few seconds the messages that are due."""

from __future__ import annotations

import logging
import threading

from django.core.management import call_command
from django.db import close_old_connections

from doorstep.kernel import clock

_log = logging.getLogger(__name__)
EVERY_SECONDS = 5
BATCH = 50


def work() -> None:
    """Run until told to stop (SIGTERM or Ctrl-C), finishing the task at hand."""
    stop = threading.Event()
    sender = threading.Thread(target=_send_until, args=(stop,), daemon=True)
    sender.start()
    try:
        call_command("db_worker", interval=1, verbosity=0)
    finally:
        stop.set()
        sender.join(timeout=30)


def _send_until(stop: threading.Event) -> None:
    """First settle what an earlier worker left in the air, then send what is due, again and again.

    An error is logged and tried again: a mail server that is away must not stop the worker.
    """
    from doorstep.contact import api as contact

    contact.recover_unknown(clock.now())
    while not stop.is_set():
        try:
            contact.send_due(clock.now(), BATCH, tick=clock.now)
        except Exception:
            _log.exception("sending failed; trying again in %s s", EVERY_SECONDS)
        close_old_connections()
        stop.wait(EVERY_SECONDS)
