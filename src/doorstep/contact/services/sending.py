"""The outbox carries out: at most once, whatever happens.

queued ─(cleared, committed)→ sending ─(network)→ sent, failed, queued again, or unknown.
No transaction is open while the network is used. A process killed between the commit of `sending`
and the commit of what came of it leaves `sending`; `recover_unknown` makes that `unknown`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from doorstep.casefile import api as casefile
from doorstep.compliance import api as gate
from doorstep.compliance.types import AttemptResult, ClearanceError, Cleared, Denied, Verdict
from doorstep.contact.models import Outgoing, OutgoingStep
from doorstep.contact.ports import Channel, NeverAgainError, TryLaterError
from doorstep.contact.rules.actions import unpack
from doorstep.contact.rules.retries import next_try
from doorstep.contact.services import recording
from doorstep.contact.services.channels import NoChannelError, open_channel
from doorstep.contact.services.queueing import BY, NoTextError, local_day, write
from doorstep.contact.services.values import About, gather
from doorstep.contact.types import Envelope, Message, MessageState, Receipt, SendReport
from doorstep.kernel import sealed
from doorstep.people.types import SYSTEM
from doorstep.verification import api as verification

STALE = timedelta(minutes=5)
"""Longer than any channel may take: a message still *sending* after this was cut off."""

MINUTES = 2
"""A clearance is used at once; one that is not must be gone before the first retry."""

FRESH = timedelta(minutes=1)
"""How old the facts behind a text may be; the gate itself is always asked at the instant."""
Tick = Callable[[], datetime]


def send_due(at: datetime, limit: int = 100, *, tick: Tick | None = None) -> SendReport:
    """Send at most `limit` messages that are due at `at`, most urgent first.

    Each is judged again, written anew from today's facts, committed as *sending*, and only then
    handed to its channel. `tick` gives the instant of each (default: always `at`), so that a slow
    batch does not carry a morning's permission into the night.
    """
    clock = tick or (lambda: at)
    lost, held = recover_unknown(at), expire(at)
    batch = _Batch(clock)
    try:
        batch.keys = _due(at, limit)
        for key in batch.keys:
            batch.send(key)
    finally:
        batch.close()
    report = batch.report
    return replace(report, held=report.held + held, unknown=report.unknown + lost)


def recover_unknown(at: datetime, *, stale: timedelta = STALE) -> int:
    """Messages that a crash left in *sending* become *unknown*: counted against every cap, never
    sent again by themselves, waiting for a person. Returns how many."""
    rows = Outgoing.objects.filter(state=MessageState.SENDING, changed_at__lte=at - stale)
    count = 0
    for key in list(rows.order_by("changed_at", "id").values_list("pk", flat=True)):
        count += _finish(key, MessageState.UNKNOWN, "cut_off", at)
    return count


def expire(at: datetime) -> int:
    """Messages whose legal time passed unsent are held; tomorrow wishes anew. Returns how many."""
    with transaction.atomic():
        rows = list(
            Outgoing.objects.select_for_update()
            .filter(state=MessageState.QUEUED, not_after__lte=at)
            .order_by("id")
        )
        for row in rows:
            move(row, MessageState.HELD, at, "too_late")
    return len(rows)


def move(row: Outgoing, state: MessageState, at: datetime, why: str = "", by: str = BY) -> None:
    """Write a new state and its step; the caller holds the row's lock."""
    row.state, row.why, row.changed_at = state, why, at
    row.save()
    OutgoingStep.objects.create(message=row, state=state, at=at, by=by, why=why)


def _due(at: datetime, limit: int) -> list[UUID]:
    rows = Outgoing.objects.filter(state=MessageState.QUEUED, try_at__lte=at, not_after__gt=at)
    return list(rows.order_by("rank", "try_at", "id").values_list("pk", flat=True)[:limit])


