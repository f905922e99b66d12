"""A contract of import-linter: other packages import only the modules that a package's `__init__` names.

The sentence in the docstring is "Other packages import `graph` and `evidence.similar_ids`." It names exactly the
modules that other packages import. The package itself can always be imported.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, output

_SENTENCE = re.compile(r"Other packages import ((?:[^.`]|`[^`]*`)*)\.")
_ROOT = "git_alembic"


class PublicModulesContract(Contract):
    """Compares the modules that each package names with those that other packages import."""

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002 - the interface of contracts
        problems = []
        ours = sorted(module for module in graph.modules if module.startswith(f"{_ROOT}."))
        for package in filter(graph.find_children, ours):
            named = set(named_modules(_docstring(package)))
            imported = dict(_imports_from_outside(graph, package))
            problems += [f"{imported[name]} imports {package}.{name}" for name in sorted(imported.keys() - named)]
            problems += [f"no other package imports {package}.{name}" for name in sorted(named - imported.keys())]
        return ContractCheck(kept=not problems, metadata={"problems": problems})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for problem in check.metadata["problems"]:
            output.print_error(problem)
        output.print("The docstring of a package's __init__ names the modules that other packages may import.")


def named_modules(docstring: str) -> list[str]:
    """Return the modules that a docstring opens to other packages."""
    sentence = _SENTENCE.search(docstring)
    return re.findall(r"`([^`]*)`", sentence[1]) if sentence else []


def _docstring(package: str) -> str:
    spec = find_spec(_ROOT)
    assert spec
    assert spec.origin
    path = Path(spec.origin).parent.joinpath(*package.split(".")[1:], "__init__.py")
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""


def _imports_from_outside(graph: ImportGraph, package: str) -> Iterator[tuple[str, str]]:
    """Yield (module relative to the package, a module elsewhere that imports it)."""
    inside = graph.find_descendants(package)
    for module in sorted(inside):
        importers = graph.find_modules_that_directly_import(module) - inside - {package}
        for importer in sorted(importers, reverse=True):
            yield module.removeprefix(f"{package}."), importer
