"""Finds out how a revision was removed: by which commit, and what happened to its file."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Literal, NamedTuple

from git_alembic.git import Repository, is_file
from git_alembic.git.remotes.partial_clone import read_existing_blobs
from git_alembic.git.search.commit_log import Commit, PathChange, describe_commits
from git_alembic.revisions.digest_ignoring_cosmetic_edits import fingerprint
from git_alembic.revisions.parser import looks_like_revision, read_revision
from git_alembic.revisions.revision import Revision
from git_alembic.revisions.revision_cache import BlobAtPath

RemovalKind = Literal["deleted", "renamed", "re-identified"]


class Removal(NamedTuple):
    """The commit after which the file at `path` no longer declared the id.

    `now` is the path of the file that has the id since then ("renamed"), the id that the file has since then
    ("re-identified"), or "".
    """

    how: RemovalKind
    commit: Commit
    path: str
    now: str = ""


def file_before(change: PathChange) -> BlobAtPath:
    """Return the file before the change."""
    return change.entry.path, change.entry.old


def file_after(change: PathChange) -> BlobAtPath:
    """Return the file after the change."""
    return change.entry.path, change.entry.new


def find_last_removal(changes: Sequence[PathChange], files: Collection[BlobAtPath]) -> PathChange | None:
    """Return the newest commit that removed one of `files`. For a merge, return the commit that it came from."""
    removals = [change for change in changes if file_before(change) in files and file_after(change) not in files]
    plain = [change for change in removals if change.parents < 2 and file_before(change) == file_before(removals[0])]
    return next(iter(plain or removals), None)


def describe_removal(repository: Repository, change: PathChange, files: Mapping[BlobAtPath, Revision]) -> Removal:
    """Find out whether the removed file was deleted, was renamed, or got another id."""
    path = change.entry.path
    commit = describe_commits(repository, (change.commit,))[change.commit]
    old = files[path, change.entry.old]
    diff = repository.diff(f"{change.commit}^", change.commit, ("*.py",))
    paths = {entry.new: entry.path for entry in diff if is_file(entry.new_mode)}
    after = [
        (candidate, data)
        for blob, data in read_existing_blobs(repository, paths)
        if looks_like_revision(data) and isinstance(candidate := read_revision(paths[blob], blob, data), Revision)
    ]
    for revision, _ in after:
        if revision.id == old.id:
            return Removal("renamed", commit, path, revision.path)
    before = dict(read_existing_blobs(repository, (change.entry.old,)))[change.entry.old]
    for revision, data in after:
        is_copy = revision.message == old.message and fingerprint(data) == fingerprint(before)
        if revision.path == path or is_copy:
            return Removal("re-identified", commit, path, revision.id)
    return Removal("deleted", commit, path)
