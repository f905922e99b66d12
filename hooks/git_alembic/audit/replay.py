"""A history, commit by commit: what each did to each environment, judged against all its parents.

One `rev-list` gives the commits, one `diff-tree` what each changed against its first parent; trees are carried along
from parent to child, so no tree object is ever listed and a commit that touches no environment costs next to nothing.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from git_alembic.config.settings import Settings
from git_alembic.environments.discovery import Environment
from git_alembic.environments.tree_files import HEADS_FILE, Files, Tree, concerns
from git_alembic.errors import CannotJudge
from git_alembic.git import NOTHING, Entry, Repository, is_file
from git_alembic.history.change import Change, Snapshot, find_moved_ids
from git_alembic.history.environment_pairs import pair, unpaired
from git_alembic.history.evidence.evidence import is_revert_message, read_heads_file
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.snapshots import SnapshotReader
from git_alembic.revisions.fingerprint import fingerprint
from git_alembic.revisions.revision import Revision, Unreadable

PATHSPECS = ("*.py", "*.ini", "*pyproject.toml", f"*{HEADS_FILE}")


@dataclass(frozen=True)
class Step:
    """One commit that touches at least one environment; `reason` says why it could not be judged."""

    commit: str
    parents: tuple[str, ...]
    time: int  # of the commit, Unix seconds
    mainline: bool
    changes: tuple[Change, ...]
    places: tuple[str, ...]  # of each change: where its environment is at the end of the history, for folders move
    settings: Settings
    reason: str | None = None


@dataclass
class _Place:
    """A tree as far as it matters, shared by all commits that leave it as it is; its snapshots once asked for."""

    files: Files
    snapshots: tuple[Snapshot, ...] | None = None


@dataclass(frozen=True)
class _State:
    """A commit's tree, and the newest mainline tree that it builds on (`position`: how far along the mainline)."""

    place: _Place
    published: _Place | None
    position: int


