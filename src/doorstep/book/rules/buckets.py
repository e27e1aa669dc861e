"""The one rule from days past due to a bucket. The ranges are data: `buckets.toml`."""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from functools import cache
from importlib.resources import files

CURRENT = "current"
UNAGED = "unaged"


@cache
def ranges() -> tuple[tuple[int, str], ...]:
    """(first day, name) of each bucket, rising. Raises ValueError where the data do not rise."""
    data = tomllib.loads(files("doorstep.book.rules").joinpath("buckets.toml").read_text())
    found = tuple((int(b["from"]), str(b["name"])) for b in data["bucket"])
    starts = [first for first, _ in found]
    if starts != sorted(set(starts)) or starts[0] != 1:
        raise ValueError("buckets.toml: `from` must start at 1 and rise")
    return found


def names() -> tuple[str, ...]:
    """Every bucket's name, mildest first."""
    return (CURRENT, *[name for _, name in ranges()])


def bucket_of(dpd: int | None) -> str:
    """The bucket of a number of days past due; None (not known) is `unaged`.

    >>> [bucket_of(d) for d in (None, 0, 1, 30, 31, 400)]
    ['unaged', 'current', '1-30', '1-30', '31-60', '180+']
    """
    if dpd is None:
        return UNAGED
    at = bisect_right([first for first, _ in ranges()], dpd)
    return ranges()[at - 1][1] if at else CURRENT


def severity(bucket: str) -> int:
    """The place of a bucket, 0 for `current`; raises ValueError for a name that is none."""
    return names().index(bucket)
