"""The replay compiled by numba. Imported only when a whole book is aged: numba is slow to load."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from doorstep.book.rules import align as plain_align
from doorstep.book.rules import columns, owed, settle, undo
from doorstep.book.rules import replay as plain
from doorstep.book.rules.columns import (
    DAYS,
    LABELS,
    NO_TERMS,
    ORDER,
    Facts,
    Results,
    rooms,
    sizes,
)

_PARTS = (settle, owed, undo, plain)
"""The sources of the replay, each after those it calls."""

# Nothing is allocated, so no reference counting is needed, which cost four fifths of the replay's
# time where a tuple of columns is handed from function to function.
_OPTIONS: dict[str, Any] = {"_nrt": False, "nogil": True}


def _loaded(source: ModuleType, cached: bool) -> ModuleType:
    """A source loaded once more, its `jit` and `cold` being numba's: `jit` is put into its callers,
    `cold` is called. The machine code may be kept on disk."""
    full = f"{source.__name__}_compiled"
    spec = spec_from_file_location(full, source.__file__)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    module.__dict__["jit"] = _decorator(cached, forceinline=True)
    module.__dict__["cold"] = _decorator(cached)
    sys.modules[full] = module
    spec.loader.exec_module(module)
    return module


def _decorator(cached: bool, **more: Any) -> Callable[[Any], Any]:
    """numba's `njit`; of machine code kept on disk, what cannot be read is made anew."""
    import numba

    compiled = numba.njit(**_OPTIONS, cache=cached, **more)

    def decorated(function: Any) -> Any:
        found = compiled(function)
        if cached:
            found._cache = _Forgiving(found._cache)
        return found

    return decorated


class _Forgiving:
    """numba's cache of one function. What an older Doorstep or a killed process left there may name
    modules that are gone, or be half a file: numba would fail with it for ever."""

    def __init__(self, kept: Any) -> None:
        self._kept = kept

    def __getattr__(self, name: str) -> Any:
        return getattr(self._kept, name)

    def load_overload(self, signature: Any, context: Any) -> Any:
        try:
            return self._kept.load_overload(signature, context)
        except Exception:  # whatever pickles can raise
            self._kept.flush()
            return None


@cache
def align() -> Any:
    """The functions of `align`, compiled."""
    return _loaded(plain_align, cached=True)


@cache
def _run() -> Any:
    """`replay_into`, compiled. What calls a function of another part calls the compiled one."""
    parts: dict[str, ModuleType] = {}
    for source in _PARTS:
        part_ = _loaded(source, cached=False)
        for name, value in list(vars(part_).items()):
            if isinstance(value, FunctionType) and value.__module__ in parts:
                setattr(part_, name, getattr(parts[value.__module__], name))
        parts[source.__name__] = part_
    return _kept(parts[plain.__name__].replay_into, _digest())


def _kept(replay_into: Any, digest: str) -> Any:
    """The compiled replay behind a function whose machine code is kept on disk.

    numba looks at the file of a function alone to know whether what it kept is still true; that the
    digest of all parts is in its closure makes it forget when any of them changes. Columns are
    handed on as plain pointers: an array is seven numbers to hand from function to function.
    """
    from numba.core import types as numba_types
    from numba.extending import intrinsic

    types: Any = numba_types

    @intrinsic
    def pointers(_: Any, columns: Any) -> Any:
        kinds = [types.CPointer(t.dtype) if isinstance(t, types.Array) else t for t in columns]
        pointed = types.NamedTuple(kinds, columns.instance_class)

        def made(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            found = []
            for k, kind in enumerate(columns):
                value = builder.extract_value(args[0], k)
                if isinstance(kind, types.Array):
                    value = context.make_array(kind)(context, builder, value).data
                found.append(value)
            return context.make_tuple(builder, signature.return_type, found)

        return pointed(columns), made

    globals()["_replay_into"], globals()["_pointers"] = replay_into, pointers

    def run(facts: Any, results: Any, detail: bool) -> None:
        if len(digest) > 0:
            _replay_into(_pointers(facts), _pointers(results), len(facts.loan_order), detail)

    return _decorator(True)(run)


_replay_into: Any = None
_pointers: Any = None


def _digest() -> str:
    found = hashlib.sha256()
    for source in (*_PARTS, columns):
        found.update(Path(str(source.__file__)).read_bytes())
    return found.hexdigest()


def replay(facts: Facts) -> Results:
    """Replay on arrays, compiled, in every detail. Amounts must be within `limits`."""
    arrays = typed(facts)
    results = _empty(sizes(facts))
    _run()(arrays, results, True)
    return results


def traced(facts: Facts) -> Results:
    """`replay` with its trace: which money met what, and the days penalties ran."""
    arrays = typed(facts)
    entries = int(replay(facts).traced[0])
    results = _empty(sizes(facts, entries))
    results.traced[1] = entries
    _run()(arrays, results, True)
    return results


def _empty(wanted: Results) -> Results:
    return Results(*[np.zeros(size, dtype=np.int64) for size in wanted])


def states(facts: Facts, found: Any) -> None:
    """Only `Results.state` of every loan, into a zeroed array of (loans, STATE): the nightly run.

    What is known of instalments, charges and payments is room that is used again for every loan.
    """
    facts = typed(facts)
    results = _empty(
        rooms(facts, _longest(facts.instalment_at), _longest(facts.charge_at))._replace(state=0)
    )
    _run()(facts, results._replace(state=found.reshape(-1)), False)


def _longest(at: Any) -> int:
    return int(np.diff(at).max()) if len(at) > 1 else 0


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
