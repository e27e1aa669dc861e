"""Machine code that is kept on disk: read where it can be, made anew where not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

RISING = """
import numpy as np
from doorstep.book.rules import compiled
rising = compiled.align().rising
print(rising(np.array([1, 2, 2])), sum(rising.stats.cache_hits.values()))
"""


def fresh_process(cache: Path) -> str:
    """A place where ids do not rise, and whether the function came from the cache."""
    told = {**os.environ, "NUMBA_CACHE_DIR": str(cache)}
    run = [sys.executable, "-c", RISING]
    return subprocess.run(run, env=told, capture_output=True, text=True, check=True).stdout.strip()


def gone(data: bytes) -> bytes:
    """As a module that was renamed leaves it; the name stays as long as it was."""
    return data.replace(b"rules.align_compiled", b"rules.alien_compiled")


@pytest.mark.parametrize(
    ("kind", "spoil"),
    [
        ("nbc", gone),
        ("nbc", lambda data: data[: len(data) // 2]),
        ("nbi", lambda data: data[:-20]),
    ],
    ids=["names a module that is gone", "code cut short", "index cut short"],
)
def test_a_spoilt_cache_is_compiled_anew_and_kept(tmp_path, kind, spoil):
    assert fresh_process(tmp_path) == "2 0"
    assert fresh_process(tmp_path) == "2 1"
    [kept] = tmp_path.rglob(f"*.{kind}")
    whole = kept.read_bytes()
    assert spoil(whole) != whole
    kept.write_bytes(spoil(whole))
    assert fresh_process(tmp_path) == "2 0"
    assert fresh_process(tmp_path) == "2 1"
