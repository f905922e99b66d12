"""What goes wrong if a branch is merged into the target, or if two branches are both merged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from git_alembic.conflicts.branch import EnvironmentChange, TargetHistory, UnmergedBranch
from git_alembic.conflicts.heads_after_merges import MergedHistory
from git_alembic.history.graph import RevisionGraph

CollisionKind = Literal["lost-revision", "duplicate-id", "fork", "conflicting-file"]
KINDS: tuple[CollisionKind, ...] = ("lost-revision", "duplicate-id", "fork", "conflicting-file")  # the worst first


class Collision(NamedTuple):
    """One thing that goes wrong; `other` is None for the target. `revisions` are ids, `paths` are of files."""

    kind: CollisionKind
    branch: str
    other: str | None
    environment: str
    revisions: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()

    def seen_from(self, branch: str) -> str | None:
        """Return the other branch, as seen from one of the two. None for the target."""
        return self.branch if self.other == branch else self.other

    @property
    def is_in_heads_file(self) -> bool:
        """True for a conflict in the file with the heads. Its revisions are the heads. Re-parenting resolves it."""
        return self.kind == "conflicting-file" and bool(self.revisions)


def compare_with_target(targets: Mapping[str, TargetHistory], branch: UnmergedBranch) -> Iterator[Collision]:
    """Yield what goes wrong if only this branch is merged."""
    for environment, change in branch.changes.items():
        target = target_of(targets, environment)
        merged = MergedHistory(target).merge(change)
        if lost_ids := change.lost_ids & target.graph.by_id.keys():
            yield Collision("lost-revision", branch.name, None, environment, tuple(sorted(lost_ids)))
        twice = sorted(id_ for id_ in change.ids if id_ in target.graph and id_ not in change.dropped)
        if twice:
            yield Collision("duplicate-id", branch.name, None, environment, tuple(twice))
        if heads := merged.crowded_heads:
            yield Collision("fork", branch.name, None, environment, heads)
        if change.has_heads_conflict:
            yield Collision("conflicting-file", branch.name, None, environment, merged.heads, (target.heads_file_path,))
    if branch.conflicts:
        yield Collision("conflicting-file", branch.name, None, "", (), branch.conflicts)


def compare_pair(
    targets: Mapping[str, TargetHistory], first: UnmergedBranch, second: UnmergedBranch
) -> Iterator[Collision]:
    """Yield what goes wrong if both branches are merged, except what goes wrong with each alone."""
    for environment in first.changes.keys() & second.changes.keys():
        change, other = first.changes[environment], second.changes[environment]
        target = target_of(targets, environment)

        def collision(
            kind: CollisionKind, revisions: Sequence[str], paths: Sequence[str] = (), environment: str = environment
        ) -> Collision:
            return Collision(kind, first.name, second.name, environment, tuple(revisions), tuple(paths))

        if broken := _lost_parents(change, other) | _lost_parents(other, change):
            yield collision("lost-revision", sorted(broken))
        if twice := _duplicates(change, other):
            yield collision("duplicate-id", sorted(twice))
        if heads := _fork(target, change, other):
            yield collision("fork", heads)
            ours, theirs = change.heads_file_blob, other.heads_file_blob
            if target.heads_file_path and ours and theirs and ours != theirs:
                yield collision("conflicting-file", heads, (target.heads_file_path,))
        files = change.files.keys() & other.files.keys()
        if paths := sorted(path for path in files if is_changed_differently(path, change, other)):
            yield collision("conflicting-file", (), paths)


def is_changed_differently(path: str, change: EnvironmentChange, other: EnvironmentChange) -> bool:
    """True if two branches that change a file may conflict in it. Both may rename it, but not to the same name."""
    blob, other_blob = change.files[path], other.files[path]
    return blob != other_blob or (not blob and change.kept_files != other.kept_files)


def target_of(targets: Mapping[str, TargetHistory], environment: str) -> TargetHistory:
    """Return the target's history of an environment. It is empty if only branches have the environment."""
    return targets.get(environment) or TargetHistory(environment, RevisionGraph(()))


def _lost_parents(deleting: EnvironmentChange, building: EnvironmentChange) -> set[str]:
    """Return the ids that one branch deletes and that are parents of the other branch's revisions."""
    if not deleting.lost_ids:
        return set()
    return {id_ for id_ in deleting.lost_ids & building.named_parents if id_ not in building.dropped}


def _duplicates(change: EnvironmentChange, other: EnvironmentChange) -> set[str]:
    """Return the ids that both branches add in different files."""
    if change.ids.isdisjoint(other.ids):
        return set()
    paths = {revision.id: revision.path for revision in change.added}
    return {
        revision.id
        for revision in other.added
        if paths.get(revision.id, revision.path) != revision.path
        and revision.id not in change.dropped
        and revision.id not in other.dropped
    }


def _fork(target: TargetHistory, change: EnvironmentChange, other: EnvironmentChange) -> tuple[str, ...]:
    """Return the heads after both merges if each branch brings one of them and they are too many."""
    first_ids, second_ids = change.ids - other.ids, other.ids - change.ids
    if not first_ids or not second_ids:
        return ()
    if not change.dropped and not other.dropped and isinstance(target.heads_allowed, int):  # a fast path
        parents = change.named_parents | other.named_parents | target.missing_ids
        all_heads = {*(target.graph.heads), *change.ids, *other.ids} - parents
        if len(all_heads) <= max(target.heads_allowed, len(target.graph.heads)):
            return ()
        heads = tuple(sorted(all_heads))
    else:
        # Of two files with one id, the last merged one counts, whatever the order of the branches is.
        last = max(change, other, key=lambda each: sorted(each.files))
        heads = MergedHistory(target).merge(change).merge(other).merge(last).crowded_heads
        all_heads = set(heads)
    return heads if all_heads & first_ids and all_heads & second_ids else ()
