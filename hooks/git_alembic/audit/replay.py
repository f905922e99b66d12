"""Replays a history: what each commit did to each environment, compared with its parents.

One `rev-list` lists the commits, and one `diff-tree` their changes against the first parent. Trees are carried from
parent to child, so no tree object is listed and a commit that touches no environment costs almost nothing.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from git_alembic.audit.folder_moves import EnvironmentPath, EnvironmentPaths, find_folder_moves
from git_alembic.audit.relevant_changes_of_commits import PATHSPECS, find_relevant_differences
from git_alembic.config.settings import Settings
from git_alembic.environments.environment import Environment
from git_alembic.errors import CannotCheck
from git_alembic.git import NOTHING, Entry, Repository
from git_alembic.git.trees import Files, Tree, apply_diff
from git_alembic.history.environment_matching_between_trees import TreeSnapshots, find_moved_ids, match, match_baselines
from git_alembic.history.evidence.evidence_collector import is_revert_message, read_heads_file
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.graph_algorithms.allowed_heads import count_excess_heads
from git_alembic.history.snapshot_and_change import Change, Snapshot
from git_alembic.history.snapshot_reader import SnapshotReader
from git_alembic.revisions.digest_ignoring_cosmetic_edits import fingerprint
from git_alembic.terminal.progress import Progress


@dataclass(frozen=True)
class ReplayedStep:
    """One commit that touches at least one environment. `reason` says why it could not be checked."""

    commit: str
    parents: tuple[str, ...]
    time: int  # commit time in Unix seconds
    is_on_mainline: bool
    changes: tuple[Change, ...]
    paths: tuple[EnvironmentPath, ...]  # one per change
    settings: Settings
    reason: str | None = None


@dataclass
class _TreeState:
    """The relevant part of a tree, shared by all commits that don't change it. Its snapshots are made on demand."""

    files: Files
    snapshots: tuple[Snapshot, ...] | None = None


@dataclass(frozen=True)
class _State:
    """A commit's tree, and the newest mainline tree that it builds on. `position` counts along the mainline."""

    tree: _TreeState
    published_tree: _TreeState | None
    position: int


