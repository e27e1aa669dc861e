"""The lender's file of the journeys: three borrowers of Yanji, one loan each, all invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

MAP = """lender = "bluebay"
amounts = "minor"
currency = "CNY"
[[files]]
match = "borrowers*.csv"
table = "borrowers"
[[files]]
match = "points*.csv"
table = "contact_points"
[[files]]
match = "loans*.csv"
table = "loans"
[[files]]
match = "instalments*.csv"
table = "instalments"
"""


@dataclass(frozen=True)
class Borrower:
    """`late` days past due on `today`, owing one instalment of `amount` fen."""

    id: str
    name: str
    language: str
    phone: str
    late: int
    amount: int
    address: str
    at: tuple[float, float]


CAST = (
    Borrower(
        "B-LINA",
        "李娜",
        "zh-Hans",
        "+8613900000001",
        20,
        120_000,
        "吉林省延边州延吉市河南街道光明街12号3单元501",
        (42.8905, 129.5080),
    ),
    Borrower(
        "B-MIRAN",
        "김미란",
        "ko",
        "+8613900000002",
        70,
        240_000,
        "吉林省延边州延吉市新兴街道参花街88号2单元302",
        (42.9121, 129.5210),
    ),
    Borrower(
        "B-WEI",
        "王伟",
        "zh-Hans",
        "+8613900000003",
        35,
        90_000,
        "吉林省延边州龙井市安民街道海兰路5号",
        (42.7660, 129.4270),
    ),
)


def place(inbox: Path, today: date, borrowers: tuple[Borrower, ...] = CAST) -> None:
    """Write the files into the lender's inbox as a nightly job of theirs would."""
    folder = inbox / "bluebay"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "map.toml").write_text(MAP, encoding="utf-8")
    people = ["borrower_id,name,id_kind,id_number,born,language,country,region"]
    points = ["borrower_id,kind,value,use,source,basis,confirmed_on,lat,lon"]
    loans = ["loan_id,borrower_id,lender,product,currency,principal,disbursed_on"]
    instalments = ["loan_id,number,due,principal,interest"]
    for n, b in enumerate(borrowers, 1):
        people.append(f"{b.id},{b.name},other,T-{n:06},1990-0{n}-15,{b.language},CN,Yanji")
        confirmed = today - timedelta(days=60)
        points += [
            f"{b.id},phone,{b.phone},self,application,contract,{confirmed},,",
            f"{b.id},email,{b.id.lower()}@example.com,self,application,contract,{confirmed},,",
            f"{b.id},address,{b.address},home,application,contract,{confirmed},{b.at[0]},{b.at[1]}",
        ]
        due = today - timedelta(days=b.late)
        loan = b.id.replace("B-", "L-")
        loans.append(f"{loan},{b.id},bluebay,cash,CNY,{b.amount},{due - timedelta(days=30)}")
        instalments.append(f"{loan},1,{due},{b.amount - 2000},2000")
    for name, rows in (
        ("borrowers", people),
        ("points", points),
        ("loans", loans),
        ("instalments", instalments),
    ):
        text = "\n".join(rows) + "\n"
        (folder / f"{name}-{today:%Y%m%d}.csv").write_text(text, encoding="utf-8")
