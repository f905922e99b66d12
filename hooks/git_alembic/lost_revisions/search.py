"""Searches everything that git still has for a lost revision and what removed it. Changes nothing.

The search covers the index, the working tree, every ref, the reflogs, the stashes, the other worktrees, and finally the
unreachable objects.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from git_alembic.git import Repository, escape_glob
from git_alembic.git.search.commit_log import EVERYTHING, Commit, PathChange, describe_commits, list_path_changes
from git_alembic.git.search.refs_and_stashes import STASH, find_refs_with_file, list_named_commits
from git_alembic.git.search.unreachable_objects import list_unreachable_objects, unreachable_among
from git_alembic.git.trees import FILE
from git_alembic.lost_revisions.removals import (
    Removal,
    describe_removal,
    file_after,
    file_before,
    find_last_removal,
)
from git_alembic.lost_revisions.revision_query import (
    SHORTEST,
    MatchingFiles,
    PresentFile,
    RevisionQuery,
    find_present_files,
    folder_pathspecs,
)
from git_alembic.revisions.revision import Revision
from git_alembic.revisions.revision_cache import BlobAtPath

Where = Literal["index", "working tree", "ref", "history", "stash", "reflog", "worktree", "unreachable"]
# Merges are compared with each parent, which takes minutes for a whole tree.
_WHOLE_TREE = (*EVERYTHING, "--no-merges")
_ORDER: Sequence[Where] = ("ref", "history", "stash", "reflog", "unreachable")


class FileVersion(NamedTuple):
    """A file that declares the id.

    `revision` has its path ("" for a blob without a tree entry), its blob id ("" in a working tree) and its
    declarations. `mode` is git's. `commit` added this version of the file; None for an index, a working tree, or a blob
    alone. `refs` are the names ("HEAD", "main", "stash@{0}") that have this version now. `worktree` is the top of
    another worktree that has it in its index or its files, or "".
    """

    where: Where
    revision: Revision
    mode: str
    commit: Commit | None = None
    refs: tuple[str, ...] = ()
    worktree: str = ""

    @property
    def refs_in_words(self) -> str:
        """The first refs after a preposition: "on main, topic, dev and 2 more", or "in stash@{0}"."""
        more = f" and {len(self.refs) - 3} more" if len(self.refs) > 3 else ""
        return f"{'in' if self.refs[0].startswith(STASH) else 'on'} {', '.join(self.refs[:3])}{more}"


class LostRevision(NamedTuple):
    """The search result for an id: its files, the best to restore first, and what removed it from HEAD's history.

    If HEAD never had it, and no ref or stash has it now, `removal` is the newest removal anywhere, or None.
    """

    id: str
    files: tuple[FileVersion, ...]
    removal: Removal | None


def find_lost_revisions(
    repository: Repository, folders: Collection[str], name: str, *, exact: bool = False, deep: bool = True
) -> tuple[LostRevision, ...]:
    """Return what git has of the ids that `name` can mean, sorted by id. A complete id means only itself.

    `name` is an id, the start of an id, or the name or path of a file; with `exact` only an id. `folders` are today's
    version folders. If they never had it, and `deep` is set, the search continues elsewhere. It takes a few seconds, or
    twenty seconds for 40,000 commits without a match.
    """
    matches = MatchingFiles(repository, RevisionQuery(name, exact))
    present = list(find_present_files(matches, folders))
    changes, is_unreachable = _search(matches, folders, deep=deep and not present)
    paths = sorted({path for path, _ in matches.found if path})
    changes_on_head = _changes_on_head(repository, paths)
    refs = find_refs_with_file(repository, list_named_commits(repository), paths) if paths else {}
    result = _SearchResult(matches, changes, changes_on_head, refs, is_unreachable)
    ids = sorted({revision.id for revision in (*matches.found.values(), *(file.revision for file in present))})
    chosen = [name] if name in ids else ids
    return tuple(result.describe(id_, [file for file in present if file.revision.id == id_]) for id_ in chosen)


def _changes_on_head(repository: Repository, paths: Sequence[str]) -> list[PathChange]:
    """List what happened to the paths in HEAD's history."""
    if not paths or repository.resolve(["HEAD"])[0] is None:
        return []
    return list(list_path_changes(repository, ("HEAD",), [f":(literal){path}" for path in paths]))


