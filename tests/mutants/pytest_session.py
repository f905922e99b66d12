"""One pytest session for all mutants of a package: collect once, then fork for each mutant."""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from types import CodeType, FrameType
from typing import NamedTuple

import pytest
from hypothesis import Phase, settings

from tests.mutants.code_swap import FunctionKey, Functions, changed_functions, function_key, live_functions, swap
from tests.mutants.forks import limit_cpu, run_all
from tests.mutants.mutations import Mutant, module_name

EXAMPLES = 30  # of a property, per mutant
LEAST_CPU = 2  # minimum seconds per test; the limit is five times its normal time
MOST_CALLS = 300_000  # a test with more calls counts as a test of everything


class Coverage(NamedTuple):
    """The functions that one test runs, and its duration."""

    functions: frozenset[FunctionKey] | None  # None: too many to count
    seconds: float


class MutantSession:
    """A pytest plugin that runs the collected tests on mutants instead of once."""

    def __init__(self, root: Path, mutants: Sequence[Mutant], workers: int, result: Path) -> None:
        self.root, self.mutants, self.workers, self.result = root, mutants, workers, result

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Write the numbers of the mutants that no test notices, including those outside functions."""
        shorten_properties(session.items)
        prefix = str(self.root / "hooks/git_alembic")
        coverage = self._measure(session, prefix)
        for module in {mutant.module for mutant in self.mutants}:
            import_module(module_name(module))  # some modules are imported inside functions
        functions = live_functions(prefix)
        gc.freeze()  # keeps forks from copying unchanged memory
        survivors, numbers, actions = list[int](), list[int](), list[Callable[[], int]]()
        for number, mutant in enumerate(self.mutants):
            if action := self._action(session, mutant, coverage, functions):
                numbers.append(number)
                actions.append(action)
            else:
                survivors.append(number)
        with self.result.with_suffix(".progress").open("w", encoding="utf-8", buffering=1) as progress:
            for done, survives in run_all(actions, self.workers):
                mutant = self.mutants[numbers[done]]
                progress.write(f"{done}/{len(actions)} {'survives' if survives else 'killed'}: {mutant.key}\n")
                if survives:
                    survivors.append(numbers[done])
        seconds = {item.nodeid: covered.seconds for item, covered in zip(session.items, coverage, strict=True)}
        self.result.write_text(json.dumps([sorted(survivors), seconds]), encoding="utf-8")
        return True

    def _measure(self, session: pytest.Session, prefix: str) -> list[Coverage]:
        """Run each test once, in a fork, so that this process keeps no computed values."""
        file = self.result.with_suffix(".coverage")

        def measure() -> int:
            rows = []
            for item in session.items:
                start = time.process_time()
                keys = called_functions(item, prefix)
                rows.append([None if keys is None else sorted(keys), time.process_time() - start])
            file.write_text(json.dumps(rows), encoding="utf-8")
            return int(session.testsfailed > 0)

        if list(run_all([measure], 1)) != [(0, True)]:
            raise pytest.UsageError("the tests fail without a mutant")
        rows = json.loads(file.read_text(encoding="utf-8"))
        return [
            Coverage(None if keys is None else frozenset((path, line, name) for path, line, name in keys), seconds)
            for keys, seconds in rows
        ]

    def _action(
        self, session: pytest.Session, mutant: Mutant, coverage: list[Coverage], functions: Functions
    ) -> Callable[[], int] | None:
        path = self.root / mutant.module
        after = compile(mutant.source, str(path), "exec", dont_inherit=True)
        changed = changed_functions(compiled_file(path), after)
        if changed is None:
            return None
        tests = [
            (covered.seconds, number)
            for number, covered in enumerate(coverage)
            if covered.functions is None or covered.functions & changed.keys()
        ]

        def run() -> int:
            swap(functions, changed)
            for seconds, number in sorted(tests):
                limit_cpu(LEAST_CPU + 5 * seconds)
                run_item(session.items[number])
                if session.testsfailed:
                    return 1
            return 0

        return run


@cache
def compiled_file(path: Path) -> CodeType:
    return compile(path.read_text(encoding="utf-8"), str(path), "exec", dont_inherit=True)


def run_item(item: pytest.Item) -> None:
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)


def called_functions(item: pytest.Item, prefix: str) -> set[FunctionKey] | None:
    """Return the functions of some files that a test calls."""
    found: set[FunctionKey] = set()
    seen: set[CodeType] = set()
    calls = 0

    def profile(frame: FrameType, event: str, _: object) -> None:
        nonlocal calls
        calls += 1
        if event == "call" and frame.f_code not in seen:
            seen.add(frame.f_code)
            if frame.f_code.co_filename.startswith(prefix):
                found.add(function_key(frame.f_code))
        if calls > MOST_CALLS:
            sys.setprofile(None)

    sys.setprofile(profile)
    try:
        run_item(item)
        complete = sys.getprofile() is profile  # the test may have set its own profiler
    finally:
        sys.setprofile(None)
    return found if complete else None


def shorten_properties(items: Sequence[pytest.Item]) -> None:
    """Try the same few examples on each mutant, without shrinking."""
    for item in items:
        function = getattr(item, "obj", None)
        if getattr(function, "is_hypothesis_test", False):
            own = getattr(function, "_hypothesis_internal_use_settings", settings())
            short = settings(
                own,
                max_examples=min(own.max_examples, EXAMPLES),
                phases=(Phase.explicit, Phase.generate),
                derandomize=True,
                database=None,
            )
            vars(getattr(function, "__func__", function))["_hypothesis_internal_use_settings"] = short
