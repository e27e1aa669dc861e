"""Who owes which loan, and who stands for it: templates 2.1 to 2.4 put together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Links:
    """Sets of pairs as the templates say them; nothing depends on the order of rows."""

    debtors: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    protections: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    guarantors: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def borrower(self, loan: str) -> str:
        """Who is taken as the borrower: of several who owe jointly the one whose id comes first."""
        return min(self.debtors.get(loan, ()), default="")

    @property
    def borrowers(self) -> set[str]:
        return {min(who) for who in self.debtors.values()}

    def related(self) -> list[tuple[str, str, str]]:
        """(borrower, person, role) of joint debtors and guarantors, each once, in order."""
        found: dict[tuple[str, str], str] = {}
        for loan, who in self.debtors.items():
            borrower = min(who)
            for person in self._standing_for(loan) - who:
                found.setdefault((borrower, person), "guarantor")
        for who in self.debtors.values():
            for person in who - {min(who)}:
                found[min(who), person] = "co_borrower"
        return sorted((b, p, role) for (b, p), role in found.items() if b != p)

    def _standing_for(self, loan: str) -> set[str]:
        return {g for p in self.protections.get(loan, ()) for g in self.guarantors.get(p, ())}

    def add(self, number: str, rows: Iterable[dict[str, str]]) -> None:
        """Rows of template 2.1, 2.2, 2.3 or 2.4, by index of field."""
        for row in rows:
            if number == "2.1" and row["2,00"] and row["2,01"]:
                self.debtors[row["2,01"]].add(row["2,00"])
            elif number in {"2.2", "2.3"} and row["2,01"] and row["2,03"]:
                self.protections[row["2,01"]].add(row["2,03"])
            elif number == "2.4" and row["2,00"] and row["2,03"]:
                self.guarantors[row["2,03"]].add(row["2,00"])
