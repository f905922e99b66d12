"""Finds the states of a history that make Alembic itself fail. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from git_alembic.audit.rule_audits import Offense
from git_alembic.history.environment_change import Change
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.graph_algorithms.allowed_heads import count_excess_heads


def new_broken_states(change: Change) -> Iterator[Offense]:
    """Yield what makes Alembic fail after a change but not before it, whatever the rules and the settings are.

    An unreadable file may declare a missing parent, so this ignores missing parents and heads in that case.
    """
    before, after = change.first_parent, change.after.graph
    missing = [] if change.environment.external_parents else sorted(_missing(after) - _missing(before))
    known = {file.path for snapshot in change.before[:1] for file in snapshot.unreadable}
    hidden = {file.path for file in change.after.unreadable}
    is_clear = hidden <= known and not (hidden and missing)
    if is_clear and count_excess_heads(after, change.heads_allowed) > count_excess_heads(before, change.heads_allowed):
        yield Offense("multiple-heads", after.heads)
    if not hidden:
        yield from (Offense("missing-parent", pair) for pair in missing)
    duplicates = sorted(set(after.duplicates) - set(before.duplicates))
    yield from (Offense("duplicate-revision", (id_,)) for id_ in duplicates)
    yield from (Offense("revision-cycle", cycle) for cycle in sorted(set(after.cycles) - set(before.cycles)))


def _missing(graph: RevisionGraph) -> set[tuple[str, str]]:
    pairs = {*graph.missing, *graph.missing_dependencies}
    return {(id_, name) for id_, name in pairs if not name.startswith("<")}  # computed by code
