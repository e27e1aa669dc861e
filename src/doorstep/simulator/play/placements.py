"""Placement files as two lenders would send them, each in its own manner, with its own map.

Birch writes CSV in GB18030 with Chinese headers and yuan with decimals, as an older system does;
larch writes Parquet with English names of its own and fen.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from doorstep.simulator.rules.tables import COLUMNS, Delivery, Row

_MONEY = {"principal", "interest", "amount"}
_CHINESE = {
    "borrower_id": "客户编号",
    "name": "姓名",
    "id_kind": "证件类型",
    "id_number": "证件号码",
    "born": "出生日期",
    "language": "语言",
    "country": "国家",
    "region": "地区",
    "person_id": "关系人编号",
    "role": "关系",
    "liable": "是否承担责任",
    "kind": "类型",
    "value": "内容",
    "use": "用途",
    "source": "来源",
    "basis": "依据",
    "confirmed_on": "核实日期",
    "lat": "纬度",
    "lon": "经度",
    "loan_id": "借据号",
    "product": "产品",
    "currency": "币种",
    "principal": "本金",
    "disbursed_on": "放款日期",
    "number": "期数",
    "due": "到期日",
    "interest": "利息",
    "charge_id": "费用编号",
    "added_on": "入账日期",
    "amount": "金额",
    "payment_id": "流水号",
    "on": "还款日期",
}
_SHEETS = {
    "borrowers": "客户",
    "related_persons": "关系人",
    "contact_points": "联系方式",
    "loans": "借据",
    "instalments": "还款计划",
    "charges": "费用",
    "payments": "还款流水",
}


def deliver(inbox: Path, delivery: Delivery) -> list[Path]:
    """Write a delivery into the lender's folder of the inbox, with the map beside it.

    Each file appears whole: it is written under another name and then moved.
    """
    folder = inbox / delivery.lender
    folder.mkdir(parents=True, exist_ok=True)
    write, ending, name_of = _MANNERS[delivery.lender]
    (folder / "map.toml").write_text(map_of(delivery.lender), encoding="utf-8")
    written = []
    for table, names in COLUMNS.items():
        rows = delivery.rows(table)
        if rows:
            path = folder / f"{name_of(table)}_{delivery.on:%Y%m%d}{ending}"
            partial = path.with_name(f".{path.name}.part")
            write(partial, names, rows)
            partial.replace(path)
            written.append(path)
    return written


def map_of(lender: str) -> str:
    """The map (TOML) that tells Doorstep how this lender names its files and columns."""
    _, ending, name_of = _MANNERS[lender]
    head = [f'lender = "{lender}"', 'currency = "CNY"']
    if ending == ".csv":
        head += ['encoding = "gb18030"', 'amounts = "major"', 'dates = ["%Y/%m/%d"]']
    parts = ["\n".join(head)]
    for table, names in COLUMNS.items():
        lines = [f'{n} = "{_their(lender, n)}"' for n in names]
        parts.append(
            f'[[files]]\nmatch = "{name_of(table)}_*{ending}"\ntable = "{table}"\n'
            "[files.columns]\n" + "\n".join(lines)
        )
    return "\n\n".join(parts) + "\n"


def _their(lender: str, name: str) -> str:
    return _CHINESE[name] if lender == "birch" else name.replace("_", "").upper()


def _write_csv(path: Path, names: Sequence[str], rows: list[Row]) -> None:
    with path.open("w", encoding="gb18030", newline="") as f:
        writer = csv.writer(f)
        writer.writerow([_CHINESE[n] for n in names])
        for row in rows:
            writer.writerow([_cell(n, v) for n, v in zip(names, row, strict=True)])


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return f"{value:%Y/%m/%d}"
    return str(Decimal(value).scaleb(-2)) if name in _MONEY else str(value)


def _write_parquet(path: Path, names: Sequence[str], rows: list[Row]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = zip(names, zip(*rows, strict=True), strict=True)
    table = pa.table({_their("larch", name): list(values) for name, values in columns})
    pq.write_table(table, path)


_MANNERS: dict[
    str, tuple[Callable[[Path, Sequence[str], list[Row]], None], str, Callable[[str], str]]
] = {
    "birch": (_write_csv, ".csv", _SHEETS.__getitem__),
    "larch": (_write_parquet, ".parquet", str),
}
