"""From the elements of camt.053 to statements: booked entries, one for each transaction in them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from doorstep.book.ports import LARGEST_AMOUNT, BadInputError
from doorstep.book.ports.statements import Entry, Statement, Totals, Way
from doorstep.book.ports.unpack import content_of
from doorstep.importers.camt053.xml import Node, walk
from doorstep.kernel.money import exponent

_NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.(\d\d)")
_WHOLE = {"Stmt", "Ntry"}
_OPENING, _CLOSING = ("OPBD", "PRCD"), ("CLBD",)
_AMOUNT = re.compile(r"[0-9]{1,18}(\.[0-9]{1,5})?")
_NOTHING = {"NOTPROVIDED", "NONREF", "NOTAVAILABLE"}
_RETURNS = {"RRTN", "RPCR", "RIMB", "UPCT", "PRDD", "UPDD", "CDRT", "RCDD"}
"""Sub-families of the bank transaction code that say a transfer or direct debit came back."""


@dataclass(slots=True)
class _Draft:
    """What was read of the statement that is not closed yet."""

    entries: list[Entry] = field(default_factory=list)
    currencies: dict[str, int] = field(default_factory=dict)


class Camt053Reader:
    """Reads `BkToCstmrStmt`; a ZIP with one file is unpacked first."""

    def takes(self, file: Path, map_path: Path | None) -> bool:
        return b"camt.053" in content_of(file)[:4096]

    def read(self, file: Path, map_path: Path | None) -> list[Statement]:
        found: list[Statement] = []
        draft = _Draft()

        def take(node: Node) -> None:
            nonlocal draft
            if node.tag == "Ntry":
                draft.entries += _entries(file.name, node, draft.currencies)
            else:
                found.append(_statement(file.name, node, draft))
                draft = _Draft()

        walk(file.name, content_of(file), _WHOLE, take, lambda uri: _check(file.name, uri))
        if not found:
            raise BadInputError(file.name, "has no <Stmt>; this is no account statement", row=1)
        return found

    def schema(self) -> dict[str, Any]:
        return {}


def _check(file: str, uri: str) -> None:
    known = _NAMESPACE.fullmatch(uri)
    if known is None or not 2 <= int(known.group(1)) <= 14:
        raise BadInputError(
            file,
            f"is {uri or 'XML without a namespace'}, not camt.053 from version 02 on; ask the bank "
            "for camt.053",
            row=1,
        )


def _statement(file: str, node: Node, draft: _Draft) -> Statement:
    account = node.words("Acct/Id/IBAN", "Acct/Id/Othr/Id")
    if not account:
        raise BadInputError(file, "the statement names no account", row=node.row, column="Acct")
    opening, closing = _balance(file, node, _OPENING), _balance(file, node, _CLOSING)
    if opening is None or closing is None:  # the pages of one statement carry balances on
        pages = [b for b in node.all("Bal") if b.words("Tp/CdOrPrtry/Cd") == "ITBD"]
        opening = opening or (pages[0] if pages else None)
        closing = closing or (pages[-1] if pages else None)
    if opening is None or closing is None:
        what = "OPBD" if opening is None else "CLBD"
        raise BadInputError(
            file, f"has no {what} balance, so nobody can check its sums", row=node.row, column="Bal"
        )
    amount = opening.one("Amt")
    currency = node.words("Acct/Ccy") or (amount.attributes.get("Ccy", "") if amount else "")
    for other, row in draft.currencies.items():
        if other != currency:
            raise BadInputError(
                file, f"an entry in {other} on an account in {currency}", row=row, column="Amt"
            )
    return Statement(
        row=node.row,
        account=account.replace(" ", ""),
        number=node.words("ElctrncSeqNb", "LglSeqNb", "Id"),
        currency=currency,
        entries=tuple(draft.entries),
        opening=_signed(file, opening, currency),
        closing=_signed(file, closing, currency),
        totals=_totals(file, node, currency),
    )


def _balance(file: str, node: Node, codes: tuple[str, ...]) -> Node | None:
    for code in codes:
        found = [b for b in node.all("Bal") if b.words("Tp/CdOrPrtry/Cd") == code]
        if len(found) > 1:
            raise BadInputError(file, f"two {code} balances", row=found[1].row, column="Bal")
        if found:
            return found[0]
    return None


def _totals(file: str, node: Node, currency: str) -> Totals:
    """What `TxsSummry` says. Its counts are of entries as the bank books them, which we may have
    taken apart into transactions, so only sums are held against ours."""
    sums = [
        _minor(file, part, currency) if (part := node.one(f"TxsSummry/{name}/Sum")) else None
        for name in ("TtlCdtNtries", "TtlDbtNtries")
    ]
    return Totals(sum_in=sums[0], sum_out=sums[1])


def _signed(file: str, balance: Node, currency: str) -> int:
    amount = balance.one("Amt")
    if amount is None:
        raise BadInputError(file, "a balance without amount", row=balance.row, column="Bal")
    if amount.attributes.get("Ccy", currency) != currency:
        raise BadInputError(
            file, f"a balance that is not in {currency}", row=amount.row, column="Amt"
        )
    value = _minor(file, amount, currency, zero=True)
    return -value if _way(file, balance) is Way.OUT else value


def _minor(file: str, node: Node, currency: str, *, zero: bool = True) -> int:
    if not _AMOUNT.fullmatch(node.text):
        raise BadInputError(file, "is no amount", row=node.row, column=node.tag)
    try:
        minor = Decimal(node.text).scaleb(exponent(currency))
    except InvalidOperation as error:  # pragma: no cover - the pattern bounds it
        raise BadInputError(file, "is no amount", row=node.row, column=node.tag) from error
    if minor != minor.to_integral_value():
        raise BadInputError(
            file, f"has more decimals than {currency} has", row=node.row, column=node.tag
        )
    if not (0 if zero else 1) <= minor <= LARGEST_AMOUNT:
        what = (
            "is larger than any amount taken here" if minor else "is nothing; an entry moves money"
        )
        raise BadInputError(file, what, row=node.row, column=node.tag)
    return int(minor)


def _way(file: str, node: Node) -> Way:
    mark = node.words("CdtDbtInd")
    if mark not in {"CRDT", "DBIT"}:
        raise BadInputError(
            file, f"must be CRDT or DBIT, is {mark!r}", row=node.row, column="CdtDbtInd"
        )
    return Way.IN if mark == "CRDT" else Way.OUT


def _day(file: str, node: Node) -> date:
    """The value date; the booking date where a bank gives no other."""
    text = node.words("ValDt/Dt", "ValDt/DtTm", "BookgDt/Dt", "BookgDt/DtTm")
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise BadInputError(
            file, "has no date of the form 2026-11-24", row=node.row, column="ValDt"
        ) from error


def _entries(file: str, node: Node, currencies: dict[str, int]) -> list[Entry]:
    """The transactions of a booked entry. One that is not booked yet moves no money and comes
    again when it is; a batch whose parts the bank does not price stays one entry."""
    if (node.words("Sts/Cd", "Sts") or "BOOK") not in {"BOOK", "BOOKED"}:
        return []
    amount = node.one("Amt")
    if amount is None:
        raise BadInputError(file, "an entry without amount", row=node.row, column="Amt")
    currency = amount.attributes.get("Ccy", "")
    currencies.setdefault(currency, amount.row)
    whole = _minor(file, amount, currency, zero=False)
    parts = node.all("NtryDtls/TxDtls")
    amounts = [_part_amount(file, p, currency) for p in parts]
    if len(parts) < 2 or None in amounts:
        return [_entry(file, node, parts[0] if len(parts) == 1 else None, whole, 0)]
    priced = [a for a in amounts if a is not None]
    if sum(priced) != whole:
        raise BadInputError(
            file,
            f"its transactions make {sum(priced)} minor units, the entry {whole}",
            row=node.row,
            column="NtryDtls",
        )
    return [
        _entry(file, node, part, one, n)
        for n, (part, one) in enumerate(zip(parts, priced, strict=True), 1)
        if one
    ]


def _part_amount(file: str, part: Node, currency: str) -> int | None:
    amount = part.one("Amt") or part.one("AmtDtls/TxAmt/Amt")
    if amount is None or amount.attributes.get("Ccy") != currency:
        return None
    return _minor(file, amount, currency)


def _entry(file: str, node: Node, part: Node | None, amount: int, number: int) -> Entry:
    """`number` counts the transactions of a batch; the bank's reference is the entry's own."""
    at = part or Node("TxDtls", node.row, {})
    way = _way(file, node)
    bank = _said(node.words("AcctSvcrRef") or node.words("NtryRef"))
    own = _said(at.words("Refs/AcctSvcrRef"))
    key = f"{bank}#{number}" if bank and number else bank or own
    payer = "Dbtr" if way is Way.IN else "Cdtr"
    ours = "Cdtr" if way is Way.IN else "Dbtr"
    parties = at.one("RltdPties") or Node("RltdPties", node.row, {})
    return Entry(
        row=part.row if part and number else node.row,
        key=key[:140],
        on=_day(file, node),
        amount=amount,
        way=way,
        reference=_said(at.words("RmtInf/Strd/CdtrRefInf/Ref"))
        or _said(at.words("Refs/EndToEndId")),
        text=_text(node, at),
        payer=parties.words(f"{payer}/Nm", f"{payer}/Pty/Nm"),
        payer_account=_account(parties, f"{payer}Acct"),
        account=_account(parties, f"{ours}Acct"),
        gives_back=_gives_back(node, at),
        original=_said(at.words("Refs/EndToEndId", "Refs/TxId", "Refs/InstrId")),
    )


def _said(text: str) -> str:
    """A reference, or nothing where the bank fills the field with words for nothing."""
    return "" if text.upper() in _NOTHING else text


def _text(node: Node, at: Node) -> str:
    lines = [n.text for n in at.all("RmtInf/Ustrd")] + [at.words("AddtlTxInf")]
    lines = [line for line in lines if line] or [node.words("AddtlNtryInf")]
    return " ".join(lines).strip()[:1000]


def _account(parties: Node, name: str) -> str:
    text = parties.words(f"{name}/Id/IBAN", f"{name}/Id/Othr/Id")
    return "".join(text.split())[:64]


def _gives_back(node: Node, at: Node) -> bool:
    if node.words("RvslInd").lower() in {"true", "1"} or at.one("RtrInf") is not None:
        return True
    code = at.words("BkTxCd/Domn/Fmly/SubFmlyCd") or node.words("BkTxCd/Domn/Fmly/SubFmlyCd")
    return code in _RETURNS
