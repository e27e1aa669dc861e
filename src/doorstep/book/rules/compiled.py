"""The replay compiled by numba. Imported only when a whole book is aged: numba is slow to load."""

from __future__ import annotations

import sys
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType
from typing import Any

from doorstep.book.rules import replay as plain
from doorstep.book.rules.columns import Facts, Results, sizes

_NAME = "doorstep.book.rules._replay_compiled"


@cache
def _module() -> ModuleType:
    """`replay.py` loaded once more, its `jit` being numba's; machine code is cached on disk."""
    import numba

    spec = spec_from_file_location(_NAME, plain.__file__)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    # The replay allocates nothing, so it needs no reference counting, which cost four fifths of
    # its time where a tuple of columns is handed from function to function.
    options: dict[str, Any] = {"cache": True, "_nrt": False}
    module.__dict__["jit"] = numba.njit(**options)
    sys.modules[_NAME] = module
    spec.loader.exec_module(module)
    return module


def replay(facts: Facts) -> Results:
    """Replay on int64 arrays, compiled. Amounts and their sums must stay below 2**63."""
    import numpy as np

    first, *columns = facts
    arrays = Facts(first, *[np.require(x, np.int64, ["C", "W"]) for x in columns])
    results = Results(*[np.zeros(size, dtype=np.int64) for size in sizes(facts)])
    _module().replay_into(arrays, results)
    return results


def warm() -> None:
    """Compile the replay (or load it from the disk cache), so that the first day is not slow."""
    replay(
        Facts(0, [0], [0, 0], [], [], [], [0, 0], [], [], [], [], [0, 0], [], [], [], [], [0] * 10)
    )
