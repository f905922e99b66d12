"""`multiple-heads`: the history forks, and the database has run one side, all or none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from git_alembic.database.diagnosis import Cause, CauseRepair, Effect
from git_alembic.database.facts_for_causes import DatabaseFacts
from git_alembic.findings.counts_and_quoted_ids import quote_ids
from git_alembic.findings.finding import Command
from git_alembic.history.graph_algorithms.allowed_heads import count_excess_heads
from git_alembic.history.graph_algorithms.fork_repair_moves import find_first_move


def find(facts: DatabaseFacts) -> Iterator[Cause]:
    heads = facts.graph.heads
    if not count_excess_heads(facts.graph, facts.heads_allowed):
        return
    applied_ids = facts.graph.needed(facts.rows)
    applied = [head for head in heads if head in applied_ids]
    evidence = [
        f"{facts.describe_with_origin(head)}: {'applied' if head in applied else 'not applied'}" for head in heads
    ]
    merge = facts.command("merge", "-m", "merge heads", *heads)
    repairs = [
        CauseRepair(
            "add a merge revision, then upgrade", (merge, facts.command("upgrade", "head")), Effect(facts.rows, heads)
        )
    ]
    if (reparenting := _reparent(facts, applied)) is not None:
        repairs.append(reparenting)
    none = "neither is" if len(heads) == 2 else "none are"
    every = "both are" if len(heads) == 2 else "all are"
    some = f"{quote_ids(applied)} {'are' if len(applied) > 1 else 'is'}" if applied else none
    which = every if len(applied) == len(heads) else some
    message = f"the history has {len(heads)} heads, {quote_ids(heads)}: {which} applied"
    yield Cause("multiple-heads", message, tuple(evidence), heads, tuple(repairs))


def _reparent(facts: DatabaseFacts, applied: Sequence[str]) -> CauseRepair | None:
    """Return the commands that put the unpublished side on top, or None if both sides are published or applied.

    The database first leaves a side that moves. Otherwise Alembic would believe that it has run all revisions before
    that side's new place.
    """
    heads, graph = facts.graph.heads, facts.graph
    if len(applied) > 1 or not find_first_move(
        graph, heads, lambda id_: id_ not in facts.published_ids, facts.heads_allowed
    ):
        return None
    title = "put the unpublished side on top of the other, then upgrade"
    fix, upgrade = Command(("git", "alembic", "fix")), facts.command("upgrade", "head")
    moving = [head for head in applied if head not in facts.published_ids]
    if not moving:
        return CauseRepair(title, (fix, upgrade), Effect(facts.rows, heads))
    point = graph.fork_point(heads)
    if point is None:
        return None
    undone = graph.needed(moving) - graph.needed([point])
    downgrades = tuple(id_ for id_ in reversed(graph.topological()) if id_ in undone)
    effect = Effect(facts.rows, heads, downgrades)
    back = facts.command("downgrade", point)
    return CauseRepair(f"downgrade to the common ancestor '{point}', {title}", (back, fix, upgrade), effect)
