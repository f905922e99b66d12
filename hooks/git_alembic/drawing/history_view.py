"""The content of `git alembic graph`: a history, and what HEAD, the published refs and the target have of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from git_alembic.drawing.node import Remarks
from git_alembic.drawing.revision_marks import find_remarks
from git_alembic.git.refs import NamedCommit
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.snapshot_and_change import Snapshot


@dataclass(frozen=True, slots=True)
class Subject:
    """The name of what is drawn, and the commits to compare it with.

    `commit` is None for the index, which is compared with `parents`. `published_commits` is None if unknown; `reason`
    says why. `target` is None if there is none.
    """

    name: str
    commit: str | None
    parents: tuple[NamedCommit, ...]
    published_commits: tuple[NamedCommit, ...] | None
    target: NamedCommit | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DatabaseMark:
    """Where a database is, from its version table. `name` is env.py's name for it, "" if there is only one."""

    name: str
    url: str
    revisions: tuple[str, ...]
    tables: int

    @property
    def title(self) -> str:
        return f"database {self.name}".rstrip()


@dataclass(frozen=True)
class HistoryView:
    """The view of one environment.

    `shown` is compared with `parents` to find what is staged: HEAD, and what a merge brings in; () for a commit.
    `published_snapshots` is None if unknown. `others` are the trees whose revisions are drawn too. `databases` is None
    if they were not requested.
    """

    shown: Snapshot
    parents: tuple[Snapshot, ...] = ()
    published_snapshots: tuple[Snapshot, ...] | None = None
    others: tuple[Snapshot, ...] = ()
    databases: tuple[DatabaseMark, ...] | None = None

    @cached_property
    def graph(self) -> RevisionGraph:
        """Everything that is drawn: the shown history, and revisions that only other trees have."""
        added = {
            revision.id: revision
            for other in reversed(self.others)
            for revision in other.graph.revisions
            if revision.id not in self.shown.graph
        }
        return RevisionGraph([*self.shown.graph.revisions, *added.values()]) if added else self.shown.graph

    @cached_property
    def remarks(self) -> Remarks:
        """The remarks on revisions besides their place in the history."""
        return find_remarks(self)

    def holders(self, rev_id: str) -> tuple[str, ...]:
        """Return the other trees that have a revision."""
        return tuple(other.name for other in self.others if rev_id in other.graph)

    def tips(self, rev_id: str) -> tuple[str, ...]:
        """Return the other trees that have a revision as a head."""
        return tuple(other.name for other in self.others if rev_id in other.graph.heads)

    def databases_at(self, rev_id: str) -> tuple[str, ...]:
        """Return the databases that are at a revision."""
        return tuple(place.title for place in self.databases or () if rev_id in place.revisions)

    def staged_changes(self, rev_id: str) -> tuple[str, ...]:
        """Return the staged changes of a revision that every parent has: "parents", "file name", "content"."""
        if not self.parents or not all(rev_id in snapshot.graph for snapshot in (self.shown, *self.parents)):
            return ()
        new, olds = self.shown.graph[rev_id], [snapshot.graph[rev_id] for snapshot in self.parents]
        changed = {
            "parents": all(old.down != new.down for old in olds),
            "file name": all(old.path != new.path for old in olds),
            "content": all(old.blob != new.blob and old.down == new.down for old in olds),
        }
        return tuple(aspect for aspect, differs in changed.items() if differs)

    def missing_from(self, other: RevisionGraph) -> frozenset[str]:
        """Return the drawn revisions that another history lacks, and their parents."""
        new = [rev_id for rev_id in self.graph.ids if rev_id not in other]
        return frozenset({*new, *(up for rev_id in new for up in self.graph.parents(rev_id))})