class Replay:
    """Steps through the commits of some revisions, parents first."""

    def __init__(
        self,
        repository: Repository,
        reader: SnapshotReader,
        revisions: Sequence[str],
        mainline: str,
        progress: Progress | None = None,
    ) -> None:
        """List the commits and their differences.

        `revisions` are arguments of `git rev-list`. The first parents of `mainline` are published.
        """
        self._repository = repository
        self._reader = reader
        self._progress = progress or Progress(None)
        if repository.is_shallow():
            raise CannotCheck("this shallow clone doesn't have the full history (run `git fetch --unshallow`)")
        self._progress.start("listing the commits")
        self.commits = repository.list_commits(revisions)
        self._parents = {commit: parents for commit, parents, _, _ in self.commits}
        line = repository.first_parent_line(mainline)
        self._position = {commit: position for position, commit in enumerate(reversed(line))}
        differences = self._list_differences()
        self._progress.start("reading the revision files")
        self._diffs, revision_blobs = find_relevant_differences(repository, differences, reader)
        ordered = [self._diffs[commit] for commit, *_ in self.commits if commit in self._diffs]
        self._folders = {
            posixpath.dirname(entry.path) for entries in ordered for entry in entries if entry.new in revision_blobs
        }
        moves = find_folder_moves(ordered, revision_blobs, reader)
        tip = self._tip(mainline)
        self._paths = EnvironmentPaths(moves, [snapshot.environment for snapshot in tip])
        self.lines_by_label = frozenset(
            self._paths.find(snapshot.environment).name for snapshot in tip if _has_lines(snapshot)
        )
        self._code: dict[str, str] = {}

    def _list_differences(self) -> dict[str, Sequence[Entry]]:
        """Return the differences of all commits from their first parents."""
        pairs = [(commit, parents[0] if parents else None) for commit, parents, _, edge in self.commits if not edge]
        differences: dict[str, Sequence[Entry]] = {
            commit: self._repository.diff(NOTHING, commit, PATHSPECS) for commit, _, _, edge in self.commits if edge
        }
        positions = {commit: number for number, (commit, _) in enumerate(pairs)}
        self._progress.start("comparing the commits", total=len(pairs))
        for commit, entries in self._repository.diffs(pairs, PATHSPECS):
            differences[commit] = entries
            self._progress.show(positions[commit])
        return differences

    def steps(self) -> Iterator[ReplayedStep | None]:
        """Yield a step per commit. None for a commit that touches no environment."""
        states: dict[str, _State] = {}
        waiting = _children(self.commits)
        self._progress.start("checking the commits", total=len(self.commits))
        for number, (commit, parents, time, edge) in enumerate(self.commits):
            self._progress.show(number)
            replayed = [parent for parent in parents if parent in states]
            parent_states = [states[parent] for parent in replayed]
            state = self._state(commit, parent_states)
            states[commit] = state
            if not edge:
                yield self._step(commit, parents, time, state, list(zip(replayed, parent_states, strict=True)))
            for parent in replayed:
                waiting[parent] -= 1
                if not waiting[parent]:
                    del states[parent]

    def _state(self, commit: str, parents: Sequence[_State]) -> _State:
        diff = self._diffs.get(commit)
        base = parents[0].tree if parents else _TreeState({})
        tree = base if diff is None else _TreeState(apply_diff(base.files, diff))
        if commit in self._position:
            return _State(tree, tree, self._position[commit])
        newest = max(parents, key=lambda parent: parent.position, default=_State(tree, None, -1))
        return _State(tree, newest.published_tree, newest.position)

    def _step(
        self, commit: str, parents: tuple[str, ...], time: int, state: _State, states: list[tuple[str, _State]]
    ) -> ReplayedStep | None:
        if states and state.tree is states[0][1].tree:
            return None
        settings = Settings()
        changes: tuple[Change, ...] = ()
        reason: str | None = None
        try:
            settings = self._reader.trees.settings.of_tree(state.tree.files)
            changes = tuple(self._changes(commit, state, states, settings))
        except CannotCheck as error:
            reason = str(error)
        paths = tuple(self._paths.find(change.environment) for change in changes)
        return (
            ReplayedStep(commit, parents, time, commit in self._position, changes, paths, settings, reason)
            if changes or reason
            else None
        )

    def _tip(self, mainline: str) -> list[Snapshot]:
        try:
            tree, roots = self._reader.trees.read_whole(mainline, mainline)
            return self._reader.snapshots(tree, roots)
        except CannotCheck:
            return []

    def _changes(
        self, commit: str, state: _State, parents: list[tuple[str, _State]], settings: Settings
    ) -> Iterator[Change]:
        # As in a check: the first parent, and the other parents of a merge if they are on the main line.
        parents = [*parents[:1], *(parent for parent in parents[1:] if parent[0] in self._position)]
        trees = [self._read(name, parent.tree) for name, parent in parents]
        afters, matched = match_baselines(self._read(commit, state.tree), trees)
        behind = parents[0][1].published_tree if parents else None
        published = match(afters, self._read("published", behind).snapshots if behind else (), "published")
        touched = {posixpath.dirname(entry.path) for entry in self._diffs.get(commit, ())} & self._folders
        for position, snapshot in enumerate(afters):
            baselines = tuple(snapshots[position] for snapshots in matched)
            if _is_changed(baselines[:1], snapshot, touched):
                change = Change(
                    snapshot.environment,
                    baselines,
                    snapshot,
                    published[position],
                    heads_allowed=settings.heads,
                    merge_bases=(published[position],) * (len(baselines) - 1),
                    moved_ids=find_moved_ids(afters, matched, position),
                )
                yield self._with_evidence(change, commit)
            touched -= set(snapshot.environment.versions)
        for folder in sorted(touched):  # this commit has no environment, but another commit has one
            nothing = _empty(commit, Environment(folder, folder, (folder,)))
            yield Change(nothing.environment, (nothing,) * len(parents), nothing, nothing)

    def _read(self, name: str, state: _TreeState) -> TreeSnapshots:
        tree = Tree(name, state.files)
        if state.snapshots is None:
            state.snapshots = tuple(self._reader.snapshots(tree, ("",)))
        return TreeSnapshots(tree, state.snapshots)

    def _with_evidence(self, change: Change, commit: str) -> Change:
        """Add the code of changed revisions, and what happened to deleted revisions."""
        if change.environment.heads_file_path:
            change = replace(change, heads_file=read_heads_file(self._reader, change.after))
        blobs = {revision.blob for now, olds in change.changed_revisions for revision in (now, *olds)}
        if change.deleted_ids:
            change = replace(change, is_revert=self._is_revert(commit))
        if unknown := [blob for blob in blobs if blob not in self._code]:
            for blob, data in self._reader.trees.content(sorted(unknown)).items():
                self._code[blob] = fingerprint(data)
        return replace(change, code={blob: self._code[blob] for blob in blobs}) if blobs else change

    def _is_revert(self, commit: str) -> bool:
        """True if the commit's message says so, or the message of the only commit in a merge."""
        first, *others = self._parents[commit] or ("",)
        alone = [
            merged
            for merged in others
            if len(self._parents.get(merged, ())) == 1 and self._repository.is_ancestor(self._parents[merged][0], first)
        ]
        return any(is_revert_message(self._repository.commit_message(id_)) for id_ in (commit, *alone))


def _has_lines(snapshot: Snapshot) -> bool:
    return len(snapshot.graph.heads) > 1 and not count_excess_heads(snapshot.graph, "one-per-label")


def _is_changed(baselines: Sequence[Snapshot], after: Snapshot, touched: Collection[str]) -> bool:
    """True without a first parent, or if the revisions, the file with the heads or a version folder differ."""
    if any(folder in touched for snapshot in (*baselines, after) for folder in snapshot.environment.versions):
        return True
    states = [(old.graph, old.heads_file_blob) for old in baselines]
    return not states or any(graph is not after.graph or blob != after.heads_file_blob for graph, blob in states)


def _empty(name: str, environment: Environment) -> Snapshot:
    return Snapshot(name, environment, RevisionGraph(()))


def _children(commits: Sequence[tuple[str, tuple[str, ...], int, bool]]) -> dict[str, int]:
    count: dict[str, int] = {}
    for _, parents, _, _ in commits:
        for parent in parents:
            count[parent] = count.get(parent, 0) + 1
    return count
