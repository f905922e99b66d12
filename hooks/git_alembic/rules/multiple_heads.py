"""multiple-heads: the judged history has more heads than allowed, and more than its baseline had."""

from __future__ import annotations

from collections.abc import Iterator

from git_alembic.findings.finding import Finding
from git_alembic.history.change import Change, excess
from git_alembic.rules.advice import fork_fixes, fork_of, holders

SLUG = "multiple-heads"
WHY = '`alembic upgrade head` refuses this with "Multiple head revisions are present", on the next deploy at the latest'


def find(change: Change) -> Iterator[Finding]:
    """One finding for the whole fork, at the newest of its heads."""
    graph = change.after.graph
    over = excess(graph, change.heads_allowed)
    if not over or any(excess(before, change.heads_allowed) >= over for before in change.baseline):
        return
    new = [head for head in graph.heads if all(head not in before.heads for before in change.baseline)]
    place = graph[(new or list(graph.heads))[-1]]
    who = holders(change, graph, graph.heads)
    listed = ", ".join(f"'{head}' ({who[head]}{_effective(head, graph.effective_heads)})" for head in graph.heads[:10])
    more = f" and {len(graph.heads) - 10} more" if len(graph.heads) > 10 else ""
    message = f"{len(graph.heads)} heads instead of {_allowed(change)}: {listed}{more}"
    if any(not set(graph.missing) <= set(before.missing) for before in change.baseline):
        yield Finding(
            SLUG, place.path, place.down_line, graph.heads, f"{message}; bring the missing parent back first", why=WHY
        )
        return
    fixes, fork = fork_fixes(change, graph, graph.heads), fork_of(change, graph, graph.heads)
    yield Finding(SLUG, place.path, place.down_line, graph.heads, message, why=WHY, fixes=fixes, fork=fork)


def _effective(head: str, effective: tuple[str, ...]) -> str:
    return ", an effective head" if head in effective else ""


def _allowed(change: Change) -> str:
    return "one for each branch label" if change.heads_allowed == "one-per-label" else str(change.heads_allowed)
