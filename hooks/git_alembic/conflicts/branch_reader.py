"""Reads what unmerged branches would change on the target. Only branches with revisions cost time.

One `rev-list` finds the merge bases and one `diff-tree` the differences of all branches. Git merges two commits only if
both changed a revision file, or if a branch has revisions outside the target's environments.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from git_alembic.conflicts.branch import EnvironmentChange, TargetHistory, UnmergedBranch
from git_alembic.conflicts.branch_selection import NamedTip
from git_alembic.conflicts.textual_conflicts import (
    FileMerge,
    FileMerger,
    conflicting_paths,
    declaration_key,
    list_past_files,
)
from git_alembic.environments.configuration_files import HEADS_FILE, is_heads_file
from git_alembic.errors import CannotCheck
from git_alembic.git import Entry, Repository, is_file
from git_alembic.git.ahead_behind_counts import Divergences
from git_alembic.git.refs import NamedCommit
from git_alembic.git.trees import Files, Tree
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.snapshot_and_change import Snapshot
from git_alembic.history.snapshot_reader import SnapshotReader
from git_alembic.history.target_merge_forecast import Sides, merged_files
from git_alembic.revisions.revision import Revision, Unreadable

PATHSPECS = ("*.py", "*.ini", f"*{HEADS_FILE}")
# What a branch changes, the conflicting files, and the unreadable files.
_Changes = tuple[dict[str, EnvironmentChange], tuple[str, ...], tuple[str, ...]]


class BranchReader:
    """Reads branches against one target."""

    def __init__(self, repository: Repository, reader: SnapshotReader, target: NamedCommit) -> None:
        """Read the target's history. Raise CannotCheck if that is impossible."""
        self._repository = repository
        self._reader = reader
        self._merger = FileMerger(repository, reader)
        self._divergences = Divergences(repository, (), target.commit)
        self.target = target
        self.unrelated: tuple[str, ...] = ()  # branches that git doesn't merge, once differences were listed
        self.settings = reader.trees.settings.of_commit(target.commit)
        self._tree, roots = reader.trees.read_whole(target.commit, target.name)
        self._snapshots = reader.snapshots(self._tree, roots)
        for snapshot in self._snapshots:
            if snapshot.unreadable:
                file = snapshot.unreadable[0]
                raise CannotCheck(f"{target.name}: {file.path} cannot be read: {file.reason}")
        self.targets: Mapping[str, TargetHistory] = {
            snapshot.environment.name: TargetHistory(
                snapshot.environment.name, snapshot.graph, self.settings.heads, snapshot.environment.heads_file_path
            )
            for snapshot in self._snapshots
        }

    def differences(self, tips: Sequence[NamedTip]) -> list[tuple[NamedTip, list[Entry]]]:
        """List the branches that add or change something like a revision, each with its difference."""
        bases = self._merge_bases(tips)
        pairs = [(commit, base) for commit, base in bases.items() if base is not None and base != commit]
        diffs = dict(self._repository.diffs(pairs, PATHSPECS))
        self.unrelated = tuple(tip.name for tip in tips if bases[tip.tip.commit] is None)
        added = {
            entry.new
            for diff in diffs.values()
            for entry in diff
            if is_file(entry.new_mode) and entry.path.endswith(".py") and not self._is_held(entry)
        }
        relevant = self._reader.find_relevant_blobs(added)
        alike = {blob for blob, is_revision in relevant.items() if is_revision}

        def is_relevant(entry: Entry) -> bool:
            return self._is_held(entry) or entry.new in alike

        with_diffs = ((tip, diffs.get(tip.tip.commit, [])) for tip in tips)
        bringing = [(tip, diff) for tip, diff in with_diffs if any(map(is_relevant, diff))]
        configurations = self._configurations(entry for _, diff in bringing for entry in diff)

        def is_part(entry: Entry) -> bool:
            is_configuration = not configurations.isdisjoint((entry.old, entry.new))
            return is_configuration or is_heads_file(entry.path) or is_relevant(entry)

        return [(tip, list(filter(is_part, diff))) for tip, diff in bringing]

    def _configurations(self, entries: Iterable[Entry]) -> set[str]:
        """Return the blobs of ini files that can configure an environment. Those of pytest, mypy and tox can't."""
        blobs = {
            blob
            for entry in entries
            if entry.path.endswith(".ini")
            for mode, blob in ((entry.old_mode, entry.old), (entry.new_mode, entry.new))
            if is_file(mode)
        }
        contents = self._reader.trees.content(blobs)
        return {blob for blob, text in contents.items() if b"script_location" in text or b"[alembic" in text}

    def _merge_bases(self, tips: Sequence[NamedTip]) -> dict[str, str | None]:
        commits = [tip.tip.commit for tip in tips]
        self._divergences = Divergences(self._repository, commits, self.target.commit)
        bases = {commit: self._divergences.merge_base(commit) for commit in commits}
        missing = [tip.name for tip in tips if bases[tip.tip.commit] is None]
        if missing and self._repository.is_shallow():
            raise CannotCheck(
                f"this shallow clone doesn't contain the merge base of {missing[0]} and {self.target.name} "
                "(run `git fetch --unshallow`, or set `fetch-depth: 0` in a workflow)"
            )
        return bases

    def _is_held(self, entry: Entry) -> bool:
        return any(snapshot.environment.holds(entry.path) for snapshot in self._snapshots)

    def read(self, tip: NamedTip, diff: Sequence[Entry]) -> UnmergedBranch | None:
        """Return what merging the branch changes, or None if it changes nothing."""
        heads_files = [entry for entry in diff if is_heads_file(entry.path)]
        diff = [entry for entry in diff if entry not in heads_files]
        by_file = self._plain_changes(diff)
        changes, conflicts, unreadable = self._merged_changes(tip) if by_file is None else by_file
        if heads_files:
            changes = self._with_heads_files(tip, changes, heads_files)
        if not changes and not conflicts and not unreadable:
            return None
        _, commit, author, time = tip.tip
        branch = UnmergedBranch(tip.name, commit, author, time, changes, 0, 0, conflicts, unreadable, tip.aliases)
        if not branch.new_revisions(self.targets) and self._was_squashed(diff):
            return None
        return branch._replace(ahead=self._divergences.ahead(commit), behind=self._divergences.behind(commit))

    def _was_squashed(self, diff: Sequence[Entry]) -> bool:
        """True if the target once had every file in the branch's version. The target may have changed it later."""
        return all(
            self._is_applied(entry) or (entry.path, entry.new) in self._past_files
            for entry in diff
            if not entry.path.endswith(".ini")
        )

    @cached_property
    def _past_files(self) -> frozenset[tuple[str, str]]:
        folders = {folder for snapshot in self._snapshots for folder in snapshot.environment.versions}
        return list_past_files(self._repository, self.target.commit, folders)

    def _plain_changes(self, diff: Sequence[Entry]) -> _Changes | None:
        """Return what the branch changes, file by file, or None if git must merge the commits."""
        of_branch: list[Entry] = []
        conflicts: list[str] = []
        for entry in diff:
            if self._is_applied(entry):
                continue
            if not self._is_held(entry):
                return None
            if self._is_clean(entry):
                of_branch.append(entry)
                continue
            merged = self._merger.merge(entry, self._tree.files.get(entry.path))
            if merged is None:
                return None
            if merged is FileMerge.BRANCH:
                of_branch.append(entry)
            elif merged is not FileMerge.TARGET:
                conflicts.append(entry.path)
        changes, unreadable = self._changes(of_branch)
        return changes, tuple(conflicts), unreadable

    def _changes(self, of_branch: Sequence[Entry]) -> tuple[dict[str, EnvironmentChange], tuple[str, ...]]:
        changes: dict[str, EnvironmentChange] = {}
        unreadable: list[str] = []
        for snapshot in self._snapshots:
            entries = [entry for entry in of_branch if snapshot.environment.holds(entry.path)]
            if entries:
                files = {entry.path: "" if entry.status == "D" else entry.new for entry in entries}
                readings = self._reader.read_files([(path, blob) for path, blob in files.items() if blob])
                changes[snapshot.environment.name] = _change(snapshot.graph, files, readings)
                unreadable += [file.path for file in readings if isinstance(file, Unreadable)]
        return changes, tuple(unreadable)

    def _with_heads_files(
        self, tip: NamedTip, changes: Mapping[str, EnvironmentChange], entries: Sequence[Entry]
    ) -> dict[str, EnvironmentChange]:
        """Add what the branch does to the files with the heads."""
        conflicts = self._conflicting_heads_files(tip, entries)
        blobs = {entry.path: entry.new for entry in entries if entry.status != "D"}
        with_files = dict(changes)
        for name, change in changes.items():
            path = self.targets[name].heads_file_path if name in self.targets else ""
            blob = blobs.get(path, "")
            with_files[name] = replace(change, heads_file_blob=blob, has_heads_conflict=path in conflicts)
        return with_files

    def _conflicting_heads_files(self, tip: NamedTip, entries: Iterable[Entry]) -> tuple[str, ...]:
        """Return the files with the heads that git can't merge. A line that both sides changed always conflicts."""
        snapshots = (snapshot for snapshot in self._snapshots if snapshot.heads_file_blob)
        of_target = {snapshot.environment.heads_file_path: snapshot.heads_file_blob for snapshot in snapshots}
        both = {
            entry.path: (entry.new, of_target[entry.path])
            for entry in entries
            if of_target.get(entry.path, entry.old) not in (entry.old, entry.new)
        }
        if self.settings.heads == 1:
            return tuple(both)
        return tuple(conflicting_paths(self._repository, tip.tip.commit, self.target.commit, both)) if both else ()

    def _is_applied(self, entry: Entry) -> bool:
        """True if the target has the file in the branch's version."""
        on_target = self._tree.files.get(entry.path)
        return on_target is None if entry.status == "D" else on_target == (entry.new_mode, entry.new)

    def _is_clean(self, entry: Entry) -> bool:
        """True if only the branch changed a file, and the file is a plain file."""
        is_special = any(mode.strip("0") and not is_file(mode) for mode in (entry.old_mode, entry.new_mode))
        on_target = self._tree.files.get(entry.path)
        return not is_special and (
            on_target is None if entry.status == "A" else on_target == (entry.old_mode, entry.old)
        )

    def _merged_changes(self, tip: NamedTip) -> _Changes:
        """Return what the branch changes, from git's merge of the two commits."""
        commit = tip.tip.commit
        base = self._divergences.merge_base(commit)
        sides = Sides(self._files(commit), self._tree.files, lambda: self._files(base) if base else {})
        files, conflicts = merged_files(self._repository, commit, self.target.commit, sides, self._files)
        snapshots = self._reader.read_compared(Tree(tip.name, files), ("",))
        before = {snapshot.environment.name: snapshot for snapshot in self._snapshots}
        changes: dict[str, EnvironmentChange] = {}
        unreadable: list[str] = []
        for snapshot in snapshots:
            name = snapshot.environment.name
            unreadable += [file.path for file in snapshot.unreadable]
            graph = before[name].graph if name in before else RevisionGraph(())
            if change := _difference(graph, snapshot.graph):
                changes[name] = change
        revision_paths = tuple(path for path in conflicts if _is_revision_path(path, [*snapshots, *self._snapshots]))
        return changes, revision_paths, tuple(unreadable)

    def _files(self, treeish: str) -> Files:
        return self._reader.trees.read_whole(treeish, treeish)[0].files


