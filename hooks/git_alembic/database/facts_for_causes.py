"""Everything that a cause may use: one database, the history of the working tree, and git's knowledge of both."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from git_alembic.database.database_state import DatabaseState
from git_alembic.database.diagnosis import CauseRepair, Effect
from git_alembic.environments.environment import Environment
from git_alembic.findings.counts_and_quoted_ids import quote_ids
from git_alembic.findings.finding import Command
from git_alembic.history.graph import RevisionGraph
from git_alembic.lost_revisions.search import LostRevision

NO_COMMON_TABLES = "it has none of the tables that the revisions create"
STAMP_LATER = "stamp the database only after you have resolved every difference"
_MOST_DIFFERENCES = 4
_EXTENSION_TABLES = ("spatial_ref_sys",)


@dataclass(frozen=True, slots=True)
class SchemaMatch:
    """The revision whose schema a database has.

    `revisions` are the revisions to stamp for that state, or (). Without `is_exact`, they are only the nearest state,
    and `differences` lists what differs. `alike` are other revisions with the same schema. `basis` is a clause that
    says how the match was found. `doubt` says why the search failed or stopped early, or is "". `more_tables` are
    tables of the database that no revision creates.
    """

    revisions: tuple[str, ...] = ()
    is_exact: bool = False
    differences: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()
    basis: str = ""
    doubt: str = ""
    more_tables: tuple[str, ...] = ()

    @property
    def is_incomplete(self) -> bool:
        """True if the search failed or stopped early."""
        return self.doubt not in ("", NO_COMMON_TABLES)


def describe_match(match: SchemaMatch | None) -> list[str]:
    """Describe the result of the search for the database's schema; [] if there was no search."""
    if match is None:
        return []
    if not match.revisions:
        if match.is_incomplete:
            return ["the database's schema could not be compared with all revisions in this checkout", match.doubt]
        doubt = f": {match.doubt}" if match.doubt else ""
        return [f"the database's schema does not match any revision in this checkout{doubt}"]
    near = "matches" if match.is_exact else "is closest to the schema at"
    differences = match.differences[:_MOST_DIFFERENCES]
    sentence = f"the schema {near} {quote_ids(match.revisions)}, as determined {match.basis}"
    return [sentence, *differences, *([] if match.is_exact else [STAMP_LATER])]


@dataclass(frozen=True, slots=True)
class LostAncestors:
    """An unknown revision and its ancestors down to the working tree, as far as git has them, children first.

    `known` are the nearest ancestors in the working tree. `missing` are ids without a file in git.
    """

    lost: tuple[LostRevision, ...] = ()
    known: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class DatabaseFacts:
    """One database compared with one environment of the working tree.

    `lost_ancestors` has an entry for each unknown row. `same_code` has the id of a revision with the same code, if any.
    `origins` says who added a revision and when: "by Ada on 2026-01-02". `published_ids` are the revisions that a
    repair may not move.
    """

    environment: Environment
    graph: RevisionGraph
    database: DatabaseState
    heads_allowed: int | str = 1
    lost_ancestors: Mapping[str, LostAncestors] = field(default_factory=dict)
    same_code: Mapping[str, str] = field(default_factory=dict)
    match: SchemaMatch | None = None
    origins: Mapping[str, str] = field(default_factory=dict)
    published_ids: Collection[str] = ()
    free_branches: frozenset[str] = frozenset()  # local branches that `git switch` takes, if a row is unknown

    @property
    def rows(self) -> tuple[str, ...]:
        """The revisions in the version table, without NULL."""
        return tuple(dict.fromkeys(row for row in self.database.version.rows if row is not None))

    @property
    def has_null(self) -> bool:
        """True if the version table has a row without an id, which Alembic never writes."""
        return None in self.database.version.rows

    @property
    def unknown_rows(self) -> tuple[str, ...]:
        """The rows that are no revision of the working tree."""
        return tuple(row for row in self.rows if row not in self.graph)

    @property
    def ancestor_rows(self) -> tuple[str, ...]:
        """The rows that are ancestors of another row."""
        rows = self.rows
        return tuple(
            row for row in rows if any(row != other and row in self.graph.ancestors([other]) for other in rows)
        )

    @property
    def pending(self) -> tuple[str, ...]:
        """The revisions that the database has not run, parents first."""
        return self.pending_after(self.rows)

    @property
    def has_unrecorded_tables(self) -> bool:
        """True if there are tables and revisions, but no row says which revisions created the tables."""
        return not self.rows and bool(self.tables) and bool(self.graph.ids)

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables of the database, without those of extensions."""
        return tuple(table for table in self.database.tables if table not in _EXTENSION_TABLES)

    def pending_after(self, revisions: Sequence[str]) -> tuple[str, ...]:
        """Return the revisions that a database at these revisions has not run, parents first."""
        applied = self.graph.needed(revisions)
        return tuple(id_ for id_ in self.graph.topological() if id_ not in applied)

    def describe_with_origin(self, id_: str) -> str:
        """Return a revision with its origin: 'a' (create users), by Ada on 2026-01-02."""
        origin = self.origins.get(id_)
        return f"{describe_revision(self.graph, id_)}{f', {origin}' if origin else ''}"

    def command(self, *words: str) -> Command:
        """Return an Alembic command in the project's form."""
        return Command(self.environment.command(*words), self.environment.cwd)

    def upgrade(self) -> Command:
        return self.command("upgrade", "head" if len(self.graph.heads) == 1 else "heads")

    def upgrade_from(self, revisions: Sequence[str]) -> tuple[Command, ...]:
        """Return the upgrade that a database at these revisions needs; () if it is at the heads."""
        return (self.upgrade(),) if self.pending_after(revisions) else ()

    def stamp(self, revisions: Sequence[str], *, purge: bool) -> list[Command]:
        """Return the commands that stamp these revisions, with `purge` no others.

        Flask-Migrate stamps one at a time.
        """
        options = ("--purge",) if purge else ()
        if self.environment.wrapper == "alembic" or len(revisions) == 1:
            return [self.command("stamp", *options, *revisions)]
        first, *others = revisions
        return [self.command("stamp", *options, first), *(self.command("stamp", revision) for revision in others)]

    def stamp_repair(self, revisions: Sequence[str], *, purge: bool = False, title: str = "") -> CauseRepair:
        """Stamp these revisions, then upgrade if others are still pending."""
        upgrade = self.upgrade_from(revisions)
        words = f"{title or f'stamp {quote_ids(revisions)}'}{', then upgrade' if upgrade else ''}"
        commands = (*self.stamp(revisions, purge=purge), *upgrade)
        return CauseRepair(words, commands, Effect(tuple(revisions), self.graph.heads))


def describe_revision(graph: RevisionGraph, id_: str) -> str:
    """Return a revision with its message: 'a' (create users)."""
    message = graph[id_].message if id_ in graph else ""
    return f"'{id_}' ({message})" if message else f"'{id_}'"
