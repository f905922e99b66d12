"""Where a missing parent is: on the disk but not staged, in git's history, on a branch, or under another spelling."""

from __future__ import annotations

from collections.abc import Iterable

from git_alembic.git import Repository
from git_alembic.history.change import Change, MissingParentHint
from git_alembic.history.near_misses import meant
from git_alembic.lost_revisions.search import FileVersion, LostRevision, find_lost_revisions

_MEANT = {
    "file name": "that is a file name, the id of that file is '{}'",
    "beginning": "ids cannot be shortened here, '{}' was probably meant",
    "slip": "'{}' was probably meant",
}


def find_missing_parents(repository: Repository, change: Change, names: Iterable[str]) -> dict[str, MissingParentHint]:
    """What is known of each name; names of which nothing is known are left out."""
    found = {name: _misspelt(change, name) or _in_git(repository, change, name) for name in names}
    return {name: hint_ for name, hint_ in found.items() if hint_ is not None}


def _misspelt(change: Change, name: str) -> MissingParentHint | None:
    found = meant(change.after.graph, name)
    return MissingParentHint(_MEANT[found.written].format(found.id)) if found and found.id != name else None


def _in_git(repository: Repository, change: Change, name: str) -> MissingParentHint | None:
    lost = find_lost_revisions(repository, change.environment.versions, name, exact=True, deep=False)
    return _seen(repository, change, lost[0]) if lost else None


def _seen(repository: Repository, change: Change, lost: LostRevision) -> MissingParentHint | None:
    """Of the places that most helps: a file that is only to be staged, else the first."""
    for place in lost.files:
        if place.where == "working tree" and change.environment.holds(place.revision.path):
            path = place.revision.path
            force = ("-f",) if repository.ignored_paths([path]) else ()
            return MissingParentHint(f"it is in the working tree but not staged: {path}", ("git", "add", *force, path))
    removal = lost.removal
    place = lost.files[0]
    if removal is None:
        return MissingParentHint(_whereabouts(place), _restoring(change, lost.id, place))
    short, author, date = removal.commit[1:4]
    did = {"deleted": "removed it", "renamed": "moved it"}.get(removal.how, f"made it '{removal.now}'")
    now = f" to {removal.now}" if removal.how == "renamed" else ""
    sentence = f"commit {short} by {author} ({date}) {did}{now}: {removal.path}"
    return MissingParentHint(sentence, _restoring(change, lost.id, place))


def _whereabouts(place: FileVersion) -> str:
    if place.worktree:
        return f"it is in the worktree {place.worktree}: {place.revision.path}"
    if place.commit is None:
        return f"it is staged: {place.revision.path}"
    _, short, author, date, _ = place.commit
    where = f"on {', '.join(place.refs[:3])}" if place.refs else "in git's history"
    return f"it is {where} (commit {short} by {author}, {date}): {place.revision.path}"


def _restoring(change: Change, id_: str, place: FileVersion) -> tuple[str, ...]:
    """What brings it to where Alembic looks for it today."""
    if place.commit and change.environment.holds(place.revision.path):
        return ("git", "checkout", place.commit.id, "--", place.revision.path)
    return ("git", "alembic", "restore", "--stage", id_)
