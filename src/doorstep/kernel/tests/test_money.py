import doctest

import pytest

from doorstep.kernel import actions, ids, money
from doorstep.kernel.money import CurrencyMismatchError, Money


@pytest.mark.parametrize("module", [money, ids, actions])
def test_the_examples_in_the_docstrings_hold(module):
    assert doctest.testmod(module).failed == 0


def test_two_currencies_are_never_added():
    with pytest.raises(CurrencyMismatchError):
        Money(1, "CNY") + Money(1, "USD")


def test_a_currency_without_decimals_is_not_divided():
    assert str(Money(1234, "KRW").major()) == "1234"
