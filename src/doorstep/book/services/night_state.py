"""What a full run leaves for the nights after it: the book laid out for picking single loans.

`STATE/`
    book/TABLE.arrow    every row of the book, uncompressed: read by the page, not by the block
    TABLE.at.npy        where each loan's rows start in it
    aged.arrow          the aged loans, and `live.npy`: those to be looked at every night
    nights/DAY/         what came in on that night, and the loans it aged anew
    products.json       the terms of products, if there are any
    state.json          the day of the full run and the last night, and where the book was

A night adds its folder whole or not at all. The next full run starts anew.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from doorstep.book.rules.arrow import Flags, Ints
from doorstep.book.rules.basis import Basis
from doorstep.book.services.book_files import BATCH, PRODUCTS, Table, read_basis
from doorstep.book.types import BookError

_WORDS = ("currency", "bucket", "status")


class Writer:
    """Fills a new state aside; `finish` puts it in the place of an earlier one."""

    def __init__(
        self, home: Path, tables: Mapping[str, Table], as_of: date, products: Path
    ) -> None:
        self.home, self.tables, self.as_of, self.products = home, tables, as_of, products
        self.aside = home.with_name(f".{home.name}.part")
        shutil.rmtree(self.aside, ignore_errors=True)
        (self.aside / "book").mkdir(parents=True)
        many = len(tables["loans"])
        self._at = {n: np.zeros(many + 1, dtype=np.int64) for n in tables if n != "loans"}
        self._live = np.zeros(many, dtype=np.bool_)
        self._aged: Any = None

    def places(self, name: str, first: int, at: Ints) -> None:
        self._at[name][first : first + len(at)] = at

    def loans(self, first: int, aged: pa.Table, live: Flags) -> None:
        self._live[first : first + len(live)] = live
        aged = plain_words(aged)
        if self._aged is None:
            self._aged = pa.ipc.new_file(str(self.aside / "aged.arrow"), aged.schema)
        self._aged.write_table(aged)

    def finish(self) -> None:
        """Copy the book, and make the state the current one."""
        for name, table in self.tables.items():
            _copy(table, self.aside / "book" / f"{name}.arrow")
        for name, at in self._at.items():
            # A segment without rows of a table has told no places: they are those before it.
            np.save(self.aside / f"{name}.at.npy", np.maximum.accumulate(at))
        np.save(self.aside / "live.npy", self._live)
        if self._aged is not None:
            self._aged.close()
        if self.products.exists():
            shutil.copy(self.products, self.aside / PRODUCTS)
        day = self.as_of.isoformat()
        told = {"full": day, "last": day, "book": str(self.products.parent.resolve())}
        (self.aside / "state.json").write_text(json.dumps(told))
        old = self.home.with_name(f".{self.home.name}.old")
        shutil.rmtree(old, ignore_errors=True)
        if self.home.exists():
            self.home.rename(old)
        self.aside.rename(self.home)
        shutil.rmtree(old, ignore_errors=True)

    def forget(self) -> None:
        shutil.rmtree(self.aside, ignore_errors=True)


def _copy(table: Table, path: Path) -> None:
    schema = table.schema
    with pa.ipc.new_file(str(path), schema) as writer:
        for _, batch in table.batches(schema.names, (), BATCH):
            have = batch.schema.names
            columns = [
                batch.column(f.name).cast(f.type)
                if f.name in have
                else pa.nulls(batch.num_rows, f.type)
                for f in schema
            ]
            writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=schema))


def plain_words(table: pa.Table) -> pa.Table:
    """Dictionaries of words as the words."""
    for name in _WORDS:
        if name in table.column_names:
            at = table.column_names.index(name)
            table = table.set_column(at, name, table.column(name).cast(pa.string()))
    return table


class State:
    """A state on disk, mapped into memory: only what is looked at is read."""

    def __init__(self, home: Path) -> None:
        self.home = home
        try:
            told = json.loads((home / "state.json").read_text())
            self.full = date.fromisoformat(told["full"])
            self.last = date.fromisoformat(told["last"])
            self.book = Path(told["book"])
        except (OSError, ValueError, KeyError) as error:
            raise BookError(
                str(home), "has no state of a full run; age the whole book with --state first"
            ) from error
        self.tables = {p.stem: mapped(p) for p in sorted((home / "book").glob("*.arrow"))}
        self.aged = mapped(home / "aged.arrow")
        self.live: Flags = np.load(home / "live.npy")

    def at(self, name: str) -> Ints:
        found: Ints = np.load(self.home / f"{name}.at.npy", mmap_mode="r")
        return found

    def basis(self, as_of: date) -> Basis:
        """The terms of the full run on another day."""
        return read_basis(self.home, as_of)

    def nights(self) -> list[Path]:
        """The folders of the nights that are done, in order."""
        found = sorted((self.home / "nights").glob("????-??-??"))
        return [p for p in found if p.name <= self.last.isoformat()]

    def add(self, day: date, tables: Mapping[str, pa.Table], live: Flags) -> None:
        """Add a night: the rows that came in, the loans aged anew (`aged`) with their places."""
        folder = self.home / "nights" / day.isoformat()
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name, table in tables.items():
            with pa.ipc.new_file(str(folder / f"{name}.arrow"), table.schema) as writer:
                writer.write_table(table)
        np.save(folder / "live.npy", live)
        aside = self.home / ".state.json"
        told = {"full": self.full.isoformat(), "last": day.isoformat(), "book": str(self.book)}
        aside.write_text(json.dumps(told))
        os.replace(aside, self.home / "state.json")


def mapped(path: Path) -> pa.Table:
    """An Arrow file as a table whose memory is the file."""
    return pa.ipc.open_file(pa.memory_map(str(path))).read_all()
