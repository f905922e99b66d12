"""One environment before and after: everything that a rule may know. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from git_alembic.environments.environment import Environment
from git_alembic.history.graph import RevisionGraph
from git_alembic.revisions.revision import Problem, Revision, Unreadable

if TYPE_CHECKING:
    from git_alembic.history.heads_file import HeadsFile

MOST_LISTED = 5  # revisions of each side in a message


class Snapshot(NamedTuple):
    """The revisions of one environment in one tree; `name` says which tree ("HEAD", "origin/main", "staged")."""

    name: str
    environment: Environment
    graph: RevisionGraph
    unreadable: tuple[Unreadable, ...] = ()
    not_loaded: Mapping[str, str] = MappingProxyType({})  # id -> path of revision files that Alembic does not load
    heads_file_blob: str = ""  # "" if the file with the heads doesn't exist or the settings don't ask for it


class MissingParentHint(NamedTuple):
    """Where a missing parent was found: one sentence, the commands that bring it, and what they do."""

    sentence: str
    title: str = ""
    commands: tuple[tuple[str, ...], ...] = ()


class MergeForecast(NamedTuple):
    """The result of merging the checked history with a target."""

    target: Snapshot
    merged: Snapshot
    conflicts: tuple[str, ...] = ()  # paths that both sides changed; the forecast has the target's version
    authors: Mapping[str, str] = MappingProxyType({})  # author, date and commit of the target's new revisions
    fetch: tuple[str, ...] = ()  # the command that fetches the target if it is newer than its tracking ref


@dataclass(frozen=True, eq=False, repr=False)
class Change:
    """The change of one environment in a commit, a push or a branch.

    `baselines` are the first parent, and the published other parents of a merge. Without a baseline, every offense
    counts. `merge_bases` has the merge base of the first parent with each of those other parents. `unpublished_parents`
    are the other parents of the merge. They are no baselines. `published` is everything that the published refs have,
    `published_snapshots` what each of them has. `forecasts` has the requested merges. `code` maps the compared blob ids
    to fingerprints. `compiled` maps new files that our own Python rejects (by blob id) to the problem that the
    project's newer Python reports, or to None if they are valid.

    The rest is evidence. `moved_ids` are now in another environment of the checked tree. `held_elsewhere` names other
    remote branches that have an unpublished revision of a fork. `once_published` has the unpublished revisions of a
    fork that a published ref deleted. `first_files` maps a duplicate id to the file that the branch got first.
    `is_revert`: git says that the commit reverts another one. `widens_version_table`: the project makes room for long
    revision ids. `heads_file` is the file with the heads, or None if the settings don't ask for it.
    """

    environment: Environment
    baselines: tuple[Snapshot, ...]
    after: Snapshot
    published: Snapshot
    forecasts: tuple[MergeForecast, ...] = ()
    heads_allowed: int | str = 1
    code: Mapping[str, str] = field(default_factory=dict)
    missing_parent_hints: Mapping[str, MissingParentHint] = field(default_factory=dict)
    merge_bases: tuple[Snapshot, ...] = ()
    unpublished_parents: tuple[Snapshot, ...] = ()
    published_snapshots: tuple[Snapshot, ...] = ()
    compiled: Mapping[str, Problem | None] = field(default_factory=dict)
    moved_ids: frozenset[str] = frozenset()
    held_elsewhere: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    once_published: frozenset[str] = frozenset()
    first_files: Mapping[str, str] = field(default_factory=dict)
    is_revert: bool = False
    widens_version_table: bool = False
    heads_file: "HeadsFile | None" = None

    @cached_property
    def baseline_graphs(self) -> tuple[RevisionGraph, ...]:
        return tuple(snapshot.graph for snapshot in self.baselines)

    @property
    def allows_one_head(self) -> bool:
        """True if the settings allow only one head in the whole history, not one per branch label."""
        return self.heads_allowed == 1

    @property
    def first_parent(self) -> RevisionGraph:
        """The history of the first parent, or an empty history without a baseline."""
        return self.baseline_graphs[0] if self.baseline_graphs else RevisionGraph(())

    @cached_property
    def expected(self) -> RevisionGraph:
        """The first parent, plus what the published other parents did since their merge bases with it.

        The merge itself made every other change.
        """
        return self._merge[0]

    @cached_property
    def _merge(self) -> tuple[RevisionGraph, frozenset[str]]:
        """(`expected`, the ids that keep the first parent's version)."""
        if not self.merge_bases:
            return self.first_parent, frozenset()
        from git_alembic.history.graph_algorithms.graph_after_git_merge import merge_published

        sides = zip((base.graph for base in self.merge_bases), self.baseline_graphs[1:], strict=False)
        return merge_published(self.first_parent, sides, self.published.graph)

    @cached_property
    def deleted_ids(self) -> tuple[str, ...]:
        """Expected published ids that the checked history lacks, sorted."""
        if not self.baseline_graphs:
            return ()
        missing = self.expected.by_id.keys() - self.after.graph.by_id.keys()
        return tuple(sorted(id_ for id_ in missing if id_ in self.published.graph))

    @cached_property
    def repairs_graph(self) -> bool:
        """True if the history has fewer heads, missing parents, duplicates or cycles than a baseline had."""
        after = self.after.graph
        return any(
            len(after.heads) < len(baseline.heads)
            or len(after.missing) < len(baseline.missing)
            or len(after.duplicates) < len(baseline.duplicates)
            or len(after.cycles) < len(baseline.cycles)
            for baseline in self.baseline_graphs
        )

    @cached_property
    def changed_revisions(self) -> tuple[tuple[Revision, tuple[Revision, ...]], ...]:
        """Each published revision whose file changed, with its expected and published versions.

        A file that equals the expected or the published version is left out: another change made it.
        """
        expected, kept_ids = self._merge
        candidates = [
            revision
            for revision in self._not_shared
            if revision.id not in self.after.graph.duplicates
            and revision.id in expected
            and revision.id in self.published.graph
        ]
        if not candidates:
            return ()
        published = [revision for revision in self.published.graph.revisions if revision.id not in kept_ids]
        same = {(old.blob, old.path) for old in (*expected.revisions, *published)}
        olds = {
            revision: [
                *expected.by_id[revision.id],
                *(() if revision.id in kept_ids else self.published.graph.by_id[revision.id]),
            ]
            for revision in candidates
        }
        return tuple(
            (revision, tuple(olds[revision])) for revision in candidates if (revision.blob, revision.path) not in same
        )

    def files_by_age(self, id_: str) -> list[Revision]:
        """Return the files that declare an id: published files first, then in the order of their commits."""
        published = {revision.path for revision in self.published.graph.by_id.get(id_, ())}
        in_baselines = {revision.path for baseline in self.baseline_graphs for revision in baseline.by_id.get(id_, ())}
        first = self.first_files.get(id_)

        def claim(file: Revision) -> tuple[bool, bool, bool, str]:
            return file.path not in published, file.path != first, file.path not in in_baselines, file.path

        return sorted(self.after.graph.by_id.get(id_, ()), key=claim)

    @cached_property
    def new(self) -> tuple[Revision, ...]:
        """Revision files whose content is in no baseline, by path."""
        blobs = (
            {revision.blob for graph in self.baseline_graphs for revision in graph.revisions}
            if self._not_shared
            else ()
        )
        return tuple(revision for revision in self._not_shared if revision.blob not in blobs)

    @cached_property
    def _not_shared(self) -> tuple[Revision, ...]:
        """Revisions whose objects aren't in the expected history. They include every changed file."""
        shared = set(map(id, self.expected.revisions))
        return tuple(revision for revision in self.after.graph.revisions if id(revision) not in shared)


def empty_snapshot(snapshot: Snapshot, name: str = "") -> Snapshot:
    """Return the environment of `snapshot` without revisions."""
    return Snapshot(name, snapshot.environment, RevisionGraph(()))
