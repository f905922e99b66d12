"""divergent-heads: merging with the target would give more heads than allowed, though each side alone does not."""

from __future__ import annotations

from collections.abc import Iterator

from git_alembic.findings.finding import Finding, Fix
from git_alembic.history.change import MOST_LISTED, Change, Prediction, excess
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
    message = f"merging with {target.name} would give {len(graph.heads)} heads: {listed}"
    if prediction.conflicts:
        message += f"; {', '.join(prediction.conflicts)} changed on both sides and was taken as it is here"
    picture = drawing(change, graph, graph.heads, target)
    return Finding(
        SLUG,
        place.path,
        place.down_line,
        graph.heads,
        message,
        why=WHY,
        fixes=(*_start(change, prediction), *fork_fixes(change, graph, graph.heads), _end()),
        drawing="\n\n".join(filter(None, (picture, "\n".join(_sides(change, prediction))))),
    )


def _sides(change: Change, prediction: Prediction) -> Iterator[str]:
    """The revisions that only one side has: id, message, file, and who brought theirs."""
    ours, theirs = change.after.graph, prediction.target.graph
    for title, one, other in (("yours", ours, theirs), ("theirs", theirs, ours)):
        new = [one[id_] for id_ in one.topological() if id_ not in other]
        for revision in new[-MOST_LISTED:]:
            bearer = prediction.bearers.get(revision.id)
            parts = (f"{title}:", revision.id, revision.message, revision.path, f"({bearer})" if bearer else "")
            yield "  ".join(filter(None, parts))


def _start(change: Change, prediction: Prediction) -> Iterator[Fix]:
    """Commands that bring the other side here without concluding the merge."""
    if prediction.fetch:
        yield Fix(prediction.fetch, note="get their side")
    first = "commit, then bring their side in" if change.after.name == "staged" else "bring their side in"
    yield Fix(("git", "merge", "--no-commit", "--no-ff", prediction.target.name), note=first)


def _end() -> Fix:
    return Fix(("git", "commit", "--no-edit"), note="conclude the merge")
