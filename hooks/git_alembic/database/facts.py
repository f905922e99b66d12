"""All that a diagnosis of one database may know."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from git_alembic.database.state import Sight
from git_alembic.environments.discovery import Environment
from git_alembic.findings.finding import Fix
from git_alembic.history.graph import RevisionGraph
from git_alembic.lost_revisions.search import LostRevision


@dataclass(frozen=True, slots=True)
class Match:
    """What the schema of a database looks like.

    `revisions` are those to be stamped for the state that is like it or, where `exact` is false, nearest to it; () for
    none. `differences` say what is not alike, `alike` are other revisions of the same schema. `basis` says how it was
    found out, as a clause; `doubt` why it could not be, or not in full, "" otherwise.
    """

    revisions: tuple[str, ...] = ()
    exact: bool = False
    differences: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()
    basis: str = ""
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Descent:
    """Where an unknown revision leads: what git has of it and its ancestors, itself first, down to this tree.

    `reached` are its nearest ancestors that this tree has; `missing` names that nothing has.
    """

    lost: tuple[LostRevision, ...] = ()
    reached: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """One database against one environment of the working tree; `origins` says of ids: "by Ada on 2026-01-02".

    `published` are the revisions that may not be moved any more.
    """

    environment: Environment
    graph: RevisionGraph
    sight: Sight
    heads_allowed: int | str = 1
    descents: Mapping[str, Descent] = field(default_factory=dict)
    match: Match | None = None
    origins: Mapping[str, str] = field(default_factory=dict)
    published: Collection[str] = ()

    @property
    def rows(self) -> tuple[str, ...]:
        """What the version table holds, without NULL."""
        return tuple(dict.fromkeys(row for row in self.sight.version.rows if row is not None))

    @property
    def has_null(self) -> bool:
        """Whether the version table has a row without an id, which Alembic never writes."""
        return None in self.sight.version.rows

    @property
    def unknown(self) -> tuple[str, ...]:
        return tuple(row for row in self.rows if row not in self.graph)

    @property
    def pending(self) -> tuple[str, ...]:
        """The revisions that the database has not run, parents first."""
        done = self.graph.needed(self.rows)
        return tuple(id_ for id_ in self.graph.topological() if id_ not in done)

    @property
    def silent(self) -> bool:
        """Whether there are tables, and nothing says which revisions made them."""
        return not self.rows and bool(self.tables)

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables of the database but those of an extension."""
        return tuple(table for table in self.sight.tables if table not in _EXTENSIONS)

    def command(self, *words: str, note: str = "") -> Fix:
        """One of the project's own commands."""
        return Fix(self.environment.command(*words), self.environment.cwd, note)

    def upgrade(self) -> Fix:
        return self.command("upgrade", "head" if len(self.graph.heads) == 1 else "heads")

    def stamp(self, revisions: tuple[str, ...], *, purge: bool) -> Fix:
        return self.command("stamp", *(("--purge",) if purge else ()), *revisions)

    def only(self, revisions: Sequence[str]) -> list[Fix]:
        """The commands that leave just these rows; Flask-Migrate stamps one revision at a time."""
        if self.environment.wrapper == "alembic" or len(revisions) == 1:
            return [self.stamp(tuple(revisions), purge=True)]
        first, *rest = revisions
        return [self.stamp((first,), purge=True), *(self.stamp((one,), purge=False) for one in rest)]


_EXTENSIONS = ("spatial_ref_sys",)


def titled(graph: RevisionGraph, id_: str) -> str:
    """'a' (create users)."""
    message = graph[id_].message if id_ in graph else ""
    return f"'{id_}' ({message})" if message else f"'{id_}'"
