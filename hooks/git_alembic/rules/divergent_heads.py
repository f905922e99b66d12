"""divergent-heads: merging with the target would give more heads than allowed, though each side alone does not."""

from __future__ import annotations

from collections.abc import Iterator

from git_alembic.findings.finding import Finding, Fix
from git_alembic.history.change import MOST_LISTED, Change, MergeForecast, excess
from git_alembic.rules.advice import fork_fixes, fork_of, holders

SLUG = "divergent-heads"
WHY = "both sides are healthy and git merges them without a conflict, but the result has no single head"


def find(change: Change) -> Iterator[Finding]:
    """One finding per target whose merge would fork, at the newest head of this side."""
    for forecast in change.forecasts:
        sides = (change.after.graph, forecast.target.graph)
        over = excess(forecast.merged.graph, change.heads_allowed)
        if over > max(excess(side, change.heads_allowed) for side in sides):
            yield _finding(change, forecast)


def _finding(change: Change, forecast: MergeForecast) -> Finding:
    graph, target = forecast.merged.graph, forecast.target
    mine = [head for head in graph.heads if head not in target.graph] or list(graph.heads)
    place = graph[mine[-1]]
    who = holders(change, graph, graph.heads, target)
    listed = ", ".join(f"'{head}' ({who[head]})" for head in graph.heads)
    message = f"merging with {target.name} would give {len(graph.heads)} heads: {listed}"
    if forecast.conflicts:
        message += f"; {', '.join(forecast.conflicts)} changed on both sides and was taken as it is here"
    return Finding(
        SLUG,
        place.path,
        place.down_line,
        graph.heads,
        message,
        why=WHY,
        fixes=(*_start(change, forecast), *fork_fixes(change, graph, graph.heads), _end()),
        fork=fork_of(change, graph, graph.heads, target, _sides(change, forecast)),
    )


def _sides(change: Change, forecast: MergeForecast) -> Iterator[str]:
    """The revisions that only one side has: id, message, file, and who brought theirs."""
    ours, theirs = change.after.graph, forecast.target.graph
    for title, one, other in (("yours", ours, theirs), ("theirs", theirs, ours)):
        new = [one[id_] for id_ in one.topological() if id_ not in other]
        for revision in new[-MOST_LISTED:]:
            bearer = forecast.authors.get(revision.id)
            parts = (f"{title}:", revision.id, revision.message, revision.path, f"({bearer})" if bearer else "")
            yield "  ".join(filter(None, parts))


def _start(change: Change, forecast: MergeForecast) -> Iterator[Fix]:
    """Commands that bring the other side here without concluding the merge."""
    if forecast.fetch:
        yield Fix(forecast.fetch, note="get their side")
    first = "commit, then bring their side in" if change.after.name == "staged" else "bring their side in"
    yield Fix(("git", "merge", "--no-commit", "--no-ff", forecast.target.name), note=first)


def _end() -> Fix:
    return Fix(("git", "commit", "--no-edit"), note="conclude the merge")
