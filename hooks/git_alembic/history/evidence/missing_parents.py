"""Finds a missing parent: unstaged, on the target, in git's history, or under another spelling."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from git_alembic.git import INDEX, Repository
from git_alembic.history.evidence.similar_ids import find_similar_id
from git_alembic.history.snapshot_and_change import Change, MissingParentHint
from git_alembic.lost_revisions.search import FileVersion, LostRevision, find_lost_revisions

_NEAR = {
    "file name": "this is a file name; its revision id is '{}'",
    "beginning": "`down_revision` and `depends_on` need the full id; did you mean '{}'?",
    "case": "the case differs; did you mean '{}'?",
    "slip": "did you mean '{}'?",
}


def find_missing_parents(
    repository: Repository, change: Change, names: Iterable[str], source: str, targets: Sequence[str] | None
) -> dict[str, MissingParentHint]:
    """Return a hint for each name that is known.

    `source` is the index or the commit that is checked. `targets` are the names of branches to merge, as an alternative
    to a single file from them. None means a release branch, which must not get a revision that it never had.
    """
    tip = "HEAD" if source == INDEX else source
    hints = {
        name: _deleted_here(change, name)
        or _similar_id(change, name)
        or _in_git(repository, change, name, tip, targets)
        for name in names
    }
    return {name: hint for name, hint in hints.items() if hint is not None}


def _similar_id(change: Change, name: str) -> MissingParentHint | None:
    similar = find_similar_id(change.after.graph, name)
    if similar is None or similar.id == name:
        return None
    return MissingParentHint(
        _NEAR[similar.written].format(similar.id), "use the revision id", (("git", "alembic", "fix"),)
    )


def _deleted_here(change: Change, name: str) -> MissingParentHint | None:
    snapshot = next((snapshot for snapshot in change.baselines if name in snapshot.graph), None)
    if snapshot is None:
        return None
    path = snapshot.graph[name].path
    command = ("git", "checkout", snapshot.name, "--", path)
    return MissingParentHint(f"{snapshot.name} has it, and this change deletes it: {path}", "bring it back", (command,))


def _in_git(
    repository: Repository, change: Change, name: str, tip: str, targets: Sequence[str] | None
) -> MissingParentHint | None:
    lost_revisions = find_lost_revisions(repository, change.environment.versions, name, exact=True, deep=False)
    if not lost_revisions:
        return None
    first = lost_revisions[0].files[0]
    if targets is None and lost_revisions[0].removal is None and first.commit:
        return MissingParentHint(_whereabouts(first), _advise_backport(change, name))
    return _hint(repository, change, lost_revisions[0], tip, targets or ())


def _advise_backport(change: Change, name: str) -> str:
    """Say how to repair a backported revision whose parent the release branch doesn't have."""
    graph = change.after.graph
    children = [id_ for id_, missing in graph.missing if missing == name]
    if any(len(graph[id_].down) > 1 for id_ in children):
        return f"take '{name}' out of `down_revision`, since this release branch doesn't have it"
    later = graph.descendants(children)
    heads = ", ".join(f"'{head}'" for head in graph.heads if head not in later)
    return f"set `down_revision` to a revision of this release branch{f': {heads}' if heads else ''}"


def _hint(
    repository: Repository, change: Change, lost: LostRevision, tip: str, targets: Sequence[str]
) -> MissingParentHint:
    """Return the most helpful place: a file that only needs staging, else the target, else the first place."""
    for version in lost.files:
        if version.where == "working tree" and change.environment.holds(version.revision.path):
            path = version.revision.path
            ignored = bool(repository.ignored_paths([path]))
            add = ("git", "add", "-f", path) if ignored else ("git", "add", path)
            state = "ignored by git" if ignored else "not staged"
            return MissingParentHint(f"it is in the working tree but {state}: {path}", "stage it", (add,))
    for version in lost.files:
        target = next((name for name in targets if name in version.refs), None)
        if target is not None and _comes_by_merge(repository, tip, target, version.revision.path):
            sentence = f"it is on {target}, which isn't merged into this branch yet: {version.revision.path}"
            merge = ("git", "merge", target)
            # `git merge` refuses to run with staged changes.
            staged = change.after.name == "staged"
            commands = (("git", "stash"), merge, ("git", "stash", "pop", "--index")) if staged else (merge,)
            return MissingParentHint(sentence, f"merge {target}", commands)
    version = lost.files[0]
    removal = lost.removal
    if removal is None:
        return MissingParentHint(_whereabouts(version), _title(version), (_restore(change, lost.id, version),))
    short, author, date = removal.commit[1:4]
    did = {"deleted": "removed it", "renamed": "moved it"}.get(removal.how, f"changed its id to '{removal.now}'")
    now = f" to {removal.now}" if removal.how == "renamed" else ""
    sentence = f"commit {short} by {author} ({date}) {did}{now}: {removal.path}"
    title = "bring it back, if it was removed by mistake"
    return MissingParentHint(sentence, title, (_restore(change, lost.id, version),))


def _comes_by_merge(repository: Repository, tip: str, target: str, path: str) -> bool:
    """True unless the checked branch had the file since it left the target. In that case the branch removed it."""
    commits = repository.resolve([tip, target])
    base = repository.merge_base(*filter(None, commits)) if all(commits) else None
    return base is None or repository.file_at(base, path) is None


def _whereabouts(version: FileVersion) -> str:
    if version.worktree:
        return f"it is in the worktree {version.worktree}: {version.revision.path}"
    if version.commit is None:
        return f"it is staged: {version.revision.path}"
    _, short, author, date, _ = version.commit
    where = version.refs_in_words if version.refs else "in git's history"
    return f"it is {where} (commit {short} by {author}, {date}): {version.revision.path}"


def _title(version: FileVersion) -> str:
    return f"get it from {version.refs[0]}" if version.refs else "bring it back"


def _restore(change: Change, id_: str, version: FileVersion) -> tuple[str, ...]:
    """Return the command that puts the file where Alembic looks for it today."""
    if version.commit and change.environment.holds(version.revision.path):
        return ("git", "checkout", version.commit.id, "--", version.revision.path)
    return ("git", "alembic", "restore", "--stage", id_)
