"""One environment before and after: all that a rule may know. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from git_alembic.environments.environment import Environment
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.heads_file import HeadsFile
from git_alembic.revisions.revision import Problem, Revision, Unreadable

MOST_LISTED = 5  # revisions of each side that a message names


class Snapshot(NamedTuple):
    """The revisions of one environment in one tree; `name` says which tree ("HEAD", "origin/main", "staged")."""

    name: str
    environment: Environment
    graph: RevisionGraph
    unreadable: tuple[Unreadable, ...] = ()
    not_loaded: Mapping[str, str] = MappingProxyType({})  # id -> path, of revision files that Alembic does not load
    heads_file: str = ""  # the blob of the file with the heads; "" if there is none, or the settings don't want it


class MissingParentHint(NamedTuple):
    """Where a missing parent was found: one sentence, and the commands that bring it, with what they do."""

    sentence: str
    title: str = ""
    commands: tuple[tuple[str, ...], ...] = ()


class MergeForecast(NamedTuple):
    """What merging the checked history with a target would give."""

    target: Snapshot
    merged: Snapshot
    conflicts: tuple[str, ...] = ()  # paths that both sides changed; the forecast keeps what the published side has
    authors: Mapping[str, str] = MappingProxyType({})  # of the target's new revisions: author, date and commit
    fetch: tuple[str, ...] = ()  # the command that gets the target, where it is newer than its tracking ref


@dataclass(frozen=True)
class Change:
    """What a commit (or a push, or a branch) does to one environment.

    `before` holds the baselines: the first parent, and the published other parents of a merge. () means no baseline:
    every offense counts. `merge_bases` has, for each of those other parents, its merge base with the first;
    `unpublished_parents` are the other parents of the merge, which excuse nothing.
    `published` is what the published refs hold together, `published_sides` what each holds. `forecasts` tell what
    merging would give, where asked for. `code` maps blob ids to fingerprints, as far as they are compared.
    `compiled` maps the blob ids of new files that our own Python refuses to what a newer Python of the project says of
    them, None if they are valid.

    The rest is evidence. `moved_ids` now live in another environment of the checked tree. Of unpublished revisions in a
    fork, `held_elsewhere` names other remote branches that have them, `once_published` has those that a published ref
    deleted. `first_files` maps a duplicate id to the path of its file that the branch got first. `is_revert`: git says
    that the commit reverts another. `widens_version_table`: the project makes room for long revision ids. `heads_file`
    is the file with the heads, None if the settings don't want it.
    """

    environment: Environment
    before: tuple[Snapshot, ...]
    after: Snapshot
    published: Snapshot
    forecasts: tuple[MergeForecast, ...] = ()
    heads_allowed: int | str = 1
    code: Mapping[str, str] = field(default_factory=dict)
    missing_parent_hints: Mapping[str, MissingParentHint] = field(default_factory=dict)
    merge_bases: tuple[Snapshot, ...] = ()
    unpublished_parents: tuple[Snapshot, ...] = ()
    published_sides: tuple[Snapshot, ...] = ()
    compiled: Mapping[str, Problem | None] = field(default_factory=dict)
    moved_ids: frozenset[str] = frozenset()
    held_elsewhere: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    once_published: frozenset[str] = frozenset()
    first_files: Mapping[str, str] = field(default_factory=dict)
    is_revert: bool = False
    widens_version_table: bool = False
    heads_file: HeadsFile | None = None

    @cached_property
    def baseline(self) -> tuple[RevisionGraph, ...]:
        """The graphs of `before`."""
        return tuple(side.graph for side in self.before)

    @property
    def allows_one_head(self) -> bool:
        """True if the whole history may have a single head, and no line of its own."""
        return self.heads_allowed == 1

    @property
    def first_parent(self) -> RevisionGraph:
        """The history of the first parent; empty where there is no baseline."""
        return self.baseline[0] if self.baseline else RevisionGraph(())

    @cached_property
    def expected(self) -> RevisionGraph:
        """The first parent with what the published other parents did since their merge bases with it.

        Whatever a merge changes beyond this is its own doing.
        """
        graph = self.first_parent
        for side, base in zip(self.before[1:], self.merge_bases, strict=False):
            graph = merge_graphs(base.graph, graph, side.graph)
        return graph

    @cached_property
    def deleted_ids(self) -> tuple[str, ...]:
        """Published ids that were to be expected and that the checked history lacks, sorted."""
        if not self.baseline:
            return ()
        lost = self.expected.by_id.keys() - self.after.graph.by_id.keys()
        return tuple(sorted(id_ for id_ in lost if id_ in self.published.graph))

    @cached_property
    def repairs_graph(self) -> bool:
        """True if the history has fewer heads, missing parents, duplicates or cycles than a baseline had."""
        after = self.after.graph
        return any(
            len(after.heads) < len(before.heads)
            or len(after.missing) < len(before.missing)
            or len(after.duplicates) < len(before.duplicates)
            or len(after.cycles) < len(before.cycles)
            for before in self.baseline
        )

    @cached_property
    def changed_revisions(self) -> tuple[tuple[Revision, tuple[Revision, ...]], ...]:
        """(after, as expected and as published) of each published revision whose file changed.

        A file that is as expected, or as published, is not this change's doing and left out.
        """
        sides = (self.expected, self.published.graph)
        known = [
            revision
            for revision in self._not_shared
            if revision.id not in self.after.graph.duplicates and all(revision.id in graph for graph in sides)
        ]
        if not known:
            return ()
        same = {(old.blob, old.path) for graph in sides for old in graph.revisions}
        olds = {revision: [old for graph in sides for old in graph.by_id[revision.id]] for revision in known}
        return tuple(
            (revision, tuple(olds[revision])) for revision in known if (revision.blob, revision.path) not in same
        )

    def files_by_age(self, id_: str) -> list[Revision]:
        """The files that declare an id: published ones first, then in the order in which they were committed."""
        published = {revision.path for revision in self.published.graph.by_id.get(id_, ())}
        known = {revision.path for before in self.baseline for revision in before.by_id.get(id_, ())}
        first = self.first_files.get(id_)

        def claim(file: Revision) -> tuple[bool, bool, bool, str]:
            return file.path not in published, file.path != first, file.path not in known, file.path

        return sorted(self.after.graph.by_id.get(id_, ()), key=claim)

    @cached_property
    def new(self) -> tuple[Revision, ...]:
        """Revision files whose content no baseline has, by path."""
        blobs = {revision.blob for graph in self.baseline for revision in graph.revisions} if self._not_shared else ()
        return tuple(revision for revision in self._not_shared if revision.blob not in blobs)

    @cached_property
    def _not_shared(self) -> tuple[Revision, ...]:
        """Revisions that no expected history shares as an object. Every changed file is among them."""
        shared = set(map(id, self.expected.revisions))
        return tuple(revision for revision in self.after.graph.revisions if id(revision) not in shared)


def make_changes(
    after: Sequence[Snapshot],
    sides: Sequence[Sequence[Snapshot]],
    merge_bases: Sequence[Sequence[Snapshot]],
    unpublished: Sequence[Sequence[Snapshot]],
    heads_allowed: int | str,
) -> list[Change]:
    """A change per environment. Every other sequence has snapshots for those of `after`, in the same order."""
    changes = []
    for at, side in enumerate(after):
        before = tuple(parent[at] for parent in sides)
        changes.append(
            Change(
                side.environment,
                before,
                side,
                empty_snapshot(side),
                heads_allowed=heads_allowed,
                merge_bases=tuple(base[at] for base in merge_bases),
                unpublished_parents=tuple(parent[at] for parent in unpublished),
                moved_ids=find_moved_ids(after, sides, at),
            )
        )
    return changes


def find_moved_ids(after: Sequence[Snapshot], sides: Sequence[Sequence[Snapshot]], at: int) -> frozenset[str]:
    """The ids that the environment at a position lost and another one of the same tree got.

    An environment without a configuration takes none from one that is configured: Alembic wouldn't load them there.
    """
    lost = {id_ for parent in sides for id_ in parent[at].graph.by_id} - after[at].graph.by_id.keys()
    if not lost:
        return frozenset()
    found: set[str] = set()
    for number, other in enumerate(after):
        if number != at and (other.environment.config or not after[at].environment.config):
            had = {id_ for parent in sides for id_ in parent[number].graph.by_id}
            found |= lost & (other.graph.by_id.keys() - had)
    return frozenset(found)


def empty_snapshot(side: Snapshot, name: str = "") -> Snapshot:
    """The environment of `side` without revisions."""
    return Snapshot(name, side.environment, RevisionGraph(()))


def merge_graphs(base: RevisionGraph, ours: RevisionGraph, theirs: RevisionGraph) -> RevisionGraph:
    """A three-way merge, revision by revision; where both sides changed one, theirs counts."""
    if theirs is base or theirs is ours:
        return ours
    if ours is base:
        return theirs

    def files(graph: RevisionGraph, id_: str) -> tuple[tuple[str, str], ...]:
        return tuple((revision.path, revision.blob) for revision in graph.by_id.get(id_, ()))

    kept: list[Revision] = []
    for id_ in {**ours.by_id, **theirs.by_id}:
        was, mine, other = files(base, id_), files(ours, id_), files(theirs, id_)
        source = ours if other in (was, mine) else theirs
        kept.extend(source.by_id.get(id_, ()))
    return RevisionGraph(kept)


def excess(graph: RevisionGraph, allowed: int | str) -> int:
    """How many heads a history has beyond those allowed: a number, or "one-per-label"."""
    if isinstance(allowed, int):
        return max(0, len(graph.heads) - allowed)
    return len(graph.heads) - len(heads_by_label(graph))


def heads_by_label(graph: RevisionGraph) -> dict[str, tuple[str, ...]]:
    """The heads by branch label; those without a label are together under ""."""
    found: dict[str, tuple[str, ...]] = {}
    for head in graph.heads:
        label = min(graph.labels(head), default="")
        found[label] = (*found.get(label, ()), head)
    return found


def counted(number: int, noun: str) -> str:
    """A number with its noun: "1 revision", "2 revisions"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def quoted(ids: Iterable[str]) -> str:
    """Ids as a list in a sentence: 'a', 'b' and 'c'; from the eleventh on only counted."""
    shown = [f"'{id_}'" for id_ in ids]
    if len(shown) > 10:
        return f"{', '.join(shown[:9])} and {len(shown) - 9} more"
    return " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))
