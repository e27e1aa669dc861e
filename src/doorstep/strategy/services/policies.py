"""The policy in force: the shipped one, or the folder an organisation keeps of its own."""

from __future__ import annotations

import functools
from pathlib import Path

from django.conf import settings

from doorstep.strategy.rules.policy import Policy, parse

SHIPPED = Path(__file__).resolve().parent.parent / "policy"


def policy() -> Policy:
    """The policy of `DOORSTEP_STRATEGY` (a folder), or the shipped one; read once a process.

    Raises PolicyError with everything that is wrong in it.
    """
    return read(Path(getattr(settings, "STRATEGY", "") or SHIPPED))


@functools.lru_cache(maxsize=4)
def read(folder: Path) -> Policy:
    """The policy in a folder: policy.toml, segments.toml and treatments/*.toml."""
    paths = [folder / "policy.toml", folder / "segments.toml", *folder.glob("treatments/*.toml")]
    return parse(
        {str(p.relative_to(folder)): p.read_text(encoding="utf-8") for p in paths if p.is_file()}
    )
