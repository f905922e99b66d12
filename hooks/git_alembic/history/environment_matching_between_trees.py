"""Compares the environments of several trees: pairs them, and makes a change of each. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from git_alembic.environments.environment import Environment
from git_alembic.errors import CannotCheck
from git_alembic.git import is_file
from git_alembic.git.trees import Tree
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.snapshot_and_change import Change, Snapshot, empty_snapshot


class TreeSnapshots(NamedTuple):
    """A tree, and the snapshots of its environments."""

    tree: Tree
    snapshots: Sequence[Snapshot]


class ComparedTrees(NamedTuple):
    """The checked tree and the trees that it is compared with.

    `baselines` are the first parent and the published other parents of a merge, `merge_bases` the merge base of the
    first parent with each of those others, `unpublished_parents` the remaining parents.
    """

    checked: TreeSnapshots
    baselines: Sequence[TreeSnapshots] = ()
    merge_bases: Sequence[TreeSnapshots] = ()
    unpublished_parents: Sequence[TreeSnapshots] = ()


def compare_trees(trees: ComparedTrees, heads_allowed: int | str) -> list[Change]:
    """Return a change per environment of the checked tree, then of those that are gone from it.

    Raise CannotCheck for version locations that the tree doesn't contain, unless the settings declare them.
    """
    after, baselines = match_baselines(trees.checked, trees.baselines)
    for snapshot in after:
        _refuse_unknown_locations(snapshot.environment)
    merge_bases = [match(after, snapshots, tree.name) for tree, snapshots in trees.merge_bases]
    unpublished = [match(after, snapshots, tree.name) for tree, snapshots in trees.unpublished_parents]
    return [
        Change(
            snapshot.environment,
            tuple(snapshots[number] for snapshots in baselines),
            snapshot,
            empty_snapshot(snapshot),
            heads_allowed=heads_allowed,
            merge_bases=tuple(snapshots[number] for snapshots in merge_bases),
            unpublished_parents=tuple(snapshots[number] for snapshots in unpublished),
            moved_ids=find_moved_ids(after, baselines, number),
        )
        for number, snapshot in enumerate(after)
    ]


def match_baselines(
    checked: TreeSnapshots, baselines: Sequence[TreeSnapshots]
) -> tuple[list[Snapshot], list[list[Snapshot]]]:
    """Return the checked snapshots, with an empty one for each environment that is gone, and their counterparts.

    An environment is gone if only the first baseline has it. Its file with the heads may remain.
    """
    tree, after = checked.tree, list(checked.snapshots)
    for gone in list_unmatched(after, baselines[0].snapshots) if baselines else ():
        mode, blob = tree.files.get(gone.environment.heads_file_path, ("", ""))
        after.append(empty_snapshot(gone, tree.name)._replace(heads_file_blob=blob if is_file(mode) else ""))
    return after, [match(after, snapshots, baseline.name) for baseline, snapshots in baselines]


def add_published(changes: Sequence[Change], refs: Sequence[Sequence[Snapshot]]) -> list[Change]:
    """Return the changes with what each published ref has. Its snapshots are in the order of the changes."""
    return [
        replace(change, published=_union(snapshots), published_snapshots=tuple(snapshots))
        for change, snapshots in zip(changes, zip(*refs, strict=True), strict=True)
    ]


def _union(snapshots: Sequence[Snapshot]) -> Snapshot:
    first, *others = snapshots
    if not others:
        return first
    names = ", ".join(dict.fromkeys(snapshot.name for snapshot in snapshots))
    revisions = (revision for snapshot in snapshots for revision in snapshot.graph.revisions)
    return Snapshot(names, first.environment, RevisionGraph(revisions))


def _refuse_unknown_locations(environment: Environment) -> None:
    if environment.elsewhere and not environment.external_parents:
        raise CannotCheck(
            f"{environment.config}: version_locations names {environment.elsewhere[0]}, which is not in "
            "this repository, so its revisions and heads are unknown (set `external-parents = true` for the "
            "environment in [tool.git-alembic] if that is intended)"
        )


def match(snapshots: Sequence[Snapshot], others: Sequence[Snapshot], name: str) -> list[Snapshot]:
    """Return each snapshot's counterpart in another tree: by folders, else by name, else by the most common ids.

    A new environment gets an empty counterpart.
    """
    counterparts: dict[int, Snapshot] = {}
    unmatched = dict(enumerate(others))
    # Folders come first. Otherwise a new environment would replace one that lost a revision to it.
    for likeness in (_shared_folders, _likeness):
        ranked = sorted(
            (likeness(snapshot, other), -position, -other_position)
            for position, snapshot in enumerate(snapshots)
            for other_position, other in unmatched.items()
            if position not in counterparts
        )
        for likely, position, other_position in reversed(ranked):
            if any(likely) and -position not in counterparts and -other_position in unmatched:
                counterparts[-position] = unmatched.pop(-other_position)
    return [
        counterparts.get(position, Snapshot(name, snapshot.environment, RevisionGraph(())))
        for position, snapshot in enumerate(snapshots)
    ]


def list_unmatched(snapshots: Sequence[Snapshot], others: Sequence[Snapshot]) -> list[Snapshot]:
    """Return the snapshots of `others` without a counterpart: these environments are gone."""
    counterparts = match(snapshots, others, "")
    return [other for other in others if len(other.graph) and all(other is not snapshot for snapshot in counterparts)]


def _shared_folders(snapshot: Snapshot, other: Snapshot) -> tuple[int, int]:
    same = len(set(snapshot.environment.versions) & set(other.environment.versions))
    return (same, int(snapshot.environment.name == other.environment.name)) if same else (0, 0)


def _likeness(snapshot: Snapshot, other: Snapshot) -> tuple[int, int]:
    shared = len(snapshot.graph.by_id.keys() & other.graph.by_id.keys())
    same_name = snapshot.environment.name == other.environment.name
    return int(same_name and bool(shared or not len(snapshot.graph) or not len(other.graph))), shared


def find_moved_ids(after: Sequence[Snapshot], baselines: Sequence[Sequence[Snapshot]], position: int) -> frozenset[str]:
    """Return the ids that the environment at a position lost and another environment of the same tree got.

    An environment without a configuration takes no ids from a configured one, because Alembic wouldn't load them there.
    """
    environment = after[position].environment
    others = [
        number
        for number, other in enumerate(after)
        if number != position and (other.environment.config or not environment.config)
    ]
    if not others:
        return frozenset()
    old_ids = {id_ for baseline in baselines for id_ in baseline[position].graph.by_id}
    lost_ids = old_ids - after[position].graph.by_id.keys()
    if not lost_ids:
        return frozenset()
    moved: set[str] = set()
    for number in others:
        had = {id_ for baseline in baselines for id_ in baseline[number].graph.by_id}
        moved |= lost_ids & (after[number].graph.by_id.keys() - had)
    return frozenset(moved)