class Replay:
    """Steps through the commits of some revisions, parents first."""

    def __init__(
        self, repository: Repository, history: SnapshotReader, revisions: Sequence[str], mainline: str
    ) -> None:
        """`revisions` as for `git rev-list`; the first parents of `mainline` count as published."""
        self._repository = repository
        self._history = history
        self.commits = repository.list_commits(revisions)
        line = repository.first_parent_line(mainline)
        self._position = {commit: at for at, commit in enumerate(reversed(line))}
        if repository.is_shallow():
            raise CannotJudge("this is a shallow clone: its history was cut off (`git fetch --unshallow` brings it)")
        pairs = [(commit, parents[0] if parents else None) for commit, parents, _, edge in self.commits if not edge]
        diffs = {commit: repository.diff(NOTHING, commit, PATHSPECS) for commit, _, _, edge in self.commits if edge}
        diffs.update(repository.diffs(pairs, PATHSPECS))
        self._diffs, revisions_like = _relevant(repository, diffs, history)
        ordered = (self._diffs[commit] for commit, *_ in self.commits if commit in self._diffs)
        self._folders = {
            posixpath.dirname(entry.path)
            for diff in self._diffs.values()
            for entry in diff
            if entry.new in revisions_like
        }
        self._later = _moves(ordered, revisions_like, history)
        self._final = {
            folder: side.environment.script_location
            for side in self._tip(mainline)
            for folder in side.environment.versions
        }
        self._code: dict[str, str] = {}

    def steps(self) -> Iterator[Step | None]:
        """A step per commit, None for one that touches no environment."""
        states: dict[str, _State] = {}
        waiting = _children(self.commits)
        for commit, parents, time, edge in self.commits:
            known = [parent for parent in parents if parent in states]
            ours = [states[parent] for parent in known]
            state = self._state(commit, ours)
            states[commit] = state
            if not edge:
                yield self._step(commit, parents, time, state, list(zip(known, ours, strict=True)))
            for parent in known:
                waiting[parent] -= 1
                if not waiting[parent]:
                    del states[parent]

    def _state(self, commit: str, parents: Sequence[_State]) -> _State:
        diff = self._diffs.get(commit)
        base = parents[0].place if parents else _Place({})
        place = base if diff is None else _Place(after(base.files, diff))
        if commit in self._position:
            return _State(place, place, self._position[commit])
        newest = max(parents, key=lambda parent: parent.position, default=_State(place, None, -1))
        return _State(place, newest.published, newest.position)

    def _step(
        self, commit: str, parents: tuple[str, ...], time: int, state: _State, befores: list[tuple[str, _State]]
    ) -> Step | None:
        if befores and state.place is befores[0][1].place:
            return None
        settings = Settings()
        changes: tuple[Change, ...] = ()
        reason: str | None = None
        try:
            settings = self._history.trees.settings(state.place.files)
            changes = tuple(self._changes(commit, state, befores, settings))
        except CannotJudge as error:
            reason = str(error)
        places = tuple(self._place(change) for change in changes)
        return (
            Step(commit, parents, time, commit in self._position, changes, places, settings, reason)
            if changes or reason
            else None
        )

    def _tip(self, mainline: str) -> list[Snapshot]:
        try:
            tree, roots = self._history.trees.whole(mainline, mainline)
            return self._history.snapshots(tree, roots)
        except CannotJudge:
            return []

    def _place(self, change: Change) -> str:
        for folder in change.environment.versions:
            at, seen = folder, {folder}
            while at not in self._final and self._later.get(at, at) not in seen:
                at = self._later[at]
                seen.add(at)
            if at in self._final:
                return self._final[at]
        return change.environment.script_location

    def _changes(
        self, commit: str, state: _State, befores: list[tuple[str, _State]], settings: Settings
    ) -> Iterator[Change]:
        found = self._snapshots(commit, state.place)
        # As in a check: the first parent, and the other parents of a merge as far as they are on the main line.
        befores = [*befores[:1], *(one for one in befores[1:] if one[0] in self._position)]
        left = befores[0][1].published if befores else None
        sides = [self._snapshots(name, before.place) for name, before in befores]
        gone = [_empty(commit, side.environment) for side in (unpaired(found, sides[0]) if sides else [])]
        afters = [*found, *gone]
        paired = [pair(afters, side, name) for side, (name, _) in zip(sides, befores, strict=True)]
        base = pair(afters, self._snapshots("base", left) if left else (), "base")
        behind = befores[0][1].published if befores else None
        published = pair(afters, self._snapshots("published", behind), "published") if behind else []
        touched = {posixpath.dirname(entry.path) for entry in self._diffs.get(commit, ())} & self._folders
        for at, side in enumerate(afters):
            parents = tuple(column[at] for column in paired)
            folders = {
                *side.environment.versions,
                *(folder for parent in parents[:1] for folder in parent.environment.versions),
            }
            if not parents or _differ(parents[0], side) or folders & touched:
                shown = published[at] if published else _empty("published", side.environment)
                change = Change(side.environment, parents, side, shown, heads_allowed=settings.heads)
                moved = find_moved_ids(afters, paired, at)
                bases = (base[at],) * (len(parents) - 1)
                yield self._with_evidence(replace(change, merge_bases=bases, moved_ids=moved), commit)
            touched -= set(side.environment.versions)
        for folder in sorted(touched):  # no environment (any more, or yet), but one at another time
            nothing = _empty(commit, Environment(folder, folder, (folder,)))
            yield Change(nothing.environment, (nothing,) * len(befores), nothing, nothing)

    def _snapshots(self, name: str, place: _Place) -> tuple[Snapshot, ...]:
        if place.snapshots is None:
            place.snapshots = tuple(self._history.snapshots(Tree(name, place.files), ("",)))
        return place.snapshots

    def _with_evidence(self, change: Change, commit: str) -> Change:
        """The change with the code of what changed, and with what became of deleted revisions."""
        if change.environment.heads_file:
            change = replace(change, heads_file=read_heads_file(self._history, change.after))
        blobs = {revision.blob for now, olds in change.changed_revisions for revision in (now, *olds)}
        if change.deleted_ids:
            change = replace(change, is_revert=is_revert_message(self._repository.commit_message(commit)))
        if unknown := [blob for blob in blobs if blob not in self._code]:
            for blob, data in self._history.trees.content(sorted(unknown)).items():
                self._code[blob] = fingerprint(data)
        return replace(change, code={blob: self._code[blob] for blob in blobs}) if blobs else change


