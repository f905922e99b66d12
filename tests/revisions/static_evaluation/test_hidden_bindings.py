"""For any hidden binding, reading a module gives Python's result, or says that the module is unreadable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from git_alembic.revisions.parser import read_revision
from git_alembic.revisions.revision import Unreadable
from tests.support.hidden_bindings import make_module, run_module

MODULES = 1_500


def as_tuple(value: Any) -> tuple[Any, ...]:
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)


def compare(text: str) -> str:
    """Return how reading a module and running it compare. Fail if the values differ."""
    try:
        names = run_module(text)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - any error of the module
        return f"raises {type(error).__name__}"
    found = read_revision("x.py", "", text.encode())
    if isinstance(found, Unreadable):
        return "unreadable"
    if found.problem is not None:
        return "problem"
    expected = [as_tuple(names[name]) for name in ("down_revision", "depends_on", "branch_labels")]
    assert found.id == names["revision"], text
    for mine, python in zip((found.down, found.depends, found.labels), expected, strict=True):
        assert sorted(mine) == sorted(python, key=str), (mine, python, text)
    return "same"


def count(seeds: Iterable[int]) -> Counter[str]:
    return Counter(compare(make_module(seed)) for seed in seeds)


def test_made_up_modules() -> None:
    counts = count(range(MODULES))

    assert counts["same"] > MODULES / 20, counts
    assert counts["unreadable"] > MODULES / 20, counts


if __name__ == "__main__":  # with more modules: python -m tests.revisions.static_evaluation.test_hidden_bindings
    print(count(range(100_000, 110_000)))  # noqa: T201 - the result of the count
