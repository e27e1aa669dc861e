"""Rows reordered, re-encoded, re-packed or split over two files change nothing."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from doorstep.book.importers import importer
from doorstep.book.placement.draft import make_draft
from doorstep.book.store import SCHEMAS
from doorstep.book.tests import files as f

ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16")
EMPTY = {name: schema.empty_table() for name, schema in SCHEMAS.items()}


def draft_of(folder: Path, head: str = ""):
    plan = folder / "map.toml"
    plan.write_text(head + f.MAP, encoding="utf-8")
    files = sorted(p for p in folder.iterdir() if p != plan)
    sources = list(importer().read(files, plan))
    return make_draft("bluebay", sources, EMPTY, {})


def write(path: Path, rows: list[dict[str, str]], kind: str, encoding: str) -> None:
    names = f.columns(rows)
    if kind == "parquet":
        full = [{n: row.get(n, "") for n in names} for row in rows]
        pq.write_table(pa.Table.from_pylist(full), path.with_suffix(".parquet"))
    elif kind == "xlsx":
        with xlsxwriter.Workbook(path.with_suffix(".xlsx")) as book:
            sheet = book.add_worksheet()
            for n, row in enumerate([dict(zip(names, names, strict=True)), *rows]):
                for k, name in enumerate(names):
                    sheet.write_string(n, k, row.get(name, ""))
    else:
        delimiter = "\t" if kind == "tsv" else ","
        path.with_suffix(f".{kind}").write_bytes(f.text(rows, delimiter).encode(encoding))


@pytest.fixture(scope="module")
def expected():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for table, rows in f.TABLES.items():
            write(folder / table, rows, "csv", "utf-8")
        draft = draft_of(folder)
    assert not draft.rejects
    return draft


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    encoding=st.sampled_from(ENCODINGS),
    kinds=st.lists(st.sampled_from(["csv", "tsv", "xlsx", "parquet"]), min_size=7, max_size=7),
    cut=st.booleans(),
)
def test_how_a_placement_is_packed_does_not_matter(expected, seed, encoding, kinds, cut):
    shuffle = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for (table, given_rows), kind in zip(f.TABLES.items(), kinds, strict=True):
            rows = shuffle.sample(given_rows, len(given_rows))
            at = shuffle.randrange(len(rows)) if cut else 0
            for part, piece in enumerate((rows[:at], rows[at:])):
                if piece:
                    write(folder / f"{table}{part}", piece, kind, encoding)
        draft = draft_of(folder, head=f'encoding = "{encoding}"\n')
    assert not draft.rejects
    assert draft.sums == expected.sums
    for table, rows in expected.tables.items():
        assert draft.tables[table].equals(rows), table


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), broken=st.integers(0, 6))
def test_rows_and_money_always_add_up(seed, broken):
    """Whatever is broken in a placement, nothing is lost between reading and the account."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for table, given_rows in f.TABLES.items():
            rows = [dict(r) for r in given_rows + given_rows[:1]]
            for _ in range(broken):
                row = chance.choice(rows)
                row[chance.choice(list(row))] = chance.choice(["", "-1", "=A1", "x", "B1", "7"])
            write(folder / table, rows, "csv", "utf-8")
        draft = draft_of(folder)
    for file in draft.files:
        assert file.rows == file.accepted + file.unchanged + file.rejected
    for sums in draft.sums.values():
        assert sums["read"] == sums["accepted"] + sums["unchanged"] + sums["rejected"]
    assert len({(r.file, r.row) for r in draft.rejects}) == sum(r.rejected for r in draft.files)
