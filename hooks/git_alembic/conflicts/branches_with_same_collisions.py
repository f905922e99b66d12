"""Groups branches: any two branches of two groups collide in the same way.

500 branches that build on one head are 124,750 pairs that fork. As groups, they are one pair.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice, product
from typing import NamedTuple

from git_alembic.conflicts.branch import EnvironmentChange, TargetHistory, UnmergedBranch
from git_alembic.conflicts.collision import Collision, CollisionKind, compare_pair, target_of
from git_alembic.conflicts.heads_after_merges import MergedHistory

_Key = tuple[object, ...]


class _SharedRevision(NamedTuple):
    """A revision whose id another branch also has or builds on. `path` is "" if no other has that file."""

    id: str
    down: tuple[str, ...]
    labels: tuple[str, ...]
    has_child: bool
    path: str


class BranchGroups:
    """Groups branches by everything that decides how they collide with others.

    `divergent` maps each branch to those that changed one of its files differently. Such pairs must be compared
    separately, so everything else here leaves them out.
    """

    def __init__(self, targets: Mapping[str, TargetHistory], branches: Sequence[UnmergedBranch]) -> None:
        """Group the branches. In a group, the newest branch comes first."""
        self._targets = targets
        self.divergent = _find_divergent(branches)
        shared = _SharedNames(branches)
        groups: dict[_Key, list[UnmergedBranch]] = {}
        for branch in sorted(branches, key=lambda branch: (-branch.time, branch.name)):
            groups.setdefault(_key(targets, shared, branch), []).append(branch)
        self.groups = list(groups.values())
        self._number = {branch.name: number for number, group in enumerate(self.groups) for branch in group}
        self._kinds: dict[tuple[int, int], tuple[CollisionKind, ...]] = {}

    def kinds(self, first: int, second: int) -> tuple[CollisionKind, ...]:
        """Return the kinds of collisions between the branches of two groups, from the example of one pair."""
        key = min(first, second), max(first, second)
        if key not in self._kinds:
            pairs = ((branch, other) for branch in self.groups[key[0]] for other in self.others(branch, key[1]))
            kinds_of_pair = (
                collision.kind for pair in islice(pairs, 1) for collision in compare_pair(self._targets, *pair)
            )
            self._kinds[key] = tuple(dict.fromkeys(kinds_of_pair))
        return self._kinds[key]

    def others(self, branch: UnmergedBranch, group: int) -> Iterator[UnmergedBranch]:
        """Yield the other branches of a group, without divergent ones."""
        apart = self.divergent[branch.name]
        return (other for other in self.groups[group] if other.name != branch.name and other.name not in apart)

    def count_others(self, branch: UnmergedBranch, group: int) -> int:
        """Return the number of `others`."""
        number = len(self.groups[group]) - (self._number[branch.name] == group)
        return number - sum(self._number[name] == group for name in self.divergent[branch.name])

    def colliding_groups(self, branch: UnmergedBranch, kind: CollisionKind) -> list[int]:
        """Return the numbers of the groups that collide in this way with a branch."""
        return self._colliding.get((self._number[branch.name], kind), [])

    @cached_property
    def _colliding(self) -> dict[tuple[int, CollisionKind], list[int]]:
        colliding: dict[tuple[int, CollisionKind], list[int]] = {}
        for first, second in product(range(len(self.groups)), repeat=2):
            for kind in self.kinds(first, second):
                colliding.setdefault((first, kind), []).append(second)
        return colliding

    def compare(self, first: UnmergedBranch, second: UnmergedBranch) -> Iterator[Collision]:
        """Yield what goes wrong between two branches that are not divergent."""
        if self.kinds(self._number[first.name], self._number[second.name]):
            yield from compare_pair(self._targets, first, second)


class _SharedNames:
    """The ids, files and heads that several branches have, and the ids that a branch deletes."""

    def __init__(self, branches: Iterable[UnmergedBranch]) -> None:
        self._ids = Counter[tuple[str, str]]()
        self._named = Counter[tuple[str, str]]()
        self._paths = Counter[tuple[str, str]]()
        self._lost = set[tuple[str, str]]()
        self._heads_file_blobs = Counter[tuple[str, str]]()
        for branch in branches:
            for name, change in branch.changes.items():
                self._ids.update((name, id_) for id_ in change.ids)
                self._named.update((name, id_) for id_ in change.named_parents)
                self._paths.update((name, path) for path in change.files)
                self._lost.update((name, id_) for id_ in change.lost_ids)
                self._heads_file_blobs[name, change.heads_file_blob] += 1

    def revisions(self, name: str, change: EnvironmentChange) -> frozenset[_SharedRevision]:
        """Return a branch's revisions whose ids another branch also has or builds on."""
        return frozenset(
            _SharedRevision(
                revision.id,
                revision.down,
                revision.labels,
                revision.id in change.named_parents,
                self._path(name, revision.path),
            )
            for revision in change.added
            if self._ids[name, revision.id] > 1
            or self._named[name, revision.id] > (revision.id in change.named_parents)
        )

    def _path(self, name: str, path: str) -> str:
        return path if self._paths[name, path] > 1 else ""

    def parents(self, name: str, change: EnvironmentChange) -> frozenset[str]:
        """Return a branch's parents that another branch adds or deletes."""
        return frozenset(
            id_
            for id_ in change.named_parents
            if self._ids[name, id_] > (id_ in change.ids) or (name, id_) in self._lost
        )

    def heads_file_key(self, name: str, change: EnvironmentChange) -> str:
        """Return the new blob of the file with the heads if another branch has it too, else "own blob".

        Return "" if the branch doesn't change the file.
        """
        blob = change.heads_file_blob
        return blob if not blob or self._heads_file_blobs[name, blob] > 1 else "own blob"


