"""divergent-heads: merging with the target would give more heads than allowed, though each side alone does not."""

from __future__ import annotations

from collections.abc import Iterator

from git_alembic.change import Change, Prediction, excess
from git_alembic.finding import Finding
from git_alembic.rules.advice import drawing, fork_fixes, holders

SLUG = "divergent-heads"
WHY = "both sides are healthy and git merges them without a conflict, but the result has no single head"


def find(change: Change) -> Iterator[Finding]:
    """One finding per target whose merge would fork, at the newest head of this side."""
    for prediction in change.predictions:
        sides = (change.after.graph, prediction.target.graph)
        over = excess(prediction.merged.graph, change.heads_allowed)
        if over > max(excess(side, change.heads_allowed) for side in sides):
            yield _finding(change, prediction)


def _finding(change: Change, prediction: Prediction) -> Finding:
    graph, target = prediction.merged.graph, prediction.target
    mine = [head for head in graph.heads if head not in target.graph] or list(graph.heads)
    place = graph[mine[-1]]
    who = holders(change, graph, graph.heads, target)
    listed = ", ".join(f"'{head}' ({who[head]})" for head in graph.heads)
    return Finding(
        SLUG,
        place.path,
        place.down_line,
        graph.heads,
        f"merging with {target.name} would give {len(graph.heads)} heads: {listed}",
        why=WHY,
        fixes=fork_fixes(change, graph, graph.heads),
        drawing=drawing(change, graph, graph.heads, target),
    )
