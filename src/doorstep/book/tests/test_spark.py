"""Spark says what this machine says. Needs the extra `spark` and Java; CI installs both."""

from __future__ import annotations

import os
import shutil
from datetime import date
from importlib.util import find_spec

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from typer.testing import CliRunner

from doorstep.book.commands import app
from doorstep.book.rules.ageing import age
from doorstep.book.services.age_files import age_folder_on_spark
from doorstep.book.tests.strategies import START, loans
from doorstep.book.tests.test_ageing import tables_of
from doorstep.book.tests.test_stream import book, write
from doorstep.book.types import BookError, Loan

RUN = CliRunner()
_JAVA = bool(os.environ.get("JAVA_HOME") or shutil.which("java"))
needs_spark = pytest.mark.skipif(
    find_spec("pyspark") is None or not _JAVA,
    reason="needs the extra spark (uv sync --extra spark) and Java 17 or newer",
)


def invented() -> list[Loan]:
    """Forty loans that hypothesis thinks of: Spark starts too slowly to be asked for each."""
    found = []

    @settings(max_examples=40, database=None, derandomize=True)
    @given(loans())
    def collect(loan: Loan) -> None:
        found.append(loan)

    collect()
    return found


@needs_spark
def test_spark_equals_local(tmp_path):
    many = invented()
    tables, events, _ = tables_of(many)
    tables = {"events": events, **tables}
    tables["loans"] = tables["loans"].drop_columns(["product"])
    # Not sorted, and in parts: Spark brings the rows of a loan together by itself.
    mixed = {n: t.sort_by([("loan_id", "descending")]) for n, t in tables.items()}
    as_of = date(START.year, 4, 1)
    home = write(tmp_path / "b", mixed, parts=3)
    counts = age_folder_on_spark(home, as_of, home / "out")
    parts = sorted((home / "out" / "loans").glob("*.parquet"))
    got = pa.concat_tables([pq.read_table(p) for p in parts])
    wanted = age({n: t for n, t in tables.items() if n != "events"}, events, as_of)
    assert counts == {"loans": len(many)}
    assert len({r["dpd"] for r in got.to_pylist()}) > 5
    assert got.to_pylist() == wanted.to_pylist()


@needs_spark
def test_a_row_of_no_loan_is_named_and_nothing_is_written(tmp_path):
    tables = book()
    stray = tables["payments"].slice(0, 1).set_column(0, "loan_id", pa.array([25]))
    tables["payments"] = pa.concat_tables([tables["payments"], stray])
    home = write(tmp_path / "b", tables)
    with pytest.raises(BookError, match="payments:loan_id: 25 is not among the loans"):
        age_folder_on_spark(home, date(2026, 11, 24), tmp_path / "o")
    assert not (tmp_path / "o").exists() or not any((tmp_path / "o").iterdir())


def test_without_java_the_command_says_what_to_install(tmp_path, monkeypatch):
    home = write(tmp_path / "b", book())
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    done = RUN.invoke(
        app,
        ["age", str(home), "--as-of", "2026-11-24", "--engine", "spark", "--out", str(tmp_path)],
    )
    assert done.exit_code == 2
    assert "install" in done.stderr


def test_spark_and_detail_do_not_go_together(tmp_path):
    done = RUN.invoke(
        app,
        ["age", str(tmp_path), "--as-of", "2026-11-24", "--engine", "spark", "--detail", "--out",
         str(tmp_path)],
    )  # fmt: skip
    assert done.exit_code == 2
