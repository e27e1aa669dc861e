"""A day is done once, in order, whatever happens to it on the way."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from doorstep.cycle import api as cycle
from doorstep.cycle.models import DayRun, StepRun
from doorstep.cycle.services import run as running
from doorstep.cycle.services.lock import day_is_running, day_lock
from doorstep.cycle.steps import Day, Step
from doorstep.people import api as people
from doorstep.people.types import SYSTEM, OrganisationKind, Permission, Viewer

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
"""12:00 at home."""


class Diary:
    """Steps that write a row each, and can be told to fail."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, date]] = []
        self.fails = ""

    def step(self, name: str, *, group: str = "", keeps_books: bool = True) -> Step:
        def run(day: Day) -> dict[str, int]:
            people.create_organisation(
                f"{name}-{day.day}",
                name=name,
                kind=OrganisationKind.AGENCY,
                country="CN",
                zone="Asia/Shanghai",
            )
            if self.fails == name:
                raise ValueError(f"{name} broke on 李娜")
            self.seen.append((name, day.day))
            return {"rows": 1}

        return Step(name, name, run, group, keeps_books)


@pytest.fixture
def diary(monkeypatch: pytest.MonkeyPatch) -> Diary:
    diary = Diary()
    steps = (
        diary.step("age"),
        diary.step("wish", group="choose", keeps_books=False),
        diary.step("plan", group="choose", keeps_books=False),
    )
    monkeypatch.setattr(running, "STEPS", steps)
    monkeypatch.setattr("doorstep.cycle.queries.STEPS", steps)
    return diary


def test_steps_run_in_order_and_twice_on_one_date_changes_nothing(diary: Diary) -> None:
    first = cycle.run_day(TODAY, at=NOON)
    digest, _ = cycle.state_digest()
    second = cycle.run_day(TODAY, at=NOON + timedelta(hours=3))
    assert [s.name for s in first.steps] == ["age", "wish", "plan"]
    assert (first.changed, second.changed) == (True, False)
    assert second.at == first.at == NOON
    assert len(diary.seen) == 3
    assert cycle.state_digest()[0] == digest


def test_a_failed_step_undoes_its_group_and_only_that(diary: Diary) -> None:
    diary.fails = "plan"
    with pytest.raises(cycle.DayFailedError, match="wish, plan"):
        cycle.run_day(TODAY, at=NOON)
    assert people.organisation(f"age-{TODAY}")
    assert people.organisation(f"wish-{TODAY}") is None
    failed = cycle.failed_day(SYSTEM)
    assert failed is not None
    assert failed.missing == ("wish", "plan")
    assert "李娜" not in failed.error


def test_a_failed_day_run_again_ends_as_if_it_had_not_failed(diary: Diary) -> None:
    diary.fails = "plan"
    with pytest.raises(cycle.DayFailedError):
        cycle.run_day(TODAY, at=NOON)
    diary.fails = ""
    report = cycle.run_day(TODAY, at=NOON + timedelta(hours=1))
    assert report.changed
    assert [name for name, _ in diary.seen] == ["age", "wish", "wish", "plan"]
    assert report.at == NOON
    assert cycle.failed_day(SYSTEM) is None
    assert DayRun.objects.get().attempts == 2


def test_missed_days_keep_the_books_but_plan_nothing(diary: Diary) -> None:
    cycle.run_day(TODAY - timedelta(days=3), at=NOON - timedelta(days=3))
    diary.seen.clear()
    report = cycle.run_day(TODAY, at=NOON)
    assert report.caught_up == (TODAY - timedelta(days=2), TODAY - timedelta(days=1))
    assert diary.seen == [
        ("age", TODAY - timedelta(days=2)),
        ("age", TODAY - timedelta(days=1)),
        ("age", TODAY),
        ("wish", TODAY),
        ("plan", TODAY),
    ]


def test_a_day_left_unfinished_is_brought_up_to_date_first(diary: Diary) -> None:
    diary.fails = "age"
    with pytest.raises(cycle.DayFailedError):
        cycle.run_day(TODAY - timedelta(days=1), at=NOON - timedelta(days=1))
    diary.fails = ""
    cycle.run_day(TODAY, at=NOON)
    assert not DayRun.objects.exclude(status="done").exists()


def test_a_day_to_come_is_refused_by_the_clock_at_home(diary: Diary) -> None:
    before_midnight = datetime(2026, 11, 24, 15, 59, tzinfo=UTC)
    with pytest.raises(cycle.NotYetError):
        cycle.run_day(date(2026, 11, 25), at=before_midnight)
    cycle.run_day(date(2026, 11, 25), at=before_midnight + timedelta(minutes=1))


def test_days_go_forward_only(diary: Diary) -> None:
    cycle.run_day(TODAY, at=NOON)
    with pytest.raises(cycle.NotYetError, match="forward"):
        cycle.run_day(TODAY - timedelta(days=1), at=NOON)


def test_a_day_run_before_opening_is_dated_at_opening(diary: Diary) -> None:
    night = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
    report = cycle.run_day(TODAY, at=night)
    assert report.at == cycle.opening(TODAY)


def test_a_run_that_died_shows_as_failed(diary: Diary) -> None:
    DayRun.objects.create(day=TODAY, at=NOON)
    failed = cycle.failed_day(SYSTEM)
    assert failed is not None
    assert failed.missing == ("age", "wish", "plan")
    with day_lock():
        pass
    assert not day_is_running()


def test_counts_over_all_organisations_are_not_shown_to_one(diary: Diary) -> None:
    cycle.run_day(TODAY, at=NOON)
    manager = Viewer(organisation_id=1, permissions=frozenset({Permission.RUN_DAY}))
    assert [dict(s.counts) for s in cycle.last_runs(manager)[0].steps] == [{}, {}, {}]
    assert cycle.last_runs(Viewer(organisation_id=1)) == []


def test_the_digest_sees_a_changed_row_and_no_row_number(diary: Diary) -> None:
    cycle.run_day(TODAY, at=NOON)
    before, _ = cycle.state_digest()
    StepRun.objects.filter(name="plan").update(seconds=9.0)
    assert cycle.state_digest()[0] == before
    people.create_organisation(
        f"age-{TODAY}",
        name="another",
        kind=OrganisationKind.AGENCY,
        country="CN",
        zone="Asia/Shanghai",
    )
    assert cycle.state_digest()[0] != before
