"""One source for both: compiled by numba, or run undecorated as the slow oracle.

With NUMBA_DISABLE_JIT=1 every function below runs as plain Python and must give the same plan.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """Compile without the interpreter's lock; the machine code is kept beside the source."""
    return cast(F, numba.njit(cache=True, nogil=True)(function))
