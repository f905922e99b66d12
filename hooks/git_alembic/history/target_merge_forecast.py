"""Forecasts a merge of the checked history with a target: with git, or by path if git cannot merge."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from git_alembic.git import INDEX, Repository
from git_alembic.git.trees import Files
from git_alembic.history.snapshot_and_change import MOST_LISTED, Change, MergeForecast, Snapshot


class Sides(NamedTuple):
    """The files of both sides of a merge and of their merge base. `base` is read only if git cannot merge."""

    ours: Files
    theirs: Files
    base: Callable[[], Files]


def merged_files(
    repository: Repository, source: str, commit: str, sides: Sides, files_of: Callable[[str], Files]
) -> tuple[Files, tuple[str, ...]]:
    """Return (the merged files, the paths with conflicts). Conflicting files have the target's version.

    `files_of` lists a tree object that git made.
    """
    answer = None if source == INDEX else repository.merge_tree(source, commit)
    if answer is None:
        return merge_by_path(sides.base(), sides.ours, sides.theirs)
    tree, conflicts = answer
    return resolve(files_of(tree), conflicts, sides.theirs), conflicts


def merge_by_path(base: Files, ours: Files, theirs: Files) -> tuple[Files, tuple[str, ...]]:
    """Merge three sides by path. Return (the files, the conflicting paths). A conflict gets the version of `theirs`."""
    merged: dict[str, tuple[str, str]] = {}
    conflicts = []
    for path in {**base, **ours, **theirs}:
        base_entry, our_entry, their_entry = base.get(path), ours.get(path), theirs.get(path)
        if our_entry != base_entry and their_entry not in (base_entry, our_entry):
            conflicts.append(path)
        entry = our_entry if their_entry == base_entry else their_entry
        if entry is not None:
            merged[path] = entry
    return merged, tuple(sorted(conflicts))


def resolve(files: Files, conflicts: tuple[str, ...], side: Files) -> Files:
    """Return the files with one side's version of each conflict. That side may lack the file."""
    out = {path: entry for path, entry in files.items() if path not in conflicts}
    return {**out, **{path: side[path] for path in conflicts if path in side}}


def forecast(
    change: Change, target: Snapshot, merged: Snapshot, conflicts: tuple[str, ...], authors: Mapping[str, str]
) -> MergeForecast:
    """Return the forecast of one environment, without conflicts elsewhere."""
    own_conflicts = tuple(
        path for path in conflicts if change.environment.holds(path) or target.environment.holds(path)
    )
    return MergeForecast(target, merged, own_conflicts, authors)


def find_authors(repository: Repository, change: Change, target: Snapshot, commit: str) -> dict[str, str]:
    """Map the target's newest revisions that the checked history lacks to author, date and commit."""
    new = [target.graph[id_] for id_ in target.graph.topological() if id_ not in change.after.graph]
    additions = {revision.id: repository.describe_addition(commit, revision.path) for revision in new[-MOST_LISTED:]}
    return {id_: f"{author}, {date}, commit {short}" for id_, (short, author, date) in additions.items()}
