"""RESULTS.md: one part for each benchmark, replaced when it is run again."""

from __future__ import annotations

import os
import platform
from pathlib import Path

PATH = Path(__file__).with_name("RESULTS.md")
_HEAD = "# Results\n\nWritten by `make bench`; each part says on which machine.\n"


def machine() -> str:
    """Cores this process may use, their name, and memory."""
    cores = len(os.sched_getaffinity(0))
    names = [x for x in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in x]
    name = names[0].split(":")[1].strip() if names else platform.processor()
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return f"{cores} cores ({name}), {pages / 2**30:.0f} GB, Python {platform.python_version()}"


def write(part: str, text: str) -> None:
    """Put a part (its title and text) in the place of an earlier one of the same title."""
    old = PATH.read_text() if PATH.exists() else _HEAD
    head, *parts = old.split("\n## ")
    kept = [p for p in parts if not p.startswith(part + "\n")]
    PATH.write_text("\n## ".join([head.rstrip("\n") + "\n", *kept, f"{part}\n\n{text.strip()}\n"]))
