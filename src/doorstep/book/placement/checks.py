"""What a row must satisfy among its neighbours: one of its kind, known to whom it points at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa

from doorstep.book.columns import Values, pc, values
from doorstep.book.placement.made import terms_of
from doorstep.book.placement.work import Work
from doorstep.book.ports import TABLES
from doorstep.book.rules.dues import in_the_calendar
from doorstep.book.rules.limits import MOST, ROWS
from doorstep.book.store import KEYS
from doorstep.book.types import BookError

_PLACE = {"row", "file"}


def key_of(table: pa.Table, name: str) -> Values:
    """The key of each row as one text."""
    parts = [
        pc.fill_null(table.column(c).cast(pa.string()), "").combine_chunks() for c in KEYS[name]
    ]
    return parts[0] if len(parts) == 1 else pc.binary_join_element_wise(*parts, "\x1f")


def one_of_each(work: Work) -> None:
    """The same key twice: the same values count once, different values are all refused.

    All, because which row came first must not matter.
    """
    keys = key_of(work.rows, work.name)
    counts = keys.value_counts()
    many = counts.field("values").filter(pc.greater(counts.field("counts"), 1))
    if not len(many):
        return
    doubtful = pc.is_in(keys, value_set=many)
    index = pc.indices_nonzero(doubtful).to_pylist()
    rows = work.rows.take(pa.array(index, pa.int64())).to_pylist()
    groups: dict[str, list[tuple[int, dict[str, Any]]]] = defaultdict(list)
    for key, at, row in zip(keys.take(pa.array(index)).to_pylist(), index, rows, strict=True):
        groups[key].append((at, row))
    again, torn = _sort_out(work, groups)
    height = work.rows.num_rows
    work.rows = work.rows.append_column("at", pa.array(range(height), pa.int64()))
    for column, places in torn.items():
        mask = pc.is_in(work.rows.column("at"), value_set=pa.array(list(places), pa.int64()))
        work.refuse(mask, column, "conflict", _at(places))
    work.repeat(pc.is_in(work.rows.column("at"), value_set=pa.array(again, pa.int64())))
    work.rows = work.rows.drop_columns(["at"])


def _at(places: Mapping[int, str]) -> Callable[[dict[str, Any]], str]:
    return lambda row: places[row["at"]]


def _sort_out(
    work: Work, groups: Mapping[str, list[tuple[int, dict[str, Any]]]]
) -> tuple[list[int], dict[str, dict[int, str]]]:
    again: list[int] = []
    torn: dict[str, dict[int, str]] = defaultdict(dict)
    for members in groups.values():
        first = members[0][1]
        column = next((c for _, r in members for c in r if _differs(c, r, first)), None)
        if column is None:
            again += [at for at, _ in members[1:]]
            continue
        for at, _ in members:
            others = ", ".join(sorted(work.place(r) for a, r in members if a != at)[:3])
            torn[column][at] = f"the same key with another value at {others}; keep one of them"
    return again, torn


def _differs(column: str, row: dict[str, Any], first: dict[str, Any]) -> bool:
    return column not in _PLACE and row[column] != first[column]


def points_at(work: Work, column: str, known: Values, what: str) -> None:
    """Refuse rows whose `column` names something that is neither in the book nor in the files."""
    values = work.rows.column(column)
    unknown = pc.and_(pc.invert(pc.is_in(values, value_set=known)), pc.is_valid(values))
    work.refuse(
        unknown,
        column,
        f"unknown_{what}",
        lambda row: f"there is no {what} {row[column]!r}; send it, or correct the id",
    )


def of_lender(work: Work, lender: str) -> None:
    """A placement is one lender's; a row that names another one is refused."""
    other = pc.not_equal(work.rows.column("lender"), lender)
    work.refuse(
        other,
        "lender",
        "other_lender",
        lambda row: (
            f"names lender {row['lender']!r}, but this is a placement of {lender!r}; take it out"
        ),
    )


def same_currency(work: Work, currencies: Mapping[str, str]) -> None:
    """A row that names a currency must name its loan's."""
    loans = values(work.rows, "loan_id")
    mine = pa.array([currencies.get(x) for x in loans], pa.string())
    work.refuse(
        pc.not_equal(work.rows.column("currency"), mine),
        "currency",
        "mixed_currency",
        lambda row: (
            f"is in {row['currency']}, the loan in {currencies[row['loan_id']]}; correct one"
        ),
    )


def kept_currency(work: Work, currencies: Mapping[str, str]) -> None:
    """A loan keeps its currency for life: a correction cannot change it."""
    loans = values(work.rows, "loan_id")
    before = pa.array([currencies.get(x) for x in loans], pa.string())
    work.refuse(
        pc.not_equal(work.rows.column("currency"), before),
        "currency",
        "mixed_currency",
        lambda row: (
            f"is in {row['currency']}, but the loan is known in "
            f"{currencies[row['loan_id']]}; a loan keeps its currency"
        ),
    )


