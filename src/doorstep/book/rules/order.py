"""Allocation orders: which component money meets first. A product setting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from doorstep.book.types import AllocationOrder, BookError
from doorstep.kernel.money import COMPONENTS

_CN = ("costs", "interest", "principal", "fees", "penalties")

PACK_DEFAULT: Mapping[str, AllocationOrder] = {"cn": AllocationOrder(due=_CN, in_advance=_CN)}
"""The order of each pack where a product says none.

cn: Civil Code article 561: costs of realising the claim, then interest, then principal; what the
article does not name (fees, penalties) comes after it.
"""

DEFAULT = PACK_DEFAULT["cn"]


def make_order(
    due: Iterable[str], in_advance: Iterable[str] | None = None, *, where: str = "order"
) -> AllocationOrder:
    """An order from names. Costs may be left out (then they lead); every other component must be
    named once. Raises BookError naming the list and the component.

    >>> make_order(["penalties", "fees", "interest", "principal"]).due
    ('costs', 'penalties', 'fees', 'interest', 'principal')
    """
    first = _full(due, f"{where}.due")
    return AllocationOrder(
        first, first if in_advance is None else _full(in_advance, f"{where}.in_advance")
    )


def numbers(order: AllocationOrder) -> list[int]:
    """The ORDER numbers of the replay: ten components, then 1 if money goes by component."""
    parts = [COMPONENTS.index(c) for c in (*order.due, *order.in_advance)]
    return [*parts, int(order.by == "component")]


def _full(names: Iterable[str], where: str) -> tuple[str, ...]:
    given = tuple(names)
    for name in given:
        if name not in COMPONENTS:
            raise BookError(where, f"unknown component {name!r}; use {', '.join(COMPONENTS)}")
    if "costs" not in given:
        given = ("costs", *given)
    if len(given) != len(COMPONENTS) or set(given) != set(COMPONENTS):
        raise BookError(where, f"name each of {', '.join(COMPONENTS[1:])} exactly once")
    return given
