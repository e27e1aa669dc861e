"""One contender of `benchmarks/book.py` in a process of its own."""

from __future__ import annotations

import json
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.book_files import AS_OF


class NoPandas:
    """Arrow loads pandas where it finds it. Doorstep does not need it and does not install it, so
    what loading costs is not Doorstep's."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError("not in Doorstep's process", name=name)


PEAK = "peak.txt"


def main() -> None:
    """Runs the contender, then tells the peak of this process's own memory in MB. What the kernel
    says of a child to its parent counts from before the child's program began: the parent's."""
    what, home, name = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    _run(what, home, name)
    told = Path("/proc/self/status").read_text()
    peak = next(x for x in told.splitlines() if x.startswith("VmHWM"))
    (home / PEAK).write_text(str(int(peak.split()[1]) // 1024))


def _run(what: str, home: Path, name: str) -> None:
    ours = {"age": _age, "replay": _replay, "warm": _warm, "state": _state, "night": _night}
    if what in ours:
        sys.meta_path.insert(0, NoPandas())
        ours[what](home, name, what)
        return
    from benchmarks import book_peers

    getattr(book_peers, what)(home / name, AS_OF, home / f"out-{what}-{name}.parquet")


def _age(home: Path, name: str, what: str) -> None:
    from doorstep.book.services.age_files import age_folder

    age_folder(home / name, AS_OF, home / f"out-{what}-{name}", detail=False)


def _warm(_home: Path, _name: str, _what: str) -> None:
    from doorstep.book.services.warm import warm

    warm()


def _state(home: Path, name: str, _what: str) -> None:
    from doorstep.book.services.age_files import age_folder

    state = home / f"state-{name}"
    age_folder(home / name, AS_OF, home / f"out-state-{name}", detail=False, state=state)


def _night(home: Path, name: str, _what: str) -> None:
    """Tells how many loans were touched in `night.json`."""
    from doorstep.book.services.age_files import age_night_folder

    report = age_night_folder(
        home / "new", home / f"state-{name}", AS_OF + timedelta(days=1), home / "out-night"
    )
    (home / "night.json").write_text(json.dumps(report.as_json()))


def _replay(home: Path, name: str, _what: str) -> None:
    """Prints how many rows of facts go through the compiled replay in a CPU-second."""
    import numpy as np
    import pyarrow.parquet as pq

    from doorstep.book.rules import columns as c
    from doorstep.book.rules import compiled
    from doorstep.book.rules.basis import Basis
    from doorstep.book.rules.tables import prepare

    tables = {"loans": pq.ParquetFile(home / name / "loans.parquet").read_row_group(0)}
    last = tables["loans"]["loan_id"][-1]
    for other in ("instalments", "payments"):
        path = home / name / f"{other}.parquet"
        tables[other] = pq.read_table(path, filters=[("loan_id", "<=", last)])
    facts = compiled.typed(prepare(tables, None, Basis(AS_OF)).facts)
    state = np.zeros((len(facts.loan_order), c.STATE), dtype=np.int64)
    rows = sum(t.num_rows for t in tables.values())
    best = 0.0
    for _ in range(8):
        state[:] = 0
        start = time.process_time()
        compiled.states(facts, state)
        best = max(best, rows / (time.process_time() - start))
    print(best)


if __name__ == "__main__":
    main()
