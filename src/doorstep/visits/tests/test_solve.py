import json
import os
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from doorstep.visits.commands import app
from doorstep.visits.rules.bound import bound
from doorstep.visits.rules.check import check
from doorstep.visits.rules.solve import solve
from doorstep.visits.rules.week import WeekError, read_week
from doorstep.visits.tests.weeks import HOUR, random_week
from doorstep.visits.types import (
    Candidate,
    CrewDay,
    Detour,
    Lunch,
    PlannedRoute,
    Reason,
    Week,
    WindowEnd,
)

HOME = (42.9, 129.5)
ZHU = CrewDay("zhu", HOME, ("zh",), (9 * HOUR, 18 * HOUR), 16, Lunch(2700, (12 * HOUR, 14 * HOUR)))
ROAD = Detour(1.35, 28, 60, 1)


def door(name="li", **changes):
    usual = {
        "at": (42.91, 129.51),
        "language": "zh",
        "days": (0,),
        "window": (8 * HOUR, 19 * HOUR),
        "service": 1200,
        "worth": 50_000,
    }
    return Candidate(id=name, **{**usual, **changes})


def week(*doors, crews=(ZHU,), **changes):
    return Week(1, tuple(crews), tuple(doors), ROAD, **changes)


def test_thousands_of_small_weeks_keep_every_rule():
    planned = 0
    for seed in range(3000):
        one = random_week(seed)
        plan = solve(one, seed=seed, rounds=15)
        found = check(one, plan.routes)
        assert found.violations == (), (seed, found.violations)
        assert found.value == plan.value <= bound(one) + 1e-6, seed
        assert found.value >= 0, seed
        visited = {s for r in plan.routes for s in r.stops}
        assert visited | set(plan.unvisited) == {c.id for c in one.candidates}
        assert not visited & set(plan.unvisited)
        planned += len(visited)
    assert planned > 2000  # the weeks are not so mean that the test is empty


def test_small_weeks_are_planned_as_well_as_trying_every_order():
    from itertools import permutations

    def best_by_hand(one):
        ids = [c.id for c in one.candidates]
        crew = one.agents[0].id
        best = 0
        for size in range(1, len(ids) + 1):
            for stops in permutations(ids, size):
                found = check(one, [PlannedRoute(crew, 0, stops)])
                if not found.violations:
                    best = max(best, found.value)
        return best

    compared = 0
    for seed in range(9000):
        one = random_week(seed)
        if one.days == 1 and len(one.agents) == 1 and 2 <= len(one.candidates) <= 6:
            plan = solve(one, seed=1, rounds=300)
            assert plan.value == best_by_hand(one), seed
            compared += plan.value > 0
    assert compared > 20


def test_the_checker_names_what_a_bad_plan_breaks():
    one = week(door("late", window=(9 * HOUR, 9 * HOUR + 60)), door("ko", language="ko"))
    for stops, word in (
        (("late",), "no timing"),
        (("ko",), "does not speak"),
        (("late", "late"), "twice"),
        (("nobody",), "unknown"),
    ):
        found = check(one, [PlannedRoute("zhu", 0, stops)])
        assert any(word in v for v in found.violations), word


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"worth": 0}, Reason.WORTH),
        ({"worth": -5}, Reason.WORTH),
        ({"worth": 30}, Reason.WORTH),  # the way there costs more
        ({"language": "ko"}, Reason.LANGUAGE),
        ({"days": ()}, Reason.NO_DAY),
        ({"window": (6 * HOUR, 7 * HOUR)}, Reason.WINDOW),
        ({"at": (45.9, 129.5)}, Reason.WINDOW),
    ],
)
def test_a_door_left_out_has_its_reason(changes, reason):
    assert solve(week(door(**changes)), seed=1, rounds=20).unvisited == {"li": reason}


def test_a_full_day_is_said_and_the_dearer_door_is_chosen():
    one = week(
        door("cheap", worth=9_000),
        door("dear"),
        crews=(CrewDay("zhu", HOME, ("zh",), ZHU.shift, 1, ZHU.lunch),),
    )
    plan = solve(one, seed=1, rounds=20)
    assert [r.stops for r in plan.routes] == [("dear",)]
    assert plan.unvisited == {"cheap": Reason.DAY_FULL}


def test_a_window_can_mean_the_end_of_the_visit():
    narrow = door(window=(8 * HOUR, 10 * HOUR), service=2 * HOUR - 600)
    assert solve(week(narrow), seed=1, rounds=20).routes
    plan = solve(week(narrow, window_end=WindowEnd.FINISH), seed=1, rounds=20)
    assert plan.unvisited == {"li": Reason.WINDOW}


def test_the_source_run_as_plain_python_gives_the_same_plan():
    code = (
        "from doorstep.visits.rules.solve import solve\n"
        "from doorstep.visits.tests.weeks import random_week\n"
        "for s in range(6): print(solve(random_week(s), seed=s, rounds=40))\n"
    )
    plain = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert plain == "".join(f"{solve(random_week(s), seed=s, rounds=40)}\n" for s in range(6))


