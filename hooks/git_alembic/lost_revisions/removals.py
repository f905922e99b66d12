"""How a revision went: which commit took its file away, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Literal, NamedTuple

from git_alembic.git import Repository, is_file
from git_alembic.git.reflog_search import Commit, Event, commits, contents
from git_alembic.lost_revisions.revision_query import File
from git_alembic.revisions.fingerprint import fingerprint
from git_alembic.revisions.parser import looks_like_revision, read
from git_alembic.revisions.revision import Revision


class Removal(NamedTuple):
    """The commit after which the file at `path` no longer declared the id.

    `now` is the path of the file that has the id since ("renamed"), or the id that the file has since
    ("re-identified"), or "".
    """

    how: Literal["deleted", "renamed", "re-identified"]
    commit: Commit
    path: str
    now: str = ""


def was(event: Event) -> File:
    """The file before."""
    return event.entry.path, event.entry.old


def became(event: Event) -> File:
    """The file after."""
    return event.entry.path, event.entry.new


def last_removed(order: Sequence[Event], files: Collection[File]) -> Event | None:
    """The newest event that took one of the files away; where a merge did, the commit that it had that from."""
    gone = [event for event in order if was(event) in files and became(event) not in files]
    plain = [event for event in gone if event.parents < 2 and was(event) == was(gone[0])]
    return next(iter(plain or gone), None)


def removal_of(repository: Repository, event: Event, files: Mapping[File, Revision]) -> Removal:
    """What became of the file: nothing, or one that has the id, its path, or what it did."""
    path = event.entry.path
    commit = commits(repository, (event.commit,))[event.commit]
    old = files[path, event.entry.old]
    diff = repository.diff(f"{event.commit}^", event.commit, ("*.py",))
    paths = {entry.new: entry.path for entry in diff if is_file(entry.new_mode)}
    after = [
        (found, data)
        for blob, data in contents(repository, paths)
        if looks_like_revision(data) and isinstance(found := read(paths[blob], blob, data), Revision)
    ]
    for revision, _ in after:
        if revision.id == old.id:
            return Removal("renamed", commit, path, revision.path)
    before = dict(contents(repository, (event.entry.old,)))[event.entry.old]
    for revision, data in after:
        alike = revision.message == old.message and fingerprint(data) == fingerprint(before)
        if revision.path == path or alike:
            return Removal("re-identified", commit, path, revision.id)
    return Removal("deleted", commit, path)
