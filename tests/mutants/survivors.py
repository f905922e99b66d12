"""Finds the mutants that no test notices."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType

import pytest

from tests.mutants.forks import limit_cpu, run_all
from tests.mutants.mutations import Mutant, module_name
from tests.mutants.pytest_session import LEAST_CPU, MutantSession, shorten_properties

MOST_SECONDS = 60  # of CPU time, for import and collection, and for an unknown test
FLAGS = ("-x", "-n0", "-pno:cacheprovider", "-pno:terminal", "--assert=plain", "-oaddopts=--import-mode=importlib")


class MutantFinder(MetaPathFinder):
    """Imports one module from the mutant's source."""

    def __init__(self, root: Path, mutant: Mutant) -> None:
        self.path, self.source = str(root / mutant.module), mutant.source
        self.name = module_name(mutant.module)

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        """Return the mutated module. None for every other module."""
        if name != self.name:
            return None
        return spec_from_file_location(name, self.path, loader=MutantLoader(name, self.path, self.source))


class MutantLoader(SourceFileLoader):
    """Compiles the mutant's source instead of the file."""

    def __init__(self, name: str, path: str, source: str) -> None:
        super().__init__(name, path)
        self.mutant = source

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002 - the interface of importlib
        """Return the mutant's code and ignore the bytecode of the file."""
        return compile(self.mutant, self.path, "exec", dont_inherit=True)


class FastestFirst:
    """A pytest plugin that knows the duration of each test."""

    def __init__(self, seconds: Mapping[str, float]) -> None:
        self.seconds = seconds

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Run the fastest tests first. Unknown tests come last."""
        shorten_properties(items)
        items.sort(key=lambda item: self.seconds.get(item.nodeid, MOST_SECONDS))

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Limit the CPU time of a test."""
        limit_cpu(LEAST_CPU + 5 * self.seconds.get(item.nodeid, MOST_SECONDS))


def run_imported(root: Path, mutant: Mutant, tests: Sequence[str], seconds: Mapping[str, float]) -> int:
    """Run tests on a mutant in this process, which has not imported the project."""
    limit_cpu(MOST_SECONDS)
    sys.dont_write_bytecode = True
    sys.meta_path.insert(0, MutantFinder(root, mutant))
    return int(pytest.main([*FLAGS, *tests], plugins=[FastestFirst(seconds)]))


def run_swapped(root: Path, mutants: Sequence[Mutant], tests: Sequence[str], workers: int, result: Path) -> int:
    """Run tests on each mutant in one session of this process."""
    return int(pytest.main([*FLAGS, *tests], plugins=[MutantSession(root, mutants, workers, result)]))


def surviving(
    root: Path, mutants: Sequence[Mutant], tests: Sequence[str], workers: int, build: Path
) -> Iterator[Mutant]:
    """Yield the mutants that no test notices. Survivors of the session also run in a separate process."""
    result = build / "session.json"
    result.unlink(missing_ok=True)
    child = os.fork()
    if not child:
        os._exit(run_swapped(root, mutants, tests, workers, result))
    _, status = os.waitpid(child, 0)
    if status or not result.exists():
        raise SystemExit(f"these tests fail without a mutant: {' '.join(tests)}")
    numbers, seconds = json.loads(result.read_text(encoding="utf-8"))
    left = [mutants[number] for number in numbers]

    def action(mutant: Mutant) -> Callable[[], int]:
        return lambda: run_imported(root, mutant, tests, seconds)

    yield from (left[number] for number, survives in run_all([action(mutant) for mutant in left], workers) if survives)