def _search(matches: MatchingFiles, folders: Collection[str], *, deep: bool) -> tuple[list[PathChange], bool]:
    """Return (the changes with the matching files, True if only unreachable commits have them).

    Cheap searches run first.
    """
    repository, name = matches.repository, matches.query.name
    changes = list(list_path_changes(repository, EVERYTHING, folder_pathspecs(folders))) if folders else []
    matches.add(_files(changes))
    if matches.found or not deep:
        return changes, False
    patterns = [":(glob)**/versions/**/*.py"]
    if len(name) >= SHORTEST:
        patterns.append(f":(glob)**/*{escape_glob(posixpath.basename(name).removesuffix('.py'))}*.py")
    changes = list(list_path_changes(repository, _WHOLE_TREE, patterns))
    matches.add(_files(changes))
    if matches.found:
        return changes, False
    changes = _search_unreachable(matches)
    if matches.found:
        return changes, True
    changes = list(list_path_changes(repository, (*_WHOLE_TREE, f"-S{name}"), ("*.py",)))
    matches.add(_files(changes))
    return changes, False


def _search_unreachable(matches: MatchingFiles) -> list[PathChange]:
    """Return the changes of unreachable commits. Read their files and the unreachable blobs."""
    commits, blobs = list_unreachable_objects(matches.repository)
    walk = ("--no-walk=unsorted",)
    changes = list(list_path_changes(matches.repository, walk, ("*.py",), commits)) if commits else []
    files = list(_files(changes))
    named_blobs = {blob for _, blob in files}
    matches.add([*files, *(("", blob) for blob in blobs if blob not in named_blobs)])
    return changes


def _files(changes: Iterable[PathChange]) -> Iterator[BlobAtPath]:
    for change in changes:
        for blob in (change.entry.new, change.entry.old):
            if blob.strip("0"):
                yield change.entry.path, blob


@dataclass(frozen=True, slots=True)
class _SearchResult:
    """The result of the search for all ids: all changes, those of HEAD, and the refs that have each file now."""

    matches: MatchingFiles
    changes: Sequence[PathChange]
    own: Sequence[PathChange]
    refs: Mapping[BlobAtPath, Sequence[str]]
    is_unreachable: bool

    def describe(self, id_: str, present: Sequence[PresentFile]) -> LostRevision:
        files = {file: revision for file, revision in self.matches.found.items() if revision.id == id_}
        last = find_last_removal(self.own, files)
        if last is None and not self.is_unreachable and not any(self.refs.get(file) for file in files):
            last = find_last_removal(self.changes, files)
        removal = describe_removal(self.matches.repository, last, files) if last else None
        if removal and any("HEAD" in self.refs.get(file, ()) and file[0] != removal.now for file in files):
            removal = None  # HEAD has it again
        versions = [_present_version(file) for file in present]
        versions += self._versions(files, last if removal else None)
        return LostRevision(id_, tuple(versions), removal)

    def _versions(self, files: Mapping[BlobAtPath, Revision], removal: PathChange | None) -> list[FileVersion]:
        """List git's versions: the removed version first, then the newest."""
        added = _additions(self.changes, files)
        last = file_before(removal) if removal else None
        if removal and last:
            added |= _additions(self.own[self.own.index(removal) :] if removal in self.own else (), {last})
        order = {file: position for position, file in enumerate(added)}
        repository = self.matches.repository
        unreachable = unreachable_among(repository, (change.commit for change in added.values()))
        commits = describe_commits(repository, (change.commit for change in added.values()))
        ranked = []
        for file, revision in files.items():
            change, names = added.get(file), tuple(dict.fromkeys(self.refs.get(file, ())))
            if not (change or names or self.is_unreachable):  # only an index has it
                continue
            commit = commits[change.commit] if change else None
            mode = change.entry.new_mode if change else FILE
            where = self._where(names, commit is None or commit.id in unreachable)
            rank = (0 if "HEAD" in names else 1 if file == last else 2, _ORDER.index(where), order.get(file, 0))
            ranked.append((rank, FileVersion(where, revision, mode, commit, names)))
        return [version for _, version in sorted(ranked, key=lambda pair: pair[0])]

    def _where(self, names: Sequence[str], commit_is_unreachable: bool) -> Where:
        if self.is_unreachable:
            return "unreachable"
        if names:
            return "stash" if all(name.startswith(STASH) for name in names) else "ref"
        return "reflog" if commit_is_unreachable else "history"


def _additions(changes: Iterable[PathChange], files: Collection[BlobAtPath]) -> dict[BlobAtPath, PathChange]:
    """Return the newest change that gave each file its content. Use a merge only if no other commit did."""
    additions: dict[BlobAtPath, PathChange] = {}
    for change in changes:
        file = file_after(change)
        if file in files and (file not in additions or additions[file].parents > 1 >= change.parents):
            additions[file] = change
    return additions


def _present_version(file: PresentFile) -> FileVersion:
    where: Where = "worktree" if file.worktree else "index" if file.is_staged else "working tree"
    return FileVersion(where, file.revision, file.mode, worktree=file.worktree)
