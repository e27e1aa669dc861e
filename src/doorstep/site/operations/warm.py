from __future__ import annotations

import time
from collections.abc import Iterator
from importlib import import_module


def warm_kernels() -> Iterator[str]:
    """Compile each kernel once and say how long it took; what is in the cache takes no time."""
    for module, function in (
        ("doorstep.book.services.warm", "warm"),
        ("doorstep.visits.rules.warm", "warm"),
    ):
        try:
            warm = getattr(import_module(module), function)
        except ModuleNotFoundError as error:
            if error.name is not None and module.startswith(error.name):
                continue
            raise
        start = time.perf_counter()
        warm()
        yield f"{module.split('.')[1]}: kernels ready in {time.perf_counter() - start:.1f} s"
