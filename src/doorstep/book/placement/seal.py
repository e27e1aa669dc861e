"""Personal cells on their way to the disk: normalised, indexed blind, sealed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, partial

import pyarrow as pa

from doorstep.book.columns import Values, pc, values
from doorstep.book.placement.work import Work
from doorstep.book.ports import TABLES
from doorstep.book.ports.batch import shape
from doorstep.book.store import SCHEMAS
from doorstep.kernel.sealed import blind, seal

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_BAD = {
    "phone": "is no phone number of its country; write it with +, country code and number",
    "email": "is no e-mail address; correct it",
}
_SPACES = re.compile(r"[\s\-]+")


def seal_table(work: Work) -> None:
    """Bring the rows to the shape of the disk (plus `file` and `row`)."""
    if work.name == "borrowers":
        _person_keys(work)
    rows = work.rows
    columns = {}
    for f in SCHEMAS[work.name]:
        spec = TABLES[work.name].column(f.name)
        if spec is not None and spec.personal:
            columns[f.name] = _sealed(rows.column(f.name))
        elif f.name in rows.column_names:
            columns[f.name] = rows.column(f.name)
        else:
            columns[f.name] = pa.nulls(rows.num_rows, f.type)
    work.rows = pa.table({**columns, "file": rows.column("file"), "row": rows.column("row")})


def _sealed(column: Values) -> Values:
    once = cache(seal)
    return pa.array([once(str(v)) if v is not None else None for v in column.to_pylist()],
                    pa.binary())  # fmt: skip


def _person_keys(work: Work) -> None:
    rows = work.rows
    numbers = [_SPACES.sub("", n).upper() if n else None for n in values(rows, "id_number")]
    countries = values(rows, "country")
    keys = [
        blind("identity", f"{c}:{n}") if n else None
        for c, n in zip(countries, numbers, strict=True)
    ]
    at = rows.column_names.index("id_number")
    rows = rows.set_column(at, "id_number", pa.array(numbers, pa.string()))
    work.rows = rows.append_column("person_key", pa.array(keys, pa.string()))


def normal_points(work: Work, countries: Mapping[str, str]) -> None:
    """Phones as E.164, e-mails in lower case; what is neither is refused, its shape shown."""
    kinds = values(work.rows, "kind")
    given = values(work.rows, "value")
    homes = [countries.get(b, "") for b in values(work.rows, "borrower_id")]
    found = [normal(k, v, c) for k, v, c in zip(kinds, given, homes, strict=True)]
    keys = [blind(k, n.lower()) if n else None for k, n in zip(kinds, found, strict=True)]
    spots = zip(values(work.rows, "lat"), values(work.rows, "lon"), strict=True)
    sealed = [seal(f"{a!r},{b!r}") if a is not None and b is not None else None for a, b in spots]
    work.rows = (
        work.rows.append_column("normal", pa.array(found, pa.string()))
        .append_column("number_key", pa.array(keys, pa.string()))
        .append_column("location", pa.array(sealed, pa.binary()))
    )
    refuse_unreachable(work)
    at = work.rows.column_names.index("value")
    work.rows = work.rows.set_column(at, "value", work.rows.column("normal")).drop_columns(
        ["normal"]
    )


def refuse_unreachable(work: Work) -> None:
    """Refuse points whose value has no `normal` form."""
    for name, reason in _BAD.items():
        wrong = pc.and_(
            pc.equal(work.rows.column("kind"), name), pc.is_null(work.rows.column("normal"))
        )
        work.refuse(wrong, "value", f"bad_{name}", partial(_unreachable, reason))


def _unreachable(reason: str, row: dict[str, object]) -> str:
    return f"(like {shape(str(row['value']))}) {reason}"


def normal(kind: str, value: str, country: str) -> str | None:
    """A contact value as it is stored; None where it is no value of its kind."""
    return _NORMAL[kind](value, country)


def _phone(value: str, country: str) -> str | None:
    plain = _SPACES.sub("", value)
    if country == "CN" and _MOBILE.fullmatch(plain):
        return f"+86{plain}"
    return _any_phone(plain, country)


@cache
def _any_phone(plain: str, country: str) -> str | None:
    import phonenumbers

    try:
        number = phonenumbers.parse(plain, country or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _email(value: str, country: str) -> str | None:
    plain = value.strip().lower()
    return plain if _EMAIL.fullmatch(plain) else None


def _as_is(value: str, country: str) -> str:
    return " ".join(value.split())


_NORMAL: dict[str, Callable[[str, str], str | None]] = {
    "phone": _phone,
    "email": _email,
    "address": _as_is,
    "chat": _as_is,
}
