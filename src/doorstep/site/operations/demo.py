"""The demo command's surroundings: its environment before Django, its mail server, its progress."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

DATA_KEY = "demo-data-key-everybody-knows-nobody-real-is-in-here"
"""The invented people are sealed like real ones, under a key that makes every demo the same."""


class NotADemoError(RuntimeError):
    """The database holds something that no demo put there; it was not touched."""


def run(loans: int, days: int, seed: int, until: date | None) -> dict[str, Any]:
    """Play (or find) the demo and return its summary. The mail server stays open for serving."""
    port = _free_port()
    _environment(port)
    import django

    django.setup()
    from django.conf import settings

    from doorstep.kernel import clock
    from doorstep.simulator import api as simulator

    post = simulator.PostOffice(port)
    post.open()
    demo = simulator.Demo(loans, days, seed, until or clock.today(settings.HOME_ZONE))
    try:
        with _progress(days) as tell:
            return simulator.play_demo(
                demo, post, Path(settings.INBOX), settings.DEMO_PASSWORD, tell
            )
    except simulator.NotADemoError as error:
        raise NotADemoError(str(error)) from error


def adopt_demo() -> None:
    """Where the database is a demo's, open its seals with its key and show its sample users, here
    and in the processes started from here. Any other database is left as it is."""
    from django.conf import settings

    from doorstep.kernel import sealed
    from doorstep.simulator.api import is_demo

    if is_demo():
        settings.DEMO = True
        os.environ.update(DOORSTEP_DEMO="1", DOORSTEP_DATA_KEY=DATA_KEY)
        sealed.use_keys(DATA_KEY)


def _environment(smtp_port: int) -> None:
    state = Path(os.environ.get("DOORSTEP_STATE", "var")).resolve()
    os.environ["DOORSTEP_DEMO"] = "1"
    os.environ["DOORSTEP_INBOX"] = str(state / "demo-inbox")
    os.environ["DOORSTEP_SMTP_HOST"] = "127.0.0.1"
    os.environ["DOORSTEP_SMTP_PORT"] = str(smtp_port)
    os.environ["DOORSTEP_DATA_KEY"] = DATA_KEY


def _free_port() -> int:
    """A port nobody listens on; the settings must know it before Django starts."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _progress(days: int) -> Iterator[Callable[[date, int], None]]:
    """Progress on stderr, so that stdout holds the answer alone: a bar in a terminal, elsewhere
    (a log, a pipe) a plain line for every ten days."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines(days)
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("days"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("preparing", total=days)

        def tell(day: date, done: int) -> None:
            bar.update(task, completed=done, description=f"played {day}")

        yield tell


def _lines(days: int) -> Callable[[date, int], None]:
    def tell(day: date, done: int) -> None:
        if done % 10 == 0 or done == days:
            print(f"played {day}: {done} of {days} days", file=sys.stderr, flush=True)  # noqa: T201

    return tell