def _key(targets: Mapping[str, TargetHistory], shared: _SharedNames, branch: UnmergedBranch) -> _Key:
    """Return what decides how a branch collides with others.

    Return its name if it drops revisions or has ids that the target knows.
    """
    parts: list[object] = []
    for name, change in sorted(branch.changes.items()):
        target = target_of(targets, name)
        if change.dropped or target.knows_any(change.ids):
            return (branch.name,)
        revisions = shared.revisions(name, change)
        tips = change.ids - change.named_parents - {revision.id for revision in revisions}
        covered = change.named_parents.intersection(target.graph.heads)
        relations = _labels(target, change, tips), covered, revisions, shared.parents(name, change)
        parts.append((name, relations, shared.heads_file_key(name, change)))
    return tuple(parts)


def _labels(target: TargetHistory, change: EnvironmentChange, tips: Container[str]) -> object:
    """Return the labels of a branch's own heads if they count, otherwise the number of these heads."""
    own_heads = [id_ for id_ in change.ids if id_ in tips]
    if isinstance(target.heads_allowed, int):
        return len(own_heads)
    merged = MergedHistory(target).merge(change)
    return tuple(sorted(merged.label(id_) for id_ in own_heads))


def _find_divergent(branches: Sequence[UnmergedBranch]) -> dict[str, set[str]]:
    """Map each branch to those that have one of its files with another content, or deleted with other renames."""
    versions: dict[tuple[str, str], dict[object, list[str]]] = {}
    for branch in branches:
        for name, change in branch.changes.items():
            for path, blob in change.files.items():
                versions.setdefault((name, path), {}).setdefault(blob or change.kept_files, []).append(branch.name)
    divergent: dict[str, set[str]] = {branch.name: set() for branch in branches}
    for by_version in versions.values():
        if len(by_version) > 1:
            for version, names in by_version.items():
                others = [name for other, found_names in by_version.items() if other != version for name in found_names]
                for name in names:
                    divergent[name].update(others)
    return divergent
