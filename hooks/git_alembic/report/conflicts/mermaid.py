"""The branch pairs that collide, as a Mermaid drawing."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

from git_alembic.terminal.text import strip_controls

if TYPE_CHECKING:
    from git_alembic.conflicts.forecast import ConflictForecast


def render_mermaid(forecast: ConflictForecast) -> str:
    """Draw a node per branch, a node for the target, an edge per collision and a dotted edge per stack."""
    nodes = {branch.name: f"b{number}" for number, branch in enumerate(forecast.branches)}
    lines = ["```mermaid", "flowchart LR", f'  target["{_escaped(forecast.target[0])}"]']
    for branch in forecast.branches:
        new = ", ".join(branch.new_revisions(forecast.targets)[:3])
        lines.append(f'  {nodes[branch.name]}["{_escaped(branch.name)}<br/>{_escaped(new)}"]')
    for collision in forecast.collisions:
        first = nodes.get(collision.branch, "target")
        second = "target" if collision.other is None else nodes.get(collision.other, "target")
        lines.append(f"  {first} ---|{_escaped(collision.kind)}| {second}")
    for branch in forecast.branches:
        lines += [f"  {nodes[name]} -. stack .-> {nodes[branch.name]}" for name in forecast.stacked_on(branch)]
    return "\n".join([*lines, "```"])


def _escaped(text: str) -> str:
    """Return the text in ASCII, with a numbered entity for every character that Mermaid or Markdown could interpret."""
    plain = string.ascii_letters + string.digits + " .,:/()-+"
    return "".join(letter if letter in plain else f"#{ord(letter)};" for letter in strip_controls(text))
