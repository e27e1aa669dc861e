"""The board of a day: a fixed, small number of sums, always through the viewer's scope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from doorstep.casefile import api as casefile
from doorstep.casefile.types import FactKind
from doorstep.compliance import api as compliance
from doorstep.contact import api as contact
from doorstep.contact.types import MessageState
from doorstep.insight.rules.shapes import per_mille, tone
from doorstep.insight.types import Board, BucketLine, MoneyDay, PromiseLine, WorkLine
from doorstep.kernel.money import Money
from doorstep.people.types import Viewer
from doorstep.visits import api as visits
from doorstep.visits.types import VisitStatus

MONEY_DAYS = 30
_PROMISE_ORDER = ("kept", "partly", "broken", "open", "withdrawn")
_GOOD = {
    FactKind.CALL: {"conversation", "promised"},
    FactKind.MESSAGE: {"sent", "delivered"},
    FactKind.VISIT: {"met", "promised", "found_home"},
}


def board(viewer: Viewer, as_of: date, *, at: datetime, zone: str) -> Board:
    """Everything on the board on `as_of`, whose midnight is that of `zone`, at the instant `at`."""
    start, end = day_bounds(as_of, zone)
    lines = bucket_lines(viewer)
    money = casefile.money_by_day(viewer, start - timedelta(days=MONEY_DAYS - 1), end, zone)
    return Board(
        as_of=as_of,
        buckets=tuple(lines),
        open_cases=sum(line.cases for line in lines),
        arrears=sums(line.arrears for line in lines),
        work=tuple(_work(viewer, as_of, at, (start, end))),
        due_today=promise_lines(viewer, as_of, as_of),
        promises=promise_lines(viewer, as_of - timedelta(days=MONEY_DAYS), as_of),
        money=tuple(_money_days(money, as_of)),
        money_today=sums(Money(n, c) for on, c, n in money if on == as_of and c),
        money_total=sums(Money(n, c) for _, c, n in money if c),
        verdicts=compliance.verdict_counts(viewer, as_of),
        blocked=tuple(compliance.blocked_report(viewer, as_of)),
        loosened=tuple(compliance.loosened(viewer, as_of)),
    )


def day_bounds(day: date, zone: str) -> tuple[datetime, datetime]:
    """The first instant of a day of `zone` and of the day after."""
    midnight = datetime.combine(day, time(), ZoneInfo(zone))
    return midnight, datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone))


def bucket_lines(viewer: Viewer) -> list[BucketLine]:
    """Open cases by bucket, from the mildest to the longest overdue."""
    rows = sorted(casefile.buckets(viewer), key=lambda r: (r["currency"], order(r["bucket"])))
    shares = per_mille([r["cases"] for r in rows])
    return [
        BucketLine(
            bucket=r["bucket"],
            cases=r["cases"],
            arrears=Money(r["arrears"] or 0, r["currency"]),
            share=share,
            tone=tone(number, len(rows)),
        )
        for number, (r, share) in enumerate(zip(rows, shares, strict=True))
    ]


def order(bucket: str) -> tuple[int, str]:
    """Buckets by their first day, not by the alphabet."""
    digits = "".join(c if c.isdigit() else " " for c in bucket).split()
    return (int(digits[0]) if digits else -1, bucket)


def promise_lines(viewer: Viewer, since: date, until: date) -> tuple[PromiseLine, ...]:
    """Promises due in [since, until] by status, kept first."""
    rows = [r for r in casefile.promise_sums(viewer, since, until) if r["status"] != "withdrawn"]
    rows.sort(key=lambda r: (r["currency"], _PROMISE_ORDER.index(r["status"])))
    shares = per_mille([r["n"] for r in rows])
    return tuple(
        PromiseLine(
            status=r["status"],
            count=r["n"],
            amount=Money(r["amount"] or 0, r["currency"]),
            received=Money(r["received"] or 0, r["currency"]),
            share=share,
        )
        for r, share in zip(rows, shares, strict=True)
    )


def sums(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """One sum for each currency, the largest first."""
    by_currency: dict[str, int] = defaultdict(int)
    for amount in amounts:
        by_currency[amount.currency] += amount.minor
    return tuple(Money(n, c) for c, n in sorted(by_currency.items(), key=lambda x: (-x[1], x[0])))


def _work(
    viewer: Viewer, day: date, at: datetime, span: tuple[datetime, datetime]
) -> Iterable[WorkLine]:
    counts = casefile.tally(viewer, *span)
    calls = contact.calls_today(viewer, day, at)
    queued = contact.message_counts(viewer)
    planned = visits.visits_on(viewer, day)
    waiting = {
        FactKind.CALL: calls.waiting + calls.later + len(calls.held),
        FactKind.MESSAGE: queued[MessageState.QUEUED] + queued[MessageState.SENDING],
        FactKind.VISIT: sum(v.status is VisitStatus.PLANNED for v in planned),
    }
    for kind, good in _GOOD.items():
        yield WorkLine(
            kind=str(kind),
            done=sum(n for (k, _), n in counts.items() if k is kind),
            good=sum(n for (k, result), n in counts.items() if k is kind and result in good),
            waiting=waiting[kind],
        )


def _money_days(money: list[tuple[date, str, int]], as_of: date) -> Iterable[MoneyDay]:
    """The last 30 days of the currency with most money in, days without any included."""
    totals = sums(Money(n, c) for _, c, n in money if c)
    if not totals:
        return
    currency = totals[0].currency
    found = {on: n for on, c, n in money if c == currency}
    for back in range(MONEY_DAYS - 1, -1, -1):
        on = as_of - timedelta(days=back)
        yield MoneyDay(on, Money(found.get(on, 0), currency))
