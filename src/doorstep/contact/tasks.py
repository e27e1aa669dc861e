"""Sending in the worker, for whoever asks for it on a page; the worker also sends by itself."""

from __future__ import annotations

from django_tasks import task

from doorstep.contact.services.sending import send_due
from doorstep.kernel import clock

BATCH = 50


@task()
def send_messages() -> int:
    """Send what is due now; returns how many went out."""
    return send_due(clock.now(), BATCH, tick=clock.now).sent
