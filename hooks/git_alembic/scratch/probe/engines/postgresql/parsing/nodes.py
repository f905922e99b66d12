"""Reads and changes parsed trees."""

from __future__ import annotations

from typing import Any, Callable, Iterable, Iterator, Mapping

from git_alembic.scratch.probe.engines.postgresql.parsing.parser import Node


def columns_of(node: Any) -> frozenset[str]:
    """Return the names of all columns in an expression."""
    return frozenset(
        strings([fields["fields"][-1]])[0] for kind, fields in walk(node)
        if kind == "ColumnRef" and "String" in fields["fields"][-1]
    )  # fmt: skip


def transform(node: Any, change: Callable[[Node], Node]) -> Any:
    """Apply `change` to all parts of a node, innermost first."""
    if isinstance(node, list):
        return [transform(item, change) for item in node]
    if isinstance(node, dict):
        return change({key: transform(item, change) for key, item in node.items()})
    return node


def walk(node: Any) -> Iterator[Any]:
    """Yield (key, value) of a node and all nodes below it, in order. Parents come first."""
    todo: list[Any] = [list(node) if isinstance(node, tuple) else node]
    while todo:
        current = todo.pop()
        if isinstance(current, tuple):
            yield current
            current = current[1]
        if isinstance(current, dict):
            todo.extend(reversed(list(current.items())))
        elif isinstance(current, list):
            todo.extend(reversed(current))


def strings(nodes: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the strings of String nodes."""
    return [node["String"].get("sval", "") for node in nodes]


def has_flag(node: Node, name: str) -> bool:
    return bool(node.get(name))


def cascades(node: Node) -> bool:
    return node.get("behavior") == "DROP_CASCADE"