@dataclass
class _Batch:
    """One run over the outbox: channels stay open, and what was redeemed is remembered."""

    clock: Tick
    report: SendReport = field(default_factory=SendReport)
    channels: dict[str, Channel] = field(default_factory=dict)
    redeemed: set[UUID] = field(default_factory=set)
    keys: Sequence[UUID] = ()
    abouts: dict[UUID, About] = field(default_factory=dict)
    read_at: datetime | None = None

    def read(self, at: datetime) -> None:
        """What may be said of the cases of this batch, in few queries for all of them."""
        rows = list(Outgoing.objects.filter(pk__in=self.keys).only("case_id", "name"))
        cases = casefile.cases_of(SYSTEM, sorted({row.case_id for row in rows}))
        names = {
            (case.lender_id, case.borrower_id): sealed.open_(row.name)
            for row in rows
            if (case := cases.get(row.case_id))
        }
        self.abouts, self.read_at = gather(list(cases.values()), at, names), at

    def send(self, key: UUID) -> None:
        cleared = self._claim(key)
        if cleared is None:
            return
        try:
            receipt = self._channel(cleared.it.action.channel).send(cleared)
        except NeverAgainError as error:
            self._count(
                "failed", _finish(key, MessageState.FAILED, f"never: {error}", self.clock())
            )
        except (TryLaterError, NoChannelError) as error:
            self._retry(key, str(error))
        except ClearanceError as error:
            self._refused(key, cleared, error)
        except Exception as error:  # whatever else happened, it may have been handed over
            self._unknown(key, error)
        else:
            self._count("sent", _finish(key, MessageState.SENT, "", self.clock(), receipt))

    def close(self) -> None:
        for channel in self.channels.values():
            channel.close()

    def redeem(self, cleared: Cleared[Message]) -> Envelope:
        """What a channel is given instead of an address (ports.Redeem)."""
        action, at = cleared.it.action, self.clock()
        with transaction.atomic():
            gate.redeem(cleared, cleared.it, at=at)
            address = verification.value_to_send(SYSTEM, UUID(action.to.point))
        self.redeemed.add(cleared.clearance_id)
        return Envelope(address, self.abouts[action.case].writer.name)

    def _claim(self, key: UUID) -> Cleared[Message] | None:
        """Judge and commit *sending* in one transaction; None: not ours, or not permitted."""
        at = self.clock()
        with transaction.atomic():
            row = (
                Outgoing.objects.select_for_update(skip_locked=True, of=("self",))
                .filter(pk=key, state=MessageState.QUEUED)
                .first()
            )
            if row is None:
                return None
            try:
                cleared = self._clear(row, at)
            except NoTextError as error:
                move(row, MessageState.HELD, at, error.code)
            except Denied as denied:
                self._denied(row, denied.verdict, at)
            else:
                row.clearance_id = cleared.clearance_id
                move(row, MessageState.SENDING, at)
                return cleared
            self._count("held", row.state == MessageState.HELD)
            return None

    def _clear(self, row: Outgoing, at: datetime) -> Cleared[Message]:
        """Write the final text from today's facts and ask the gate. Raises NoTextError, Denied."""
        if self.read_at is None or at - self.read_at > FRESH:
            self.read(at)
        about = self.abouts.get(row.case_id)
        if about is None:
            raise NoTextError("no_case")
        planned = unpack(row.action)
        written = write(planned, about, local_day(about.case, at))
        if written.content != sealed.open_(row.content):
            row.content, row.amount = sealed.seal(written.content), written.amount
        action = replace(planned, content=written.content)
        message = Message(action, f"{row.pk}@doorstep", written.language)
        return gate.clear(SYSTEM, message, at=at, minutes=MINUTES)

    def _denied(self, row: Outgoing, verdict: Verdict, at: datetime) -> None:
        """Deferred inside its time: wait in the queue. Otherwise held, with the rules in why."""
        why = ", ".join(verdict.deciding)[:200]
        if verdict.defer_until and at < verdict.defer_until < row.not_after:
            row.try_at = verdict.defer_until
            move(row, MessageState.QUEUED, at, why)
        else:
            move(row, MessageState.HELD, at, why)

    def _channel(self, name: str) -> Channel:
        if name not in self.channels:
            self.channels[name] = open_channel(name, self.redeem)
        return self.channels[name]

    def _retry(self, key: UUID, why: str) -> None:
        at = self.clock()
        with transaction.atomic():
            row = _sending(key)
            if row is None:
                return
            if row.clearance_id in self.redeemed:
                recording.count(row, AttemptResult.FAILED, row.changed_at)
            row.tries += 1
            again = next_try(row.tries, at, row.not_after)
            if again is not None:
                row.try_at, row.clearance_id = again, None
                move(row, MessageState.QUEUED, at, why[:200])
        if again is None:
            self._count("failed", _finish(key, MessageState.FAILED, f"later: {why}", at))
        else:
            self._count("retried", True)

    def _refused(self, key: UUID, cleared: Cleared[Message], error: ClearanceError) -> None:
        if cleared.clearance_id in self.redeemed:
            self._unknown(key, error)
            return
        with transaction.atomic():
            row = _sending(key)
            if row is not None:
                row.clearance_id = None
                move(row, MessageState.HELD, self.clock(), f"clearance: {error.reason}"[:200])
        self._count("held", row is not None)

    def _unknown(self, key: UUID, error: Exception) -> None:
        why = f"{type(error).__name__}"
        self._count("unknown", _finish(key, MessageState.UNKNOWN, why, self.clock()))

    def _count(self, what: str, happened: bool) -> None:
        if happened:
            now = getattr(self.report, what) + 1
            self.report = replace(self.report, **{what: now})


def _sending(key: UUID) -> Outgoing | None:
    rows = Outgoing.objects.select_for_update(of=("self",))
    return rows.filter(pk=key, state=MessageState.SENDING).first()


def _finish(
    key: UUID, state: MessageState, why: str, at: datetime, receipt: Receipt | None = None
) -> bool:
    """Commit what became of a message, with everything that follows from it; once.

    A sender that was slow and found its message called *unknown* meanwhile still tells what it
    knows; the gate replaces the one by the other.
    """
    with transaction.atomic():
        row = Outgoing.objects.select_for_update(of=("self",)).get(pk=key)
        late = row.state == MessageState.UNKNOWN and state is not MessageState.UNKNOWN
        if row.state != MessageState.SENDING and not late:
            return False
        began, row.provider_reference = row.changed_at, receipt.reference[:200] if receipt else ""
        move(row, state, at, why[:200])
        recording.message_done(row, at, began=began)
    return True
