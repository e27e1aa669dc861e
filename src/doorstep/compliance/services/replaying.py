"""A stored verdict given again, years later: facts and packs of then, the code of now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from doorstep.compliance.grounds import LostError, kept_body, question
from doorstep.compliance.models import StoredVerdict
from doorstep.compliance.packs import PackError, pack_of
from doorstep.compliance.rules._judge import Pack, judge
from doorstep.compliance.services.policies import Change, PolicyError, with_changes
from doorstep.compliance.stored import pack_finding, tells
from doorstep.compliance.types import Replayed, Verdict
from doorstep.kernel.ids import canonical


def replay(row: StoredVerdict, packs: PacksOfThen | None = None) -> Replayed:
    """One stored verdict against its replay."""
    packs = packs or PacksOfThen()
    try:
        asked, facts = question(row)
        assert row.grounds is not None
        again = judge(asked, facts, [packs.named(n) for n in row.grounds["packs"]], row.at)
    except (LostError, PackError, PolicyError) as error:
        return Replayed(row.pk, row.answer, lost=str(error))
    return Replayed(row.pk, row.answer, tuple(differences(row, again)))


def replay_all(
    *, since: datetime | None = None, verdict_id: UUID | None = None
) -> Iterator[Replayed]:
    """Stored verdicts judged again, oldest first: all, those since an instant, or one."""
    rows = StoredVerdict.objects.order_by("at", "id")
    if since is not None:
        rows = rows.filter(at__gte=since)
    if verdict_id is not None:
        rows = rows.filter(pk=verdict_id)
    packs = PacksOfThen()
    for row in rows.iterator(chunk_size=500):
        yield replay(row, packs)


class PacksOfThen:
    """Packs as they were kept with verdicts, each read once."""

    def __init__(self) -> None:
        self._read: dict[str, Pack] = {}

    def named(self, name: str) -> Pack:
        """The pack of a digest, loosened as it was. Raises LostError, PackError."""
        if name not in self._read:
            source = kept_body(name)
            changes = tuple(Change(*c) for c in source.get("changes", ()))
            found = pack_of(source["head"]["code"], source)
            self._read[name] = with_changes(found, changes)
        return self._read[name]


def differences(row: StoredVerdict, again: Verdict) -> Iterator[str]:
    """What a verdict says now that it did not say when it was stored."""
    whole = row.facts is not None
    findings = [pack_finding(f) for f in again.findings if whole or tells(f)]
    pairs: tuple[tuple[str, Any, Any], ...] = (
        ("answer", row.answer, again.answer.value),
        ("deciding", row.deciding, list(again.deciding)),
        ("defer_until", row.defer_until, again.defer_until),
        ("packs", row.packs, dict(again.packs)),
    )
    for name, was, now in pairs:
        if was != now:
            yield f"{name}: was {was}, is {now}"
    yield from _findings(
        {f[0]: _plain(f) for f in row.findings}, {f[0]: _plain(f) for f in findings}
    )


def _plain(finding: Sequence[Any]) -> str:
    """A finding without its rule, its instant in one zone: what is compared."""
    result, code, args, ends, *rest = finding[1:]
    until = datetime.fromisoformat(ends).astimezone(UTC).isoformat() if ends else None
    return canonical([result, code, args, until, *rest]).decode()


def _findings(was: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    """Each rule that says something else now, by name."""
    for rule in dict.fromkeys([*was, *now]):
        if was.get(rule) != now.get(rule):
            yield f"{rule}: was {was.get(rule, 'silent')}, is {now.get(rule, 'silent')}"
