"""Plans the move of one database to the heads of the working tree, and formats the plan as lines. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from git_alembic.database.database_state import DatabaseState
from git_alembic.database.facts_for_causes import DatabaseFacts, describe_revision
from git_alembic.database.revisions_in_git import FormerParents
from git_alembic.errors import CannotCheck
from git_alembic.findings.counts_and_quoted_ids import quote_ids
from git_alembic.findings.shell_commands import shell_block
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.graph_algorithms.allowed_heads import count_excess_heads
from git_alembic.lost_revisions.search import FileVersion, LostRevision
from git_alembic.revisions.downgrade_drops import Downgrade

_MOST = 8  # upgrades in the list


@dataclass(frozen=True, slots=True)
class DatabaseMove:
    """From the `current` revisions: the `downgrades` run first, children first, then the `upgrades` to the `heads`."""

    database: DatabaseState
    current: tuple[str, ...]
    downgrades: tuple[FileVersion, ...]
    heads: tuple[str, ...]
    upgrades: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.downgrades or self.upgrades)


def plan_move(facts: DatabaseFacts) -> DatabaseMove:
    """Return the plan for one database. Raise CannotCheck if no plan is safe."""
    _check_version_table(facts)
    graph = facts.graph
    if count_excess_heads(graph, facts.heads_allowed):
        raise CannotCheck(
            f"this checkout has {len(graph.heads)} heads, {quote_ids(graph.heads)} (run `git alembic fix`)"
        )
    if graph.missing or graph.cycles:
        raise CannotCheck("Alembic can't load the history of this checkout (see `git alembic check`)")
    lost_files = {id_: revision.files[0] for id_, revision in _lost_revisions(facts)}
    order = RevisionGraph(version.revision for version in lost_files.values()).topological()
    downgrades = tuple(lost_files[id_] for id_ in reversed(order))
    present = {row for row in facts.rows if row in graph}
    present.update(*(facts.lost_ancestors[id_].known for id_ in facts.unknown_rows))
    upgrades = facts.pending_after(tuple(present))
    return DatabaseMove(facts.database, facts.rows, downgrades, graph.heads, upgrades)


def _check_version_table(facts: DatabaseFacts) -> None:
    if facts.has_unrecorded_tables:
        raise CannotCheck(
            "the database has tables, but no record of which revisions created them (see `git alembic doctor`)"
        )
    if facts.has_null:
        raise CannotCheck("its version table holds NULL, which Alembic never writes (see `git alembic doctor`)")
    if facts.ancestor_rows:
        raise CannotCheck("the version table has rows for both a revision and its ancestor (see `git alembic doctor`)")


def _lost_revisions(facts: DatabaseFacts) -> Iterator[tuple[str, LostRevision]]:
    """Yield the revisions to revert, with their ids."""
    for id_ in facts.unknown_rows:
        ancestors = facts.lost_ancestors[id_]
        if not ancestors.lost:
            raise CannotCheck(
                f"the database is at '{id_}', but git has no file for that revision (see `git alembic doctor`)"
            )
        if ancestors.missing:
            noun = "an ancestor" if len(ancestors.missing) == 1 else "ancestors"
            raise CannotCheck(
                f"git has no file for {quote_ids(ancestors.missing)}, {noun} of '{id_}', so the downgrade can't "
                "continue past it (see `git alembic doctor`)"
            )
        yield from ((revision.id, revision) for revision in ancestors.lost)


def find_irreversible(move: DatabaseMove, downgrades: Mapping[str, Downgrade]) -> Iterator[str]:
    """Yield a sentence for each revision that can't be reverted."""
    for version in move.downgrades:
        if downgrades[version.revision.id].refuses:
            yield (
                f"'{version.revision.id}' cannot be downgraded: "
                f"its downgrade only raises an exception ({version.revision.path})"
            )


def find_repeated(move: DatabaseMove, graph: RevisionGraph, former: Sequence[FormerParents]) -> Iterator[str]:
    """Yield a sentence for revisions that would run twice because they now follow one that the database has run."""
    for parents in former:
        again = graph.needed(parents.parents) & set(move.upgrades)
        if again:
            yield (
                f"{describe_former_parents(parents)}; if '{parents.id}' was applied in that position, "
                f"{quote_ids(sorted(again))} {'was' if len(again) == 1 else 'were'} already applied and would run "
                "again. Find out the order in which they were applied. Then, instead of `git alembic sync`, run "
                "`alembic stamp --purge` or `alembic upgrade`"
            )


def describe_former_parents(former: FormerParents) -> str:
    parents = quote_ids(former.parents) if former.parents else "nothing"
    commit = former.commit
    return (
        f"'{former.id}' came after {parents} in commit {commit.short} from {commit.date} ({commit.subject}"
        "), which was checked out here"
    )


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
            f"{condition}{quote_ids(skipped)} {were} not applied"
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