def not_too_much(work: Work) -> None:
    """A loan has no more rows, and no larger sum, than the replay is proved for."""
    names = TABLES[work.name].money
    wanted: list[Any] = [("loan_id", "count"), *((name, "sum") for name in names)]
    found = work.rows.select(["loan_id", *names]).group_by("loan_id").aggregate(wanted)
    many = pc.greater(found.column("loan_id_count"), ROWS)
    work.refuse(
        pc.is_in(work.rows.column("loan_id"), value_set=found.filter(many).column("loan_id")),
        "loan_id",
        "too_large",
        f"the loan has more than {ROWS} {work.name}; a loan has at most so many",
    )
    for name in names:
        large = pc.greater(found.column(f"{name}_sum"), MOST)
        work.refuse(
            pc.is_in(work.rows.column("loan_id"), value_set=found.filter(large).column("loan_id")),
            name,
            "too_large",
            f"the loan's {work.name} sum to more than {MOST}; a loan has at most so much",
        )


def in_order(work: Work, earlier: str, later: str) -> None:
    """`later` must not come before `earlier` (both dates of the row, or empty)."""
    wrong = pc.less(work.rows.column(later), work.rows.column(earlier))
    work.refuse(
        wrong,
        later,
        "impossible_date",
        lambda row: f"{row[later]} is before {earlier} {row[earlier]}; correct one of them",
    )


def stated_whole(work: Work) -> None:
    """A balance is stated with its day and its days past due, or not at all."""
    stated = pc.is_valid(work.rows.column("stated_on"))
    late = pc.is_valid(work.rows.column("dpd"))
    work.refuse(pc.and_(stated, pc.invert(late)), "dpd", "missing", "is empty; stated_on needs it")
    stated = pc.is_valid(work.rows.column("stated_on"))
    owed = pc.is_valid(work.rows.column("dpd"))
    work.refuse(pc.and_(owed, pc.invert(stated)), "stated_on", "missing", "is empty; dpd needs it")


def usable_terms(work: Work) -> None:
    """Terms that no schedule can be made from are refused here, not at night."""
    lonely = pc.xor(
        pc.is_valid(work.rows.column("instalments")), pc.is_valid(work.rows.column("rate_percent"))
    )
    work.refuse(
        lonely,
        "instalments",
        "bad_terms",
        "terms need both rate_percent and instalments; give both",
    )
    bad: dict[tuple[int, int], str] = {}
    for row in work.rows.filter(pc.is_valid(work.rows.column("instalments"))).to_pylist():
        try:
            terms = terms_of(row)
            if terms is not None and row["disbursed_on"] is not None:
                in_the_calendar(row["disbursed_on"], terms)
        except BookError as error:
            bad[row["file"], row["row"]] = f"{error.where}: {error.reason}; correct the terms"
    places = zip(values(work.rows, "file"), values(work.rows, "row"), strict=True)
    mask = pa.array([place in bad for place in places], pa.bool_())
    work.refuse(mask, "instalments", "bad_terms", lambda row: bad[row["file"], row["row"]])


def reversals(work: Work, paid: Mapping[str, tuple[str, int]]) -> None:
    """A reversal takes back a known payment of the same loan, whole. `paid`: id → loan, amount."""
    doubtful = work.rows.filter(pc.is_valid(work.rows.column("reverses")))
    wrong: dict[str, tuple[str, str]] = {}
    for row in doubtful.to_pylist():
        known = paid.get(row["reverses"])
        if known is None:
            wrong[row["payment_id"]] = (
                "unknown_payment",
                f"there is no payment {row['reverses']!r} to take back; send it, or correct the id",
            )
        elif known != (row["loan_id"], row["amount"]):
            wrong[row["payment_id"]] = (
                "wrong_reversal",
                f"payment {row['reverses']!r} has another loan or amount; take it back whole",
            )
    for code in sorted({c for c, _ in wrong.values()}):
        ids = [i for i, (c, _) in wrong.items() if c == code]
        mask = pc.is_in(work.rows.column("payment_id"), value_set=pa.array(ids, pa.string()))
        work.refuse(mask, "reverses", code, lambda row: wrong[row["payment_id"]][1])


def not_live_otherwise(work: Work, live: Mapping[str, tuple[str, Any, int]]) -> None:
    """Money that came live is not corrected by a file. `live`: id → loan, day, amount."""
    if not live:
        return
    ids = pa.array(list(live), pa.string())
    some = work.rows.filter(pc.is_in(work.rows.column("payment_id"), value_set=ids)).to_pylist()
    wrong = [
        r["payment_id"]
        for r in some
        if (r["loan_id"], r["on"], r["amount"]) != live[r["payment_id"]]
    ]
    work.refuse(
        pc.is_in(work.rows.column("payment_id"), value_set=pa.array(wrong, pa.string())),
        "payment_id",
        "conflicts_with_live",
        "this payment was recorded live with other values; take that one back first",
    )
