"""A contract for the import linter: other capabilities are entered through their doors only."""

from __future__ import annotations

from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class DoorsContract(Contract):
    """`root.capability.module` may be imported from elsewhere only where `module` is a door.

    `open` capabilities may be entered anywhere; an importer named in `hosts` may also take the
    modules named in `wiring` (routers and commands that the site mounts).
    """

    type_name = "doors"
    root = fields.StringField()
    doors = fields.SetField(subfield=fields.StringField())
    open = fields.SetField(subfield=fields.StringField(), required=False)
    hosts = fields.SetField(subfield=fields.StringField(), required=False)
    wiring = fields.SetField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        wrong = sorted(
            (importer, imported)
            for importer in graph.modules
            for imported in graph.find_modules_directly_imported_by(importer)
            if self._breaks(importer, imported)
        )
        return ContractCheck(kept=not wrong, metadata={"wrong": wrong})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, imported in check.metadata["wrong"]:
            output.print_error(f"{importer} enters {imported}, which is not a door", bold=False)

    def _breaks(self, importer: str, imported: str) -> bool:
        source, target = importer.split("."), imported.split(".")
        if target[0] != self.root or len(target) < 3 or len(source) < 2 or source[1] == target[1]:
            return False
        if target[1] in _set(self.open) or target[2] in _set(self.doors):
            return False
        if "tests" in source:
            return False
        return not (source[1] in _set(self.hosts) and target[2] in _set(self.wiring))


def _set(value: Any) -> set[str]:
    return set(value or ())
