"""What `git alembic graph` shows: a history, and what HEAD, the published refs and the target have of it; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from git_alembic.drawing.chart import Remarks, Standing
from git_alembic.history.change import Snapshot
from git_alembic.history.graph import RevisionGraph

Named = tuple[str, str]  # name as the user knows it, commit


@dataclass(frozen=True, slots=True)
class Subject:
    """What is drawn, by name, and beside which commits.

    `commit` is None for the index, which `parents` are compared with. `published` is None where it is not known, for
    the `reason`; `target` where there is none.
    """

    name: str
    commit: str | None
    parents: tuple[Named, ...]
    published: tuple[Named, ...] | None
    target: Named | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DatabaseMark:
    """Where a database is: what its version table holds. `name` is what env.py calls it, "" for the only one."""

    name: str
    url: str
    revisions: tuple[str, ...]
    tables: int

    @property
    def title(self) -> str:
        return f"database {self.name}".rstrip()


@dataclass(frozen=True)
class HistoryView:
    """What is shown of one environment.

    `parents` are what `shown` is compared with to know what is staged: HEAD, and what a merge brings in; () for a
    commit. `published` is None where it is not known. `others` are the trees whose revisions are drawn too.
    `databases` is None where nobody asked for them.
    """

    shown: Snapshot
    parents: tuple[Snapshot, ...] = ()
    published: tuple[Snapshot, ...] | None = None
    others: tuple[Snapshot, ...] = ()
    databases: tuple[DatabaseMark, ...] | None = None

    @cached_property
    def graph(self) -> RevisionGraph:
        """All that is drawn: what is shown, and what only others have."""
        added = {
            revision.id: revision
            for other in reversed(self.others)
            for revision in other.graph.revisions
            if revision.id not in self.shown.graph
        }
        return RevisionGraph([*self.shown.graph.revisions, *added.values()]) if added else self.shown.graph

    @cached_property
    def remarks(self) -> Remarks:
        """What is said of the revisions besides their place in the history."""
        standings = {rev_id: self._standing(rev_id) for rev_id in self.graph.ids}
        said = ((rev_id, tuple(self._notes(rev_id))) for rev_id in self.graph.ids)
        notes = {rev_id: notes for rev_id, notes in said if notes}
        return Remarks(notes, standings, heads=self.shown.graph.heads)

    def holders(self, rev_id: str) -> tuple[str, ...]:
        """The other trees that have a revision."""
        return tuple(other.name for other in self.others if rev_id in other.graph)

    def tips(self, rev_id: str) -> tuple[str, ...]:
        """The other trees that have a revision as a head."""
        return tuple(other.name for other in self.others if rev_id in other.graph.heads)

    def residents(self, rev_id: str) -> tuple[str, ...]:
        """The databases that are at a revision."""
        return tuple(place.title for place in self.databases or () if rev_id in place.revisions)

    def edits(self, rev_id: str) -> tuple[str, ...]:
        """What is staged of a revision that every parent has: "parents", "file name", "content"."""
        if not self.parents or not all(rev_id in side.graph for side in (self.shown, *self.parents)):
            return ()
        new, olds = self.shown.graph[rev_id], [side.graph[rev_id] for side in self.parents]
        changed = {
            "parents": all(old.down != new.down for old in olds),
            "file name": all(old.path != new.path for old in olds),
            "content": all(old.blob != new.blob and old.down == new.down for old in olds),
        }
        return tuple(aspect for aspect, differs in changed.items() if differs)

    def new_to(self, other: RevisionGraph) -> frozenset[str]:
        """What is drawn that another history lacks, and what it stands on."""
        new = [rev_id for rev_id in self.graph.ids if rev_id not in other]
        return frozenset({*new, *(up for rev_id in new for up in self.graph.parents(rev_id))})

    def _standing(self, rev_id: str) -> Standing:
        if rev_id not in self.shown.graph:
            return Standing("elsewhere", f"only in {' and '.join(self.holders(rev_id))}")
        if self.parents and not any(rev_id in side.graph for side in self.parents):
            return Standing("staged", "staged")
        known = self.published is None or any(rev_id in side.graph for side in self.published)
        return Standing() if known else Standing("unpublished", "unpublished")

    def _notes(self, rev_id: str) -> Iterator[str]:
        tips = self.tips(rev_id)
        if tips and rev_id not in self.shown.graph and tips == self.holders(rev_id):
            yield "head there"
        else:
            yield from tips
        if edits := self.edits(rev_id):
            yield f"staged: other {' and '.join(edits)}"
        yield from self.residents(rev_id)