def as_json(one):
    return {
        "format": "doorstep-visits/1",
        "days": one.days,
        "agents": [
            {
                "id": a.id,
                "home": list(a.home),
                "languages": list(a.languages),
                "shift": list(a.shift),
                "max_visits": a.max_visits,
                "lunch": {"length": a.lunch.length, "window": list(a.lunch.window)},
            }
            for a in one.agents
        ],
        "candidates": [
            {
                "id": c.id,
                "at": list(c.at),
                "language": c.language,
                "days": list(c.days),
                "window": list(c.window),
                "service": c.service,
                "worth": c.worth,
            }
            for c in one.candidates
        ],
        "travel": {
            "kind": "detour",
            "factor": 1.35,
            "speed_kmh": 28,
            "parking": 60,
            "cost_per_second": 1,
        },
    }


def test_the_command_prints_a_plan_that_its_own_check_accepts(tmp_path):
    doors = [door(f"c{k}", at=(42.9 + k / 300, 129.5)) for k in range(30)]
    file, plan = tmp_path / "week.json", tmp_path / "plan.json"
    file.write_text(json.dumps(as_json(week(*doors))))
    args = ["solve", str(file), "--iterations", "200", "--seed", "3", "--threads", "2"]
    first, second = (json.loads(CliRunner().invoke(app, args).stdout) for _ in range(2))
    assert {k: first[k] for k in first if k != "seconds"} == {
        k: second[k] for k in second if k != "seconds"
    }
    assert set(first) == {
        "routes",
        "value",
        "bound",
        "gap_percent",
        "seconds",
        "seed",
        "unvisited",
    }
    plan.write_text(json.dumps(first))
    accepted = CliRunner().invoke(app, ["check", str(file), str(plan)])
    assert accepted.exit_code == 0, accepted.output
    assert json.loads(accepted.stdout)["value"] == first["value"]
    plan.write_text(json.dumps({"routes": [{"agent": "zhu", "day": 0, "stops": ["c1", "c1"]}]}))
    assert CliRunner().invoke(app, ["check", str(file), str(plan)]).exit_code == 1


def test_a_wrong_week_is_refused_by_the_name_of_what_is_wrong(tmp_path):
    good = as_json(week(door()))
    assert read_week(good).candidates[0].id == "li"
    assert read_week({**good, "window_end_means": "finish"}).window_end is WindowEnd.FINISH
    for spoil, where in (
        (lambda w: w.update(colour="red"), "week.colour"),
        (lambda w: w["candidates"][0].update(worth=1.5), "candidates[0].worth"),
        (lambda w: w["candidates"][0].update(days=[7]), "candidates[0].days"),
        (lambda w: w["agents"][0].pop("shift"), "agents[0].shift"),
        (lambda w: w.update(format="doorstep-visits/9"), "format"),
        (lambda w: w["candidates"].append(w["candidates"][0]), "candidates"),
        (lambda w: w.update(window_end_means="middle"), "window_end_means"),
        (lambda w: w.update(days=10**9), "days"),
        (lambda w: w["candidates"][0].update(worth=10**40), "candidates[0].worth"),
        (lambda w: w["candidates"][0].update(service=10**30), "candidates[0].service"),
    ):
        bad = json.loads(json.dumps(good))
        spoil(bad)
        with pytest.raises(WeekError) as error:
            read_week(bad)
        assert error.value.where == where
    file = tmp_path / "week.vrp"
    file.write_text("NAME: x")
    refused = CliRunner().invoke(app, ["solve", str(file), "--iterations", "1"])
    assert refused.exit_code == 3
    assert "not supported" in refused.stderr
    assert CliRunner().invoke(app, ["solve", str(file)]).exit_code == 2


@pytest.mark.parametrize("asked", ["--seconds=nan", "--seconds=-1", "--iterations=-1"])
def test_no_time_to_plan_in_is_wrong_usage(tmp_path, asked):
    file = tmp_path / "week.json"
    file.write_text(json.dumps(as_json(week(door()))))
    done = CliRunner().invoke(app, ["solve", str(file), asked])
    assert (done.exit_code, done.stdout) == (2, "")


def test_json_nested_without_end_is_bad_input(tmp_path):
    file = tmp_path / "week.json"
    file.write_text("[" * 100_000)
    done = CliRunner().invoke(app, ["solve", str(file), "--iterations", "1"])
    assert (done.exit_code, done.stdout) == (3, "")
    assert "repair the JSON" in done.stderr


def test_the_schema_says_what_is_accepted():
    from jsonschema_rs import validator_for

    valid = validator_for(json.loads(CliRunner().invoke(app, ["schema"]).stdout)).is_valid
    good = as_json(week(door()))
    assert valid(good)
    for key in good:
        assert not valid({k: v for k, v in good.items() if k != key}), key
    assert not valid({**good, "colour": "red"})
    assert not valid({**good, "window_end_means": "middle"})
