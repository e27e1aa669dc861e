"""Rows sorted by loan to their loans, and which loans are plain: single passes over columns.

Like the replay this source is compiled by numba for whole books (`compiled.align`) and runs as it
is where there is no compiler. Nothing here knows about money.
"""

from __future__ import annotations

from doorstep.book.rules.columns import Column
from doorstep.book.rules.jit import Jit, as_it_is

jit: Jit = globals().get("jit", as_it_is)


@jit
def rising(ids: Column) -> int:
    """The first place where ids do not strictly rise, or -1."""
    for n in range(1, len(ids)):
        if ids[n] <= ids[n - 1]:
            return n
    return -1


@jit
def place_numbers(loans: Column, ids: Column, at: Column) -> int:
    """Fill `at` with where each loan's rows start; returns the first row that is of no loan.

    `loans` rise strictly. All is well where the answer is the number of rows; else that row's loan
    is missing, or it stands out of order.
    """
    row, rows = 0, len(ids)
    for n in range(len(loans)):
        at[n] = row
        loan = loans[n]
        while row < rows and ids[row] == loan:
            row += 1
    at[len(loans)] = row
    return row


@jit
def _same(a: Column, first: int, size: int, b: Column, other: int) -> bool:
    k = 0
    while k < size and a[first + k] == b[other + k]:
        k += 1
    return k == size


@jit
def place_texts(
    loan_at: Column, loan_bytes: Column, rows: Column, key_at: Column, keys: Column, at: Column
) -> int:
    """`place_numbers` for text: loans as offsets and bytes, rows as places in a dictionary."""
    row, known = 0, -1
    for n in range(len(at) - 1):
        at[n] = row
        first = loan_at[n]
        size = loan_at[n + 1] - first
        while row < len(rows):
            k = rows[row]
            if k != known:
                if key_at[k + 1] - key_at[k] != size:
                    break
                if not _same(loan_bytes, first, size, keys, key_at[k]):
                    break
                known = k
            row += 1
        known = -1
    at[len(at) - 1] = row
    return row


@jit
def texts_rising(at: Column, text: Column) -> int:
    """`rising` for text in the order of its bytes."""
    for n in range(1, len(at) - 1):
        a, b = at[n - 1], at[n]
        shorter = min(b - a, at[n + 1] - b)
        k = 0
        while k < shorter and text[a + k] == text[b + k]:
            k += 1
        if k < shorter:
            if text[a + k] > text[b + k]:
                return n
        elif b - a >= at[n + 1] - b:
            return n
    return -1


@jit
def mark_schedules(at: Column, due: Column, special: Column) -> None:
    """Mark loans without instalments, and those whose due days do not strictly rise."""
    for n in range(len(at) - 1):
        if at[n] == at[n + 1]:
            special[n] = True
        for i in range(at[n] + 1, at[n + 1]):
            if due[i] <= due[i - 1]:
                special[n] = True


@jit
def mark_falling(at: Column, days: Column, special: Column) -> None:
    """Mark loans whose days fall."""
    for n in range(len(at) - 1):
        for i in range(at[n] + 1, at[n + 1]):
            if days[i] < days[i - 1]:
                special[n] = True


@jit
def any_after(days: Column, last: int) -> bool:
    """Whether a day is after `last`."""
    later = 0
    for i in range(len(days)):
        later += days[i] > last
    return later > 0


@jit
def mark_true(at: Column, flags: Column, special: Column) -> None:
    """Mark loans with a row that is flagged."""
    for n in range(len(at) - 1):
        for i in range(at[n], at[n + 1]):
            if flags[i]:
                special[n] = True


@jit
def mark_after(at: Column, days: Column, last: int, special: Column) -> None:
    """Mark loans with a day after `last`."""
    for n in range(len(at) - 1):
        for i in range(at[n], at[n + 1]):
            if days[i] > last:
                special[n] = True


@jit
def mark_any(at: Column, special: Column) -> None:
    """Mark loans that have a row at all."""
    for n in range(len(at) - 1):
        if at[n + 1] > at[n]:
            special[n] = True


@jit
def spread(marks: Column, at: Column, rows: Column) -> int:
    """The rows of the marked loans, into `rows`; returns how many."""
    found = 0
    for n in range(len(marks)):
        if marks[n]:
            for i in range(at[n], at[n + 1]):
                rows[found] = i
                found += 1
    return found


@jit
def keep_until(at: Column, days: Column, last: int, rows: Column, kept_at: Column) -> int:
    """The rows not after `last`, into `rows`, and where each loan's start among them."""
    found = 0
    for n in range(len(at) - 1):
        kept_at[n] = found
        for i in range(at[n], at[n + 1]):
            if days[i] <= last:
                rows[found] = i
                found += 1
    kept_at[len(at) - 1] = found
    return found


@jit
def turn(rows: Column, places: Column, columns: Column) -> None:
    """The columns `places` of a table laid out by rows, each by itself: in one pass over it."""
    for n in range(rows.shape[0]):
        for k in range(len(places)):
            columns[k, n] = rows[n, places[k]]
