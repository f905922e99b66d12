"""divergent-heads: merging with the target would give more heads than allowed, though each side alone does not."""

from __future__ import annotations

from collections.abc import Iterator

from git_alembic.findings.finding import Finding, Fix, Repair
from git_alembic.history.change import MOST_LISTED, Change, MergeForecast, excess
from git_alembic.rules.advice import FIX, holders, movable, published_ids, short_ref
from git_alembic.rules.multiple_heads import listed_heads

SLUG = "divergent-heads"


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
    listed = listed_heads(graph, graph.heads, holders(change, graph, graph.heads, target))
    name = short_ref(target.name)
    message = f"a merge with {name} gives {len(graph.heads)} heads: {listed}"
    if forecast.conflicts:
        files = ", ".join(forecast.conflicts)
        verb = "conflicts and counts" if len(forecast.conflicts) == 1 else "conflict and count"
        message += f"; {files} {verb} as {name} has it"
    return Finding(SLUG, place.path, place.down_line, graph.heads, message, repairs=_repairs(change, forecast))


def _repairs(change: Change, forecast: MergeForecast) -> tuple[Repair, ...]:
    graph, name = forecast.merged.graph, short_ref(forecast.target.name)
    first = (Fix(forecast.fetch),) if forecast.fetch else ()
    if change.after.name == "staged":
        first = (*first, Fix(("git", "commit")))
    begin = (*first, Fix(("git", "merge", "--no-commit", name)))
    end = Fix(("git", "commit", "--no-edit"))
    fix, merge = Fix((*FIX.command, "--yes")), Fix((*FIX.command, "--strategy", "merge", "--yes"))
    lowest = movable(published_ids(change), graph, graph.heads, change.heads_allowed)
    by_merge = Repair(f"merge {name} and add a merge revision", (*begin, merge, end))
    if lowest is None:
        return (by_merge,)
    by_move = Repair(f"merge {name} and put '{lowest}' on top", (*begin, fix, end))
    held = any(id_ in change.held_elsewhere for id_ in graph.descendants((lowest,)))
    return (by_merge, by_move) if held else (by_move, by_merge)


def new_revisions(change: Change, forecast: MergeForecast) -> Iterator[str]:
    """The revisions that only one side has, in lines: id, message, file, and who added the target's."""
    ours, theirs = change.after.graph, forecast.target.graph
    for title, graph, other in (("yours", ours, theirs), ("theirs", theirs, ours)):
        new = [graph[id_] for id_ in graph.topological() if id_ not in other]
        for revision in new[-MOST_LISTED:]:
            author = forecast.authors.get(revision.id)
            parts = (f"{title}:", revision.id, revision.message, revision.path, f"({author})" if author else "")
            yield "  ".join(filter(None, parts))
