"""The branch pairs that collide, as a Mermaid drawing."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING

from git_alembic.terminal.text_width import strip_controls

if TYPE_CHECKING:
    from git_alembic.conflicts.branches_with_same_collisions import BranchGroups
    from git_alembic.conflicts.conflict_forecast import ConflictForecast

_FEW = 3  # up to this many branches that collide with each other are drawn pair by pair


def render_mermaid(forecast: ConflictForecast) -> str:
    """Return a chart: a node per branch and one for the target, an edge per collision, a dotted edge per stack.

    Many branches that all collide with each other are one circle with an edge to each: Mermaid draws at most 500 edges.
    """
    nodes = {branch.name: f"b{number}" for number, branch in enumerate(forecast.branches)}
    lines = ["```mermaid", "flowchart LR", f'  target["{_escape(forecast.target[0])}"]']
    for branch in forecast.branches:
        new = ", ".join(branch.new_revisions(forecast.targets)[:3])
        lines.append(f'  {nodes[branch.name]}["{_escape(branch.name)}<br/>{_escape(new)}"]')
    lines += _collisions(forecast, nodes)
    for branch in forecast.branches:
        lines += [f"  {nodes[name]} -. stack .-> {nodes[branch.name]}" for name in forecast.stacked_on(branch)]
    return "\n".join([*lines, "```"])


def _collisions(forecast: ConflictForecast, nodes: Mapping[str, str]) -> Iterator[str]:
    for collision in forecast.collisions.listed:
        first = nodes.get(collision.branch, "target")
        second = "target" if collision.other is None else nodes.get(collision.other, "target")
        yield _edge(first, second, collision.kind)
    groups = forecast.collisions.groups
    if groups is None:
        return
    circles = {
        number: f"c{number}"
        for number, group in enumerate(groups.groups)
        if len(group) > _FEW and groups.kinds(number, number)
    }
    for number, circle in circles.items():
        yield f"  {circle}(({_escape(', '.join(groups.kinds(number, number)))}))"
        yield from (f"  {nodes[branch.name]} --- {circle}" for branch in groups.groups[number])
    yield from _edges_of_groups(groups, nodes, circles)


def _edges_of_groups(groups: BranchGroups, nodes: Mapping[str, str], circles: Mapping[int, str]) -> Iterator[str]:
    """Yield the edges between groups; a circle stands for all branches of its group."""
    for first, second in combinations_with_replacement(range(len(groups.groups)), 2):
        if first == second and first in circles:
            continue
        for kind in groups.kinds(first, second):
            if first in circles and second in circles:
                yield _edge(circles[first], circles[second], kind)
            elif first in circles or second in circles:
                circle, number = (circles[first], second) if first in circles else (circles[second], first)
                yield from (_edge(nodes[branch.name], circle, kind) for branch in groups.groups[number])
            else:
                yield from (
                    _edge(nodes[branch.name], nodes[other.name], kind)
                    for branch in groups.groups[first]
                    for other in groups.others(branch, second)
                    if first != second or branch.name < other.name
                )


def _edge(first: str, second: str, kind: str) -> str:
    return f"  {first} ---|{_escape(kind)}| {second}"


def _escape(text: str) -> str:
    """Return the text in ASCII, with a numbered entity for every character that Mermaid or Markdown could interpret."""
    safe = string.ascii_letters + string.digits + " .,:/()-+"
    return "".join(letter if letter in safe else f"#{ord(letter)};" for letter in strip_controls(text))
