"""Run the benchmarks named, or all; each writes its own part of RESULTS.md."""

from __future__ import annotations

import sys
from importlib import import_module

ALL = ("day", "book", "portfolio")


def main() -> int:
    wanted = sys.argv[1:] or list(ALL)
    for unknown in [w for w in wanted if w not in ALL]:
        print(f"benchmarks: there is no {unknown!r}; known are {', '.join(ALL)}", file=sys.stderr)
        return 2
    for name in wanted:
        import_module(f"benchmarks.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main())
