"""Repairs forks: re-parents unpublished sides, or merges the heads with a merge revision."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from git_alembic.findings.wording import quoted
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.graph_algorithms.allowed_heads import count_excess_heads, find_surplus_heads
from git_alembic.history.graph_algorithms.fork_moves import MOST_HEADS, ForkMove, find_moves, heads_to_join
from git_alembic.repair.draft import PUBLISHED, Draft, describe_move
from git_alembic.repair.merge_revision import make_merge_revision
from git_alembic.revisions.revision import Revision
from git_alembic.revisions.rewriter import change_down_revision
from git_alembic.rules.advice import labeled_lines


def unfork(draft: Draft) -> None:
    """Put unpublished sides on top of the others, and merge the remaining heads with merge revisions."""
    allowed, strategy = draft.change.heads_allowed, draft.choices.strategy
    while groups := find_surplus_heads(draft.graph, allowed):
        if obstacle := draft.find_obstacle():
            draft.notes.append(f"the fork can be repaired once {obstacle}")
            return
        if strategy != "merge" and allowed == 1 and (line := _separate_line(draft, groups[0])):
            draft.notes.append(
                f"'{line}' starts a separate branch with a branch label: set `heads = \"one-per-label\"` "
                "in [tool.git-alembic], or merge the branches with `--strategy merge`"
            )
            return
        if strategy != "merge" and len(groups[0]) > MOST_HEADS:
            draft.notes.append(
                f"`git alembic fix` re-parents at most {MOST_HEADS} heads, and there are {len(groups[0]):,}: "
                "`--strategy merge` merges them instead"
            )
            return
        if strategy != "merge" and any(_move(draft, move) for heads in groups for move in _moves(draft, heads)):
            continue
        joined = () if strategy == "rebase" else heads_to_join(draft.graph, groups[0], allowed)
        if not joined:
            none = "none" if groups[0][2:] else "neither"
            draft.notes.append(f"{none} of {quoted(groups[0])} can be re-parented{_advice(draft)}")
            return
        _join(draft, joined)


def _separate_line(draft: Draft, heads: Sequence[str]) -> str:
    """Return the first unpublished base with a branch label that leads to only one of the heads, or ""."""
    for head in labeled_lines(draft.graph, heads):
        line = draft.graph.ancestors((head,))
        base = next(id_ for id_ in sorted(line) if not draft.graph[id_].down)
        if draft.age(draft.graph[base]) != PUBLISHED:
            return base
    return ""


def _moves(draft: Draft, heads: Sequence[str]) -> Iterator[ForkMove]:
    forced = draft.choices.published_too and draft.choices.strategy == "rebase"
    age = draft.age_on_target if forced else draft.age
    found = find_moves(draft.graph, heads, lambda id_: age(draft.graph[id_]) + forced)
    one_line = draft.change.heads_allowed == 1
    return (move for move in found if one_line or draft.graph.parents(move.bottom))


def _move(draft: Draft, move: ForkMove) -> bool:
    revision = draft.graph[move.bottom]
    data = draft.edit(revision, lambda data: change_down_revision(data, (move.onto,)))
    if data is None:
        return False
    after = draft.graph_with(revision, data)
    allowed = draft.change.heads_allowed
    if after.cycles or count_excess_heads(after, allowed) >= count_excess_heads(draft.graph, allowed):
        return False
    draft.put(revision, data, describe_move(revision, (move.onto,)))
    return True


def _join(draft: Draft, heads: tuple[str, ...]) -> None:
    like = draft.graph[heads[-1]]
    made = make_merge_revision(draft.graph, heads, like, draft.data(like), draft.choices.now)
    draft.merges.append(made)
    draft.graph = RevisionGraph([*draft.graph.revisions, Revision(made.path, "", made.id, heads)])
    folder = posixpath.dirname(made.path) or "."
    draft.steps.append(f"{folder}: a new merge revision '{made.id}' that merges {quoted(heads)}")


def _advice(draft: Draft) -> str:
    if draft.choices.strategy == "rebase" and not draft.choices.published_too:
        return "; `--strategy merge` merges published branches, and `--published-too` re-parents them anyway"
    return ""
