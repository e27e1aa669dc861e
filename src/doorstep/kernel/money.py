"""Money is an integer of minor units with a currency; there are no floats and no implicit sums."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

COMPONENTS = ("costs", "fees", "penalties", "interest", "principal")
"""The parts a debt is made of, always spelled and ordered like this."""

# ISO 4217: number of decimals where it is not two.
_NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"
_FOUR = "CLF UYW"
_EXPONENT = {
    code: places
    for places, codes in ((0, _NONE), (3, _THREE), (4, _FOUR))
    for code in codes.split()
}


class CurrencyMismatchError(ValueError):
    """Two amounts of different currencies were put together."""


def exponent(currency: str) -> int:
    """Decimals of a currency's major unit (ISO 4217), for example 2 for CNY and 0 for KRW."""
    return _EXPONENT.get(currency, 2)


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount: `minor` units (may be negative) of an ISO 4217 `currency`.

    >>> Money(123456, "CNY").major()
    Decimal('1234.56')
    >>> Money(100, "CNY") + Money(50, "CNY")
    Money(minor=150, currency='CNY')
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if len(self.currency) != 3 or not self.currency.isupper():
            raise ValueError(f"currency {self.currency!r} is not an ISO 4217 code")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.minor < other.minor

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.minor <= other.minor

    def __bool__(self) -> bool:
        return self.minor != 0

    def major(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise CurrencyMismatchError(f"{self.currency} and {other.currency}")


def decimals(value: Fraction) -> str:
    """An exact number with at most ten decimals, without idle noughts.

    >>> decimals(Fraction(3, 2)), decimals(Fraction(2))
    ('1.5', '2')
    """
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return f"{round(exact, 10).normalize():f}"
