"""The replay compiled by numba. Imported only when a whole book is aged: numba is slow to load."""

from __future__ import annotations

import sys
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType
from typing import Any

import numpy as np

from doorstep.book.rules import align as plain_align
from doorstep.book.rules import replay as plain
from doorstep.book.rules.columns import (
    DAYS,
    LABELS,
    NO_TERMS,
    ORDER,
    STATE,
    Facts,
    Results,
    part,
    sizes,
)

_LOANS = 4096
"""Loans replayed at once by `states`: what they need then stays in the processor's cache."""


@cache
def _loaded(path: str, name: str) -> ModuleType:
    """A source loaded once more, its `jit` being numba's; machine code is cached on disk."""
    import numba

    full = f"doorstep.book.rules._{name}_compiled"
    spec = spec_from_file_location(full, path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    # Nothing is allocated, so no reference counting is needed, which cost four fifths of the
    # replay's time where a tuple of columns is handed from function to function.
    options: dict[str, Any] = {"cache": True, "_nrt": False, "nogil": True, "forceinline": True}
    module.__dict__["jit"] = numba.njit(**options)
    sys.modules[full] = module
    spec.loader.exec_module(module)
    return module


def align() -> Any:
    """The functions of `align`, compiled."""
    return _loaded(str(plain_align.__file__), "align")


def _replay() -> Any:
    return _loaded(str(plain.__file__), "replay")


def replay(facts: Facts) -> Results:
    """Replay on arrays, compiled. Amounts and their sums must stay below 2**63."""
    results = Results(*[np.zeros(size, dtype=np.int64) for size in sizes(facts)])
    _replay().replay_into(typed(facts), results)
    return results


def states(facts: Facts, found: Any) -> None:
    """Only `Results.state` of every loan, into a zeroed array of (loans, STATE): the nightly run.

    What is known of instalments, charges and payments is room that is used again and again.
    """
    facts = typed(facts)
    loans = len(facts.loan_order)
    flat = found.reshape(-1)
    room = Results(*[np.zeros(0, dtype=np.int64)] * len(Results._fields))
    run = _replay().replay_into
    for start in range(0, loans, _LOANS):
        stop = min(start + _LOANS, loans)
        some = part(facts, start, stop)
        room, results = _cleared(room, sizes(some))
        run(some, results._replace(state=flat[start * STATE : stop * STATE]))


def _cleared(room: Results, wanted: Results) -> tuple[Results, Results]:
    """Room that is large enough, and of it zeroed columns of the sizes wanted."""
    room = Results(
        *[
            have if len(have) >= size else np.zeros(2 * size, dtype=np.int64)
            for have, size in zip(room, wanted, strict=True)
        ]
    )
    columns = Results(*[have[:size] for have, size in zip(room, wanted, strict=True)])
    for column in columns:
        column.fill(0)
    return room, columns


def typed(facts: Facts) -> Facts:
    """The columns in the one set of types that is compiled; no copy where they have them."""
    return Facts(
        facts.as_of,
        *[
            _typed(column, np.int32 if name in DAYS else np.int8 if name in LABELS else np.int64)
            for name, column in zip(Facts._fields[1:], facts[1:], strict=True)
        ],
    )


def _typed(column: Any, kind: Any) -> Any:
    array = np.require(column, kind, ["C"])
    if array.flags.writeable:
        array = array.view()
        array.flags.writeable = False
    return array


def warm() -> None:
    """Compile the replay (or load it from the disk cache), so that the first day is not slow."""
    empty = {name: [0, 0] if name.endswith("_at") else [] for name in Facts._fields[1:]}
    one = {"loan_order": [0], "loan_terms": [0], "loan_opened": [0], "orders": [0] * ORDER}
    replay(Facts(as_of=0, **(empty | one | NO_TERMS)))
