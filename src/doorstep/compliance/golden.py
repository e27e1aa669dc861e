"""The golden cases of a pack, asked again: what differs from what is expected."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from doorstep.compliance.packs import Expected, GoldenCase, cases, packs
from doorstep.compliance.rules._judge import judge
from doorstep.compliance.types import Question, Verdict


def answer(question: Question) -> Verdict:
    """The verdict on a question as it stands."""
    return judge(question.action, question.facts, packs(question.packs), question.at)


def differences(code: str) -> Iterator[str]:
    """One line for each case of a pack that does not come out as written."""
    for case in cases(code):
        yield from (f"{code} {case.id}: {what}" for what in _differs(case))


def _differs(case: GoldenCase) -> Iterator[str]:
    verdict = answer(case.question)
    yield from _against(case.expect, verdict)
    if case.twin is not None and answer(case.twin).permitted == case.expect.permitted:
        yield f"the twin is {answer(case.twin).answer} as well; it must flip the answer"


def _against(expect: Expected, verdict: Verdict) -> Iterator[str]:
    if verdict.permitted is not expect.permitted:
        yield f"permitted is {verdict.permitted} by {', '.join(verdict.deciding) or 'no rule'}"
    if expect.verdict is not None and verdict.answer is not expect.verdict:
        yield f"the verdict is {verdict.answer}, not {expect.verdict}"
    if missing := set(expect.deciding) - set(verdict.deciding):
        yield f"{', '.join(sorted(missing))} did not decide; {', '.join(verdict.deciding)} did"
    if missing := set(expect.duties) - {d.code for d in verdict.duties}:
        yield f"the duties {', '.join(sorted(missing))} are missing"
    if expect.defer_until and (
        verdict.defer_until is None
        or verdict.defer_until != datetime.fromisoformat(expect.defer_until)
    ):
        yield f"deferred until {verdict.defer_until}, not {expect.defer_until}"
