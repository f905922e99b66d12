"""A contract of import-linter: a package imports only itself and the listed modules of git-alembic.

A listed package includes its modules. New packages are forbidden until they are listed.
"""

from __future__ import annotations

from typing import cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

_ROOT = "git_alembic"


class AllowedImportsContract(Contract):
    """Compares the imports of one package with the modules that it may import."""

    package = fields.StringField()
    allowed = fields.ListField(subfield=fields.StringField(), required=False, default=[])

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002 - the interface of contracts
        package, listed = str(self.package), cast("list[str]", self.allowed)
        problems = [
            f"{importer} imports {module}"
            for importer in sorted({package, *graph.find_descendants(package)})
            for module in sorted(graph.find_modules_directly_imported_by(importer))
            if _is_in(module, [_ROOT]) and not _is_in(module, [package, *listed])
        ]
        return ContractCheck(kept=not problems, metadata={"problems": problems})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for problem in check.metadata["problems"]:
            output.print_error(problem)


def _is_in(module: str, packages: list[str]) -> bool:
    return any(f"{module}.".startswith(f"{package}.") for package in packages)
