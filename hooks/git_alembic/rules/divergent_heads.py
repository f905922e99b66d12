"""divergent-heads: a merge with the target would give too many heads, or two files with one id."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from git_alembic.findings.counts_and_quoted_ids import quote_ids
from git_alembic.findings.finding import Command, Finding, Repair
from git_alembic.findings.fork_explanation import find_fork_move, holders, published_ids, short_ref, stops_at_heads_file
from git_alembic.findings.repairs_shared_by_rules import RUN_FIX
from git_alembic.history.graph_algorithms.allowed_heads import count_excess_heads
from git_alembic.history.snapshot_and_change import MOST_LISTED, Change, MergeForecast
from git_alembic.rules.multiple_heads import listed_heads

if TYPE_CHECKING:
    from git_alembic.findings.finding import CausingFinding

SLUG = "divergent-heads"
SHARED_WHY = "Alembic would load only one of them and never run the other."


def find(change: Change) -> Iterator[Finding]:
    """Yield one finding per target that the merge would fork, at the newest head or at the file with a shared id."""
    for forecast in change.forecasts:
        graphs = (change.after.graph, forecast.target.graph)
        shared_ids = [
            id_ for id_ in forecast.merged.graph.duplicates if not any(id_ in graph.duplicates for graph in graphs)
        ]
        if shared_ids:
            yield _shared_id_finding(change, forecast, tuple(shared_ids))
            continue
        over = count_excess_heads(forecast.merged.graph, change.heads_allowed)
        if over > max(count_excess_heads(graph, change.heads_allowed) for graph in graphs):
            yield _finding(change, forecast)


def is_consequence(_finding: Finding, _causing: CausingFinding) -> bool:
    """True, because nobody knows the heads of a history with an unreadable file."""
    return True


def _finding(change: Change, forecast: MergeForecast) -> Finding:
    graph, target = forecast.merged.graph, forecast.target
    own_heads = [head for head in graph.heads if head not in target.graph] or list(graph.heads)
    revision = graph[own_heads[-1]]
    head_list = listed_heads(graph, graph.heads, holders(change, graph, graph.heads, target))
    name = short_ref(target.name)
    message = f"merging {name} would create {len(graph.heads)} heads: {head_list}"
    if forecast.conflicts:
        message += f"; {_conflicts(forecast.conflicts, name)}"
    return Finding(SLUG, revision.path, revision.down_line, graph.heads, message, repairs=_repairs(change, forecast))


def _conflicts(paths: tuple[str, ...], name: str) -> str:
    *others, last = paths
    if not others:
        return f"{last} has a conflict, so the version from {name} was checked"
    return f"{', '.join(others)} and {last} have conflicts, so the versions from {name} were checked"


def _shared_id_finding(change: Change, forecast: MergeForecast, ids: tuple[str, ...]) -> Finding:
    """Return the finding for new files of both sides with the same ids. Numbered ids collide like this."""
    name = short_ref(forecast.target.name)
    target_paths = {revision.path for revision in forecast.target.graph.revisions}
    files = forecast.merged.graph.by_id[ids[0]]
    own_file = max(files, key=lambda file: file.path not in target_paths)
    other = next(file for file in files if file is not own_file)
    subject = f"each of the revision ids {quote_ids(ids)}" if ids[1:] else f"the revision id {quote_ids(ids)}"
    message = f"merging {name} would leave two files with {subject}: {name} has {other.path}"
    published = all(id_ in published_ids(change) for id_ in ids) and all(
        file in change.published.graph.revisions for file in files
    )
    fix = Command((*RUN_FIX.argv, *(("--published-too",) if published else ()), "--yes"))
    title = f"merge {name} and give {own_file.path.rpartition('/')[2]} a new id"
    begin, end = _merge_commands(change, forecast)
    return Finding(
        SLUG,
        own_file.path,
        own_file.id_line,
        ids,
        message,
        why=SHARED_WHY,
        repairs=(Repair(title, (*begin, fix, end)),),
    )


def _merge_commands(change: Change, forecast: MergeForecast) -> tuple[tuple[Command, ...], Command]:
    """Return the commands up to the merge, which stops before its commit, and the command that commits it."""
    first = (Command(forecast.fetch),) if forecast.fetch else ()
    if change.after.name == "staged":
        first = (*first, Command(("git", "commit")))
    stops = stops_at_heads_file(change, forecast.target)
    begin = (*first, Command(("git", "merge", "--no-commit", short_ref(forecast.target.name)), exits_with_1=stops))
    return begin, Command(("git", "commit", "--no-edit"))


def _repairs(change: Change, forecast: MergeForecast) -> tuple[Repair, ...]:
    graph, name = forecast.merged.graph, short_ref(forecast.target.name)
    begin, end = _merge_commands(change, forecast)
    fix, merge = Command((*RUN_FIX.argv, "--yes")), Command((*RUN_FIX.argv, "--strategy", "merge", "--yes"))
    move = find_fork_move(change, graph, graph.heads, change.after.graph)
    by_merge = Repair(f"merge {name} and add a merge revision", (*begin, merge, end))
    if move is None:
        return (by_merge,)
    by_move = Repair(f"merge {name} and put '{move.bottom}' on top", (*begin, fix, end))
    is_elsewhere = any(id_ in change.held_elsewhere for id_ in graph.descendants((move.bottom,)))
    return (by_merge, by_move) if is_elsewhere else (by_move, by_merge)


def new_revisions(change: Change, forecast: MergeForecast) -> Iterator[str]:
    """Yield a line per revision that only one side has: id, message, file, and the author of the target's revisions."""
    own_graph, target_graph = change.after.graph, forecast.target.graph
    for title, graph, other in (("yours", own_graph, target_graph), ("theirs", target_graph, own_graph)):
        new = [graph[id_] for id_ in graph.topological() if id_ not in other]
        for revision in new[-MOST_LISTED:]:
            author = forecast.authors.get(revision.id)
            parts = (f"{title}:", revision.id, revision.message, revision.path, f"({author})" if author else "")
            yield "  ".join(filter(None, parts))
