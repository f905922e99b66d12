"""Mutates what is pure and runs the pure tests on each mutant: `python tests/mutants/run.py [MODULE OR FOLDER…]`.

Each worker has a copy of the tree below build/mutants/. A mutant meets the test file of its own module, and if it
survives that, all tests of its package. Survivors are written to build/mutants/survivors.txt; one that
`allowed.txt` does not explain ends the run with 1.
"""

from __future__ import annotations

import ast
import compileall
import os
import re
import resource
import shutil
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from difflib import unified_diff
from importlib import import_module
from multiprocessing import current_process
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD = ROOT / "build" / "mutants"
PACKAGES = Path("hooks/git_alembic")
MUTATED = ("rules", "history/graph.py", "history/change.py", "history/environment_pairs.py", "revisions")
CPU_SECONDS = 120  # of one run of tests; a mutant that loops is killed by it on a slow machine, too
# `==` and `is` agree on small numbers and on names.
NOT_MUTATED = re.compile(r"core/ReplaceComparisonOperator_(?!Is)\w+_(Is|IsNot)$")


def main(*paths: str) -> int:
    """Run all mutants of the modules; 1 if an unexplained one survives."""
    modules = sorted(module for path in paths or MUTATED for module in _modules(path))
    mutants = [(str(module), name, occurrence) for module in modules for name, occurrence in list_mutants(module)]
    BUILD.mkdir(parents=True, exist_ok=True)
    workers = int(os.environ.get("MUTANT_WORKERS", os.cpu_count() or 1))
    known = set(read_allowed((HERE / "allowed.txt").read_text(encoding="utf-8")))
    survivors, new = 0, 0
    with (
        ProcessPoolExecutor(workers, initializer=_enter_copy) as pool,
        (BUILD / "survivors.txt").open("w", encoding="utf-8", buffering=1) as report,
    ):
        for diff in filter(None, pool.map(_surviving_diff, mutants)):
            key = mutant_key(diff)
            survivors += 1
            new += key not in known
            report.write(f"{key}\n")
    sys.stdout.write(f"{len(mutants)} mutants, {survivors} survived, {new} of them unexplained: {report.name}\n")
    return 1 if new else 0


def _modules(path: str) -> Iterable[Path]:
    start = PACKAGES / path
    return [start] if start.suffix else [module.relative_to(ROOT) for module in (ROOT / start).rglob("*.py")]


def list_mutants(module: Path) -> Iterator[tuple[str, int]]:
    """(operator, occurrence) of every mutant that has an effect."""
    from cosmic_ray.commands.init import _all_work_items  # the list of `cosmic-ray init`, without its database

    ineffective = list(places_without_effect((ROOT / module).read_text(encoding="utf-8")))
    for item in _all_work_items([ROOT / module], {}):
        (mutation,) = item.mutations
        hidden = any(start <= mutation.start_pos and mutation.end_pos <= end for start, end in ineffective)
        if not hidden and not NOT_MUTATED.match(mutation.operator_name):
            yield mutation.operator_name, mutation.occurrence


def places_without_effect(source: str) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """(start, end) of what has no effect at run time: annotations, and what only type checkers import."""
    for node in ast.walk(ast.parse(source)):
        typed = isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for name in ("test",) if typed else ("annotation", "returns"):
            place: Any = getattr(node, name, None)
            if place is not None:
                yield (place.lineno, place.col_offset), (place.end_lineno, place.end_col_offset)


def _enter_copy() -> None:
    """Make this worker's copy of the tree, and go there: a mutant is a change of a file."""
    copy = BUILD / f"tree-{current_process().pid}"
    for folder in ("hooks", "tests", "docs"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    os.chdir(copy)
    compileall.compile_dir("hooks", quiet=1)  # what isn't mutated need not be compiled again
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(copy / "hooks"))
    for library in ("pytest", "hypothesis", "alembic.script", "xdist"):
        import_module(library)  # once, here; the project itself is imported by each run


def _surviving_diff(mutant: tuple[str, str, int]) -> str:
    """The diff of a mutant that no test notices, else ""."""
    from cosmic_ray.mutating import use_mutation
    from cosmic_ray.plugins import get_operator

    module, operator, occurrence = mutant
    with use_mutation(Path(module), get_operator(operator)(), occurrence) as (before, after):
        if all(_passes(tests) for tests in tests_of(module)):
            return "\n".join(unified_diff(before.splitlines(), after.splitlines(), module, module, n=0, lineterm=""))
    return ""


def tests_of(module: str) -> Iterator[str]:
    """The test file of a module, if there is one, and the tests of its package."""
    path = Path(module).relative_to(PACKAGES)
    file = Path("tests") / path.parent / f"test_{path.stem}.py"
    if (ROOT / file).exists():
        yield str(file)
    yield f"tests/{path.parts[0]}"


def _passes(tests: str) -> bool:
    """Run tests in a fork of this process, which imports what is mutated."""
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        import pytest

        flags = ["-q", "-x", "-n", "0", "-p", "no:cacheprovider", "--assert=plain"]
        os._exit(int(pytest.main([*flags, tests])))
    return os.waitpid(child, 0)[1] == 0


def mutant_key(diff: str) -> str:
    """A mutant by its module, the line and what became of it: "rules/x.py: old => new"."""
    lines = diff.splitlines()
    path = next(line for line in lines if line.startswith("---")).partition("git_alembic/")[2].split()[0]
    old = next(line[1:].strip() for line in lines if line.startswith("-") and not line.startswith("---"))
    new = next((line[1:].strip() for line in lines if line.startswith("+") and not line.startswith("+++")), "")
    return f"{path}: {old} => {new}"


def read_allowed(text: str) -> dict[str, str]:
    """Mutant -> why it may survive: a line with the mutant, then indented lines with the reason."""
    found: dict[str, str] = {}
    key = ""
    for line in text.splitlines():
        if line.startswith("    ") and key:
            found[key] = f"{found[key]} {line.strip()}".strip()
        elif line and not line.startswith("#"):
            key = line
            found[key] = ""
    return found


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
