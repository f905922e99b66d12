"""multiple-heads: the checked history has more heads than allowed, and more than its baseline had."""

from __future__ import annotations

from collections.abc import Iterator

from git_alembic.findings.finding import Finding
from git_alembic.findings.fork_explanation import fork_of, holders, is_name
from git_alembic.findings.repairs_shared_by_rules import fork_repairs
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.graph_algorithms.allowed_heads import count_excess_heads, heads_by_label
from git_alembic.history.snapshot_and_change import Change

SLUG = "multiple-heads"
WHY = '`alembic upgrade head` fails with "Multiple head revisions are present".'
MOST_NAMED = 10


def find(change: Change) -> Iterator[Finding]:
    """Yield one finding for the whole fork, or one per forked branch label, at the newest of its heads."""
    graph = change.after.graph
    over = count_excess_heads(graph, change.heads_allowed)
    if not over or any(
        count_excess_heads(baseline, change.heads_allowed) >= over for baseline in change.baseline_graphs
    ):
        return
    if change.heads_allowed == "one-per-label":
        for label, heads in heads_by_label(graph).items():
            if heads[1:]:
                count = f"{len(heads)} heads"
                subject = f"branch label '{label}' has {count}" if label else f"{count} without a branch label"
                yield _finding(change, graph, heads, subject)
        return
    allowed = "" if change.allows_one_head else f" ({change.heads_allowed} are allowed)"
    yield _finding(change, graph, graph.heads, f"{len(graph.heads)} heads{allowed}")


def _finding(change: Change, graph: RevisionGraph, heads: tuple[str, ...], subject: str) -> Finding:
    new = [head for head in heads if all(head not in baseline.heads for baseline in change.baseline_graphs)]
    revision = graph[(new or list(heads))[-1]]
    return Finding(
        SLUG,
        revision.path,
        revision.down_line,
        heads,
        f"{subject}: {listed_heads(graph, heads, holders(change, graph, heads))}",
        why=WHY,
        repairs=fork_repairs(change, graph, heads),
        fork=fork_of(change, graph, heads),
    )


def listed_heads(graph: RevisionGraph, heads: tuple[str, ...], who: dict[str, str]) -> str:
    """List the heads with the names of what has each of them, as far as they fit into a message."""
    effective = set(graph.effective_heads)
    texts = []
    for head in heads[:MOST_NAMED]:
        words = [who[head]] if is_name(who.get(head, "")) else []
        words += ["effective head"] if head in effective else []
        texts.append(f"'{head}' ({', '.join(words)})" if words else f"'{head}'")
    return ", ".join(texts) + (f" and {len(heads) - MOST_NAMED} more" if len(heads) > MOST_NAMED else "")
