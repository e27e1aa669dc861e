"""`doorstep visits …`: plan a week from a file, check a plan."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(no_args_is_help=True, help="Field visits: who knocks where and when.")
_LOADED = time.monotonic()
_LONGEST = 86_400


@app.command()
def solve(
    week: Annotated[Path, typer.Argument(help="WEEK.json, format doorstep-visits/1")],
    seed: Annotated[int, typer.Option(help="same seed and iterations, same plan")] = 0,
    seconds: Annotated[float | None, typer.Option(help="stop after so much wall time")] = None,
    iterations: Annotated[int | None, typer.Option(min=0, help="or after so many rounds")] = None,
    threads: Annotated[int, typer.Option(min=1, help="starts side by side; the best wins")] = 1,
) -> None:
    """Plan a week and print the plan with its value, an upper bound and why others are left out."""
    from doorstep.visits.rules.bound import bound
    from doorstep.visits.rules.week import read_week, write_plan

    if (seconds is None) == (iterations is None):
        raise _usage("--seconds or --iterations: give one of them, and only one")
    if seconds is not None and not 0 < seconds <= _LONGEST:
        raise _usage(f"--seconds: {seconds} is no time to plan in; give up to {_LONGEST}")
    started = _process_start()
    plan_this = _read(week, read_week)
    from doorstep.visits.rules.solve import solve as search

    top = bound(plan_this)
    spent = None
    if seconds is not None:
        end = max(0.97 * seconds - 0.15, 0.05)  # the rest pays for the last fill and the output
        spent = lambda: (time.monotonic() - started) / end  # noqa: E731
    plan = search(plan_this, seed=seed, rounds=iterations or 0, spent=spent, threads=threads)
    took = time.monotonic() - started
    typer.echo(json.dumps(write_plan(plan, bound=top, seconds=took, seed=seed)))


@app.command()
def check(
    week: Annotated[Path, typer.Argument(help="WEEK.json")],
    plan: Annotated[Path, typer.Argument(help="PLAN.json")],
) -> None:
    """Drive a plan again and name every rule it breaks; exit code 1 if there is one."""
    from doorstep.visits.rules.bound import bound
    from doorstep.visits.rules.check import check as drive
    from doorstep.visits.rules.week import read_routes, read_week

    what = _read(week, read_week)
    found, top = drive(what, _read(plan, read_routes)), bound(what)
    typer.echo(
        json.dumps(
            {
                "value": found.value,
                "visits": found.visits,
                "travel_hours": round(found.travel_seconds / 3600, 1),
                "bound": round(top),
                "gap_percent": round(100 * (1 - found.value / top), 2) if top > 0 else 0.0,
                "violations": list(found.violations[:20]),
            }
        )
    )
    raise typer.Exit(1 if found.violations else 0)


@app.command()
def schema() -> None:
    """Print the JSON schema of a WEEK.json."""
    from doorstep.visits.rules.schema import schema as week_schema

    typer.echo(json.dumps(week_schema(), indent=2))


def _read(path: Path, parse: Any) -> Any:
    from doorstep.visits.rules.week import WeekError

    if path.suffix in {".vrp", ".txt"}:
        raise _bad(f"{path}: VRPLIB and TOPTW files are not supported; give a WEEK.json")
    try:
        return parse(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise _bad(f"{path}: there is no such file; check the path") from None
    except (UnicodeDecodeError, IsADirectoryError):
        raise _bad(f"{path}: is not a UTF-8 text file; give a WEEK.json") from None
    except json.JSONDecodeError as error:
        raise _bad(f"{path}:{error.lineno}:{error.colno}: {error.msg}; repair the JSON") from None
    except WeekError as error:
        raise _bad(f"{path}:{error.where}: {error.what}") from None
    except (ValueError, RecursionError):
        raise _bad(
            f"{path}: a number is too long or the nesting too deep; repair the JSON"
        ) from None
    except OSError as error:
        raise _bad(f"{path}: {error.strerror}; give a file that can be read") from None


def _usage(message: str) -> typer.Exit:
    typer.echo(message, err=True)
    return typer.Exit(2)


def _bad(message: str) -> typer.Exit:
    typer.echo(message, err=True)
    return typer.Exit(3)


def _process_start() -> float:
    """When this process began, on the monotonic clock; where unknown, when this file was read."""
    try:
        ticks = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
        import os

        age = time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
        return time.monotonic() - age
    except (OSError, AttributeError, ValueError, IndexError):
        return _LOADED
