"""The `doorstep` command. Sub-commands import heavy things only when they run."""

from __future__ import annotations

import os
from importlib import import_module

import typer

# One `commands` module per capability; each has `app: typer.Typer` and no heavy import at the top.
GROUPS = {
    "book": "doorstep.book.commands",
    "evidence": "doorstep.compliance.commands_evidence",
    "law": "doorstep.compliance.commands",
    "strategy": "doorstep.strategy.commands",
    "visits": "doorstep.visits.commands",
}
# Commands at the top level: name of the command, and of its function → module.
TOP = dict.fromkeys(
    ("day", "demo", "digest", "doctor", "migrate", "serve", "warm", "worker"),
    "doorstep.site.commands",
) | {"send": "doorstep.contact.commands"}


def build() -> typer.Typer:
    """The whole command line, put together from the capabilities' commands."""
    cli = typer.Typer(
        name="doorstep",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        help="Collect overdue online small loans, lawfully and kindly, above all at the door.",
    )
    for name, module in GROUPS.items():
        cli.add_typer(import_module(module).app, name=name)
    for name, module in TOP.items():
        cli.command(name)(getattr(import_module(module), name))
    return cli


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "doorstep.site.settings")
    build()()
