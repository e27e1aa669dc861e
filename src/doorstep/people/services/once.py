"""The same call twice is done once: answers to REST calls kept by their idempotency key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from doorstep.kernel.ids import digest
from doorstep.people.models import GivenAnswer
from doorstep.people.types import Viewer

Answer = tuple[int, dict[str, Any]]


class KeyReusedError(ValueError):
    """The idempotency key was used before for another call; use a new key for a new call."""


def once(
    viewer: Viewer, key: str, asked: Mapping[str, Any], make: Callable[[], Answer], *, at: datetime
) -> Answer:
    """Do `make` and keep its answer (status, JSON body) under `key`; a second time only answer.

    `asked` is what the call says (path and body): the same key for something else raises
    KeyReusedError. The answer and what `make` writes are one transaction: an error in `make`
    leaves the key free. Without a key, `make` is simply done. Two calls at one instant: the
    second waits for the first and gets its answer.
    """
    if not key or viewer.organisation_id is None:
        return make()
    owner, said = viewer.organisation_id, digest(asked)
    if (known := _known(owner, key, said)) is not None:
        return known
    try:
        with transaction.atomic():
            kept = GivenAnswer.objects.create(
                organisation_id=owner,
                key=key[:200],
                asked=said,
                status=0,
                body={},
                at=at,
            )
            kept.status, kept.body = make()
            kept.save(update_fields=["status", "body"])
    except IntegrityError:
        known = _known(owner, key, said)
        if known is None:
            raise
        return known
    return kept.status, kept.body


def forget_answers(*, at: datetime) -> int:
    """Delete answers older than `settings.KEEP_ANSWERS_DAYS`; returns how many."""
    kept = timedelta(days=settings.KEEP_ANSWERS_DAYS)
    gone, _ = GivenAnswer.objects.filter(at__lt=at - kept).delete()
    return gone


def _known(owner: int, key: str, said: str) -> Answer | None:
    row = GivenAnswer.objects.filter(organisation_id=owner, key=key[:200]).first()
    if row is None:
        return None
    if row.asked != said:
        raise KeyReusedError("this Idempotency-Key was used for another call; send a new one")
    return row.status, row.body
