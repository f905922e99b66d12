"""Walking over and changing parsed trees."""

from __future__ import annotations

from typing import Any, Callable, Iterator

from git_alembic.scratch.probe.engines.postgresql.catalog.type_names import words
from git_alembic.scratch.probe.engines.postgresql.parsing.parser import Node


def columns_of(node: Any) -> frozenset[str]:
    """The names of all columns that an expression speaks of."""
    return frozenset(
        words([fields["fields"][-1]])[0] for kind, fields in walk(node)
        if kind == "ColumnRef" and "String" in fields["fields"][-1]
    )  # fmt: skip


def changed(node: Any, change: Callable[[Node], Node]) -> Any:
    """A node whose parts went through `change`, innermost first."""
    if isinstance(node, list):
        return [changed(one, change) for one in node]
    if isinstance(node, dict):
        return change({key: changed(one, change) for key, one in node.items()})
    return node


def walk(node: Any) -> Iterator[Any]:
    """(key, value) of a node and of all below it, as they are written; a value comes before its parts."""
    left: list[Any] = [list(node) if isinstance(node, tuple) else node]
    while left:
        one = left.pop()
        if isinstance(one, tuple):
            yield one
            one = one[1]
        if isinstance(one, dict):
            left.extend(reversed(list(one.items())))
        elif isinstance(one, list):
            left.extend(reversed(one))