def after(files: Files, diff: Iterable[Entry]) -> Files:
    """The files as they are after a difference."""
    out = dict(files)
    for entry in diff:
        if entry.status == "D":
            out.pop(entry.path, None)
        else:
            out[entry.path] = (entry.new_mode, entry.new)
    return out


def _moves(diffs: Iterable[Sequence[Entry]], revisions: Collection[str], history: SnapshotReader) -> dict[str, str]:
    """Version folder -> the folder to which a commit moved revisions of it; the last move counts.

    If the ids left several folders at once, nobody knows which of them moved, and none did.
    """
    later: dict[str, str] = {}
    for diff in diffs:
        gone = [(entry.path, entry.old) for entry in diff if entry.status == "D" and entry.old in revisions]
        came = [(entry.path, entry.new) for entry in diff if entry.status == "A" and entry.new in revisions]
        if gone and came:
            left: dict[str, set[str]] = {}
            for file in history.read_files(gone):
                if isinstance(file, Revision):
                    left.setdefault(file.id, set()).add(posixpath.dirname(file.path))
            for id_, folder in _folders_by_id(history.read_files(came)).items():
                if len(left.get(id_, ())) == 1 and left[id_] != {folder}:
                    later[next(iter(left[id_]))] = folder
    return later


def _folders_by_id(readings: Iterable[Revision | Unreadable]) -> dict[str, str]:
    return {reading.id: posixpath.dirname(reading.path) for reading in readings if isinstance(reading, Revision)}


def _differ(before: Snapshot, after: Snapshot) -> bool:
    return before.graph is not after.graph or before.heads_file != after.heads_file


def _empty(name: str, environment: Environment) -> Snapshot:
    return Snapshot(name, environment, RevisionGraph(()))


def _relevant(
    repository: Repository, diffs: dict[str, list[Entry]], history: SnapshotReader
) -> tuple[dict[str, list[Entry]], set[str]]:
    """(the differences without what lies in no version folder and configures nothing, the blobs like revisions)."""
    blobs = {
        entry.new for diff in diffs.values() for entry in diff if entry.path.endswith(".py") and is_file(entry.new_mode)
    }
    try:
        relevant = history.find_relevant_blobs(blobs)
    except CannotJudge:  # an object is missing, which matters only in a version folder: there it is missed later
        relevant = history.find_relevant_blobs(repository.existing(blobs))
    paths = {entry.path for diff in diffs.values() for entry in diff if entry.new in relevant}
    folders = {posixpath.dirname(path) for path in paths}

    def matters(path: str) -> bool:
        return (
            not path.endswith(".py")
            or path in paths
            or posixpath.basename(path) == "env.py"
            or posixpath.dirname(path) in folders
        )

    kept = (
        (commit, [entry for entry in diff if concerns(entry.path) and matters(entry.path)])
        for commit, diff in diffs.items()
    )
    alike = {blob for blob, is_revision in relevant.items() if is_revision}
    return {commit: diff for commit, diff in kept if diff}, alike


def _children(commits: Sequence[tuple[str, tuple[str, ...], int, bool]]) -> dict[str, int]:
    count: dict[str, int] = {}
    for _, parents, _, _ in commits:
        for parent in parents:
            count[parent] = count.get(parent, 0) + 1
    return count
