"""Formats a plan as lines: what is reverted, what that drops, and what is run. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from git_alembic.database.database_facts import DatabaseFacts, describe_revision
from git_alembic.database.sync.former_down_revisions import FormerParents
from git_alembic.database.sync.plan import DatabaseMove, describe_former_parents
from git_alembic.findings.formatting import quoted
from git_alembic.findings.shell_commands import shell_block
from git_alembic.lost_revisions.search import FileVersion
from git_alembic.revisions.downgrade_drops import Downgrade

_MOST = 8  # upgrades in the list


def describe_move(move: DatabaseMove, facts: DatabaseFacts, downgrades: Mapping[str, Downgrade]) -> list[str]:
    """Return the steps and what each downgrade drops; [] if there are none."""
    lines = []
    for version in move.downgrades:
        message = f" ({version.revision.message})" if version.revision.message else ""
        lines.append(f"  downgrade '{version.revision.id}'{message}, from {_describe_source(version)}")
        lines.append(f"      {_describe_effect(downgrades[version.revision.id])}")
    upgrades = [f"  upgrade {describe_revision(facts.graph, id_)}" for id_ in move.upgrades]
    if len(upgrades) > _MOST:
        upgrades[_MOST // 2 : -1] = [f"  upgrade … {len(upgrades) - _MOST // 2 - 1} more …"]
    return [*lines, *upgrades]


def describe_skipped(
    facts: DatabaseFacts, former: Sequence[FormerParents], makes: Mapping[str, Collection[str]]
) -> Iterator[str]:
    """Yield lines on revisions that the database may have skipped, because they now come before one that it had run.

    `makes` has the tables that each revision creates, as far as its file shows. If they exist, the revision was run.
    """
    graph, tables = facts.graph, set(facts.tables)
    for parents in former:
        below = graph.needed(graph[parents.id].down) - graph.needed(parents.parents)
        skipped = [
            id_ for id_ in graph.topological() if id_ in below and not (makes.get(id_) and set(makes[id_]) <= tables)
        ]
        if not skipped:
            continue
        sure = any(set(makes.get(id_, ())) - tables for id_ in skipped)
        condition = "" if sure else f"if '{parents.id}' was applied in that position, "
        were = "was" if len(skipped) == 1 else "were"
        yield (
            f"  {'note' if sure else 'perhaps'}: {describe_former_parents(parents)}; "
            f"{condition}{quoted(skipped)} {were} not applied"
        )
        commands = [
            facts.command("downgrade", *graph[parents.id].down),
            *facts.stamp(parents.parents or ("base",), purge=True),
            facts.upgrade(),
        ]
        yield from (f"      {line}" for line in shell_block(commands))


def _describe_source(version: FileVersion) -> str:
    path = version.revision.path or version.revision.blob
    if version.worktree:
        return f"the worktree {version.worktree}: {path}"
    names = [name for name in version.refs if name != "HEAD"]
    if names:
        return f"{names[0]}: {path}"
    return f"commit {version.commit.short}: {path}" if version.commit else path


def _describe_effect(downgrade: Downgrade) -> str:
    if not downgrade.is_readable:
        return "what it drops is unknown"
    if downgrade.drops:
        return f"drops {', '.join(downgrade.drops)}"
    return "does nothing" if downgrade.is_empty else "drops no tables or columns"