def _is_revision_path(path: str, snapshots: Sequence[Snapshot]) -> bool:
    return any(snapshot.environment.holds(path) for snapshot in snapshots)


def _change(
    graph: RevisionGraph, files: Mapping[str, str], readings: Sequence[Revision | Unreadable]
) -> EnvironmentChange:
    """Return the change that gives some files of a history new content."""
    old = {revision.path: revision for revision in graph.revisions if revision.path in files}
    new = {reading.path: reading for reading in readings if isinstance(reading, Revision)}
    old_keys = {path: declaration_key(revision) for path, revision in old.items()}
    same = {path for path, revision in new.items() if old_keys.get(path) == declaration_key(revision)}
    removed = {key: path for path, key in old_keys.items() if path not in new}
    renamed = {path: removed[key] for path, revision in new.items() if (key := declaration_key(revision)) in removed}
    same.update(renamed, renamed.values())
    added = tuple(revision for path, revision in new.items() if path not in same)
    dropped = frozenset(revision.id for path, revision in old.items() if path not in same)
    return EnvironmentChange(added, dropped, files)


def _difference(before: RevisionGraph, after: RevisionGraph) -> EnvironmentChange | None:
    """Return the change between two histories, or None if they have the same files."""
    old = {revision.path: revision for revision in before.revisions}
    new = {revision.path: revision for revision in after.revisions}
    files = {path: new[path].blob for path in new if path not in old or old[path].blob != new[path].blob}
    files.update((path, "") for path in old if path not in new)
    readings = [new[path] for path in files if path in new]
    return _change(before, files, readings) if files else None
