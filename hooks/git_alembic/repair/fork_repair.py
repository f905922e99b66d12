"""Repairs forks: re-parents unpublished sides, or merges the heads with a merge revision."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from git_alembic.findings.counts_and_quoted_ids import quote_ids
from git_alembic.findings.fork_explanation import labeled_lines
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.graph_algorithms.allowed_heads import count_excess_heads, find_surplus_heads
from git_alembic.history.graph_algorithms.fork_repair_moves import MOST_HEADS, ForkMove, find_moves, heads_to_join
from git_alembic.repair.merge_revision import make_merge_revision
from git_alembic.repair.plan_builder import PUBLISHED, PlanBuilder, describe_move
from git_alembic.revisions.revision import Revision
from git_alembic.revisions.rewriter import change_down_revision


def unfork(builder: PlanBuilder) -> None:
    """Put unpublished sides on top of the others, and merge the remaining heads with merge revisions."""
    allowed, strategy = builder.change.heads_allowed, builder.choices.strategy
    while groups := find_surplus_heads(builder.graph, allowed):
        if obstacle := builder.find_obstacle():
            builder.notes.append(f"the fork can be repaired once {obstacle}")
            return
        if strategy != "merge" and allowed == 1 and (line := _separate_line(builder, groups[0])):
            builder.notes.append(
                f"'{line}' starts a separate branch with a branch label: set `heads = \"one-per-label\"` "
                "in [tool.git-alembic], or merge the branches with `--strategy merge`"
            )
            return
        if strategy != "merge" and len(groups[0]) > MOST_HEADS:
            builder.notes.append(
                f"`git alembic fix` re-parents at most {MOST_HEADS} heads, and there are {len(groups[0]):,}: "
                "`--strategy merge` merges them instead"
            )
            return
        if strategy != "merge" and any(_try_move(builder, move) for heads in groups for move in _moves(builder, heads)):
            continue
        joined = () if strategy == "rebase" else heads_to_join(builder.graph, groups[0], allowed)
        if not joined:
            none = "none" if groups[0][2:] else "neither"
            builder.notes.append(f"{none} of {quote_ids(groups[0])} can be re-parented{_advice(builder)}")
            return
        _join(builder, joined)


def _separate_line(builder: PlanBuilder, heads: Sequence[str]) -> str:
    """Return the first unpublished base with a branch label that leads to only one of the heads, or ""."""
    for head in labeled_lines(builder.graph, heads):
        line = builder.graph.ancestors((head,))
        base = next(id_ for id_ in sorted(line) if not builder.graph[id_].down)
        if builder.age(builder.graph[base]) != PUBLISHED:
            return base
    return ""


def _moves(builder: PlanBuilder, heads: Sequence[str]) -> Iterator[ForkMove]:
    forced = builder.choices.published_too and builder.choices.strategy == "rebase"
    age = builder.age_on_target if forced else builder.age
    moves = find_moves(builder.graph, heads, lambda id_: age(builder.graph[id_]) + forced)
    one_line = builder.change.heads_allowed == 1
    return (move for move in moves if one_line or builder.graph.parents(move.bottom))


def _try_move(builder: PlanBuilder, move: ForkMove) -> bool:
    revision = builder.graph[move.bottom]
    data = builder.edit(revision, lambda data: change_down_revision(data, (move.onto,)))
    if data is None:
        return False
    after = builder.graph_with(revision, data)
    allowed = builder.change.heads_allowed
    if after.cycles or count_excess_heads(after, allowed) >= count_excess_heads(builder.graph, allowed):
        return False
    builder.put(revision, data, describe_move(revision, (move.onto,)))
    return True


def _join(builder: PlanBuilder, heads: tuple[str, ...]) -> None:
    like = builder.graph[heads[-1]]
    merge = make_merge_revision(builder.graph, heads, like, builder.data(like), builder.choices.now)
    builder.merges.append(merge)
    builder.graph = RevisionGraph([*builder.graph.revisions, Revision(merge.path, "", merge.id, heads)])
    folder = posixpath.dirname(merge.path) or "."
    builder.steps.append(f"{folder}: a new merge revision '{merge.id}' that merges {quote_ids(heads)}")


def _advice(builder: PlanBuilder) -> str:
    if builder.choices.strategy == "rebase" and not builder.choices.published_too:
        return "; `--strategy merge` merges published branches, and `--published-too` re-parents them anyway"
    return ""
