"""Walking over and changing parsed trees."""

from __future__ import annotations

from typing import Any, Callable, Iterable, Iterator, Mapping

from git_alembic.scratch.probe.engines.postgresql.parsing.parser import Node


def columns_of(node: Any) -> frozenset[str]:
    """The names of all columns that an expression speaks of."""
    return frozenset(
        strings([fields["fields"][-1]])[0] for kind, fields in walk(node)
        if kind == "ColumnRef" and "String" in fields["fields"][-1]
    )  # fmt: skip


def transform(node: Any, change: Callable[[Node], Node]) -> Any:
    """A node whose parts went through `change`, innermost first."""
    if isinstance(node, list):
        return [transform(item, change) for item in node]
    if isinstance(node, dict):
        return change({key: transform(item, change) for key, item in node.items()})
    return node


def walk(node: Any) -> Iterator[Any]:
    """(key, value) of a node and of all below it, as they are written; a value comes before its parts."""
    left: list[Any] = [list(node) if isinstance(node, tuple) else node]
    while left:
        current = left.pop()
        if isinstance(current, tuple):
            yield current
            current = current[1]
        if isinstance(current, dict):
            left.extend(reversed(list(current.items())))
        elif isinstance(current, list):
            left.extend(reversed(current))


def strings(nodes: Iterable[Mapping[str, Any]]) -> list[str]:
    """The strings of a list of String nodes."""
    return [node["String"].get("sval", "") for node in nodes]


def flag(node: Node, name: str) -> bool:
    return bool(node.get(name))


def cascades(node: Node) -> bool:
    return node.get("behavior") == "DROP_CASCADE"
