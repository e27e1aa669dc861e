"""What a bank says of a payment: sealed at rest, compared by blind indexes, masked for the eye."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from doorstep.book.ports.statements import Entry
from doorstep.book.rules.matching import normal
from doorstep.kernel import mask
from doorstep.kernel.sealed import blind, open_, seal

_LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z])[0-9]{11,}[0-9Xx]?(?![0-9A-Za-z])")
_FIELDS = ("reference", "text", "payer", "payer_account", "account", "original")


@dataclass(frozen=True, slots=True)
class Said:
    reference: str = ""
    text: str = ""
    payer: str = ""
    payer_account: str = ""
    account: str = ""
    original: str = ""


def sealed(entry: Entry) -> bytes:
    """An entry's words as they lie in the database; nothing for one that says nothing."""
    words = {name: getattr(entry, name) for name in _FIELDS if getattr(entry, name)}
    return seal(json.dumps(words, ensure_ascii=False, sort_keys=True)) if words else b""


def opened(blob: bytes | memoryview) -> Said:
    text = open_(blob)
    return Said(**json.loads(text)) if text else Said()


def masked(said: Said) -> Said:
    """As a person without a reason to see more sees it. References and texts stay, for they are
    what the person is asked to judge, but for the payer's name and long numbers in them: ids of
    loans are no secret to whoever may match money, telephones and identity numbers are."""
    return Said(
        reference=_without_person(said.reference, said.payer),
        text=_without_person(said.text, said.payer),
        payer=mask.name(said.payer),
        payer_account=account(said.payer_account),
        account=account(said.account),
        original=_without_person(said.original, said.payer),
    )


def _without_person(text: str, payer: str) -> str:
    """A text with the payer's name masked, and runs of 11 digits or more but for their last four.

    >>> _without_person("李娜还款 13912345678 LOAN-10001", "李娜")
    '李*还款 *******5678 LOAN-10001'
    """
    shown = text.replace(payer, mask.name(payer)) if payer else text
    return _LONG_NUMBER.sub(lambda m: account(m.group()), shown)


def account(number: str) -> str:
    """An account by its last four digits; an e-mail by its first letter and domain.

    >>> account("6222021234567890"), account("li@example.org")
    ('************7890', 'l****@example.org')
    """
    if "@" in number:
        return mask.email(number)
    return "*" * (len(number) - 4) + number[-4:] if len(number) > 4 else "*" * len(number)


def account_key(number: str) -> str:
    """The blind index of an account number, spaces and case apart."""
    return blind("account", normal(number).replace(" ", ""))


def reference_key(text: str) -> str:
    """The blind index of a reference or of the bank's own id."""
    return blind("reference", normal(text))
