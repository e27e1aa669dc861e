"""How a source of the replay is either compiled or run as it is.

Every such file says `jit: Jit = globals().get("jit", as_it_is)`. `compiled` loads the file a second
time with numba's decorator under that name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


class Jit(Protocol):
    def __call__(self, function: F, /) -> F: ...


def as_it_is(function: F) -> F:
    """The function itself: undecorated, on Python's unbounded integers."""
    return function
