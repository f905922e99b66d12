"""Collects what git and the working tree know about the revisions of a database: lost, pending and re-parented ones."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Collection
from typing import NamedTuple

from git_alembic.config.settings import Settings
from git_alembic.database.causes.wrong_target import is_relative
from git_alembic.database.database_state import DatabaseState
from git_alembic.database.facts_for_causes import DatabaseFacts, LostAncestors
from git_alembic.environments.environment import Environment
from git_alembic.errors import CannotCheck
from git_alembic.git import Repository
from git_alembic.git.remotes.partial_clone import read_existing_blobs
from git_alembic.git.search.commit_log import Commit, describe_commits
from git_alembic.git.search.refs_and_stashes import find_refs_with_file, list_checked_out_commits
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.published_refs import find_published_refs
from git_alembic.history.snapshot_and_change import Snapshot
from git_alembic.lost_revisions.search import FileVersion, LostRevision, find_lost_revisions
from git_alembic.revisions.digest_ignoring_cosmetic_edits import fingerprint
from git_alembic.revisions.parser import read_revision
from git_alembic.revisions.revision import Revision

_MOST_SEARCHES = 50
_NEAREST = 20  # how many of the latest applied revisions are looked up


def describe_origins(repository: Repository, facts: DatabaseFacts) -> dict[str, str]:
    """Say who added the pending revisions and the heads, and when, for as many as a report shows."""
    ids = dict.fromkeys((*facts.pending[:3], *facts.pending[-2:], *facts.graph.heads[:5]))
    head = repository.resolve(["HEAD"])[0]
    origins = {}
    for id_ in ids:
        path = facts.graph[id_].path
        if head is None or not repository.listing(head, [f":(literal){path}"]):
            origins[id_] = "not committed"
        else:
            _, author, date = repository.describe_addition(head, path)
            origins[id_] = f"by {author} on {date}"
    return origins


def find_published_ids(repository: Repository, settings: Settings, facts: DatabaseFacts) -> frozenset[str]:
    """Return the ids on published refs, else on HEAD. If neither can be read, return every id."""
    try:
        commits = [commit for _, commit in find_published_refs(repository, settings, ())] or repository.resolve(
            ["HEAD"]
        )
    except CannotCheck:
        return frozenset(facts.graph.ids)
    folders = [f":(literal){folder}" for folder in facts.environment.versions]
    paths = {path for commit in commits if commit for path in repository.listing(commit, folders)}
    return frozenset(revision.id for revision in facts.graph.revisions if revision.path in paths)


def find_namesakes(top: str, environment: Environment, database: DatabaseState) -> tuple[str, ...]:
    """Return files that a relative SQLite URL would name if the command ran in another folder of the project."""
    if not is_relative(database.url):
        return ()
    name = (database.url.database or "").partition("?")[0]
    database_file = os.path.normpath(os.path.join(top, environment.cwd, name))
    script = environment.script_location
    above = (posixpath.dirname(environment.config or ""), posixpath.dirname(script))
    folders = ("", environment.cwd, script, *above, "instance")
    paths = (os.path.normpath(os.path.join(top, folder, name)) for folder in folders)
    return tuple(path for path in dict.fromkeys(paths) if path != database_file and os.path.isfile(path))


def find_lost_ancestors(repository: Repository, snapshot: Snapshot, id_: str) -> LostAncestors:
    """Find a revision that the working tree lacks, and its ancestors down to the working tree."""
    folders = sorted(snapshot.environment.versions)
    lost_revisions: dict[str, LostRevision] = {}
    present, missing, todo = list[str](), list[str](), list(filter(None, [id_]))
    while todo and len(lost_revisions) < _MOST_SEARCHES:
        name = todo.pop(0)
        if name in snapshot.graph:
            present.append(name)
        elif name not in lost_revisions:
            candidates = find_lost_revisions(repository, folders, name, exact=True, deep=name == id_)
            if not candidates or not candidates[0].files:
                missing.append(name)
                continue
            lost_revisions[name] = candidates[0]
            revision = candidates[0].files[0].revision
            todo += [*revision.down, *revision.depends]
    missing = [name for name in missing if name != id_]
    return LostAncestors(
        tuple(lost_revisions.values()), tuple(dict.fromkeys(present)), tuple(dict.fromkeys([*missing, *todo]))
    )


def find_same_code(repository: Repository, snapshot: Snapshot, ancestors: LostAncestors) -> str:
    """Return the id in the working tree with the same code as a lost revision, or ""."""
    removal = ancestors.lost[0].removal if ancestors.lost else None
    if removal is None or removal.how != "re-identified" or removal.now not in snapshot.graph:
        return ""
    with open(os.path.join(repository.top or "", snapshot.graph[removal.now].path), "rb") as stream:
        is_same = fingerprint(stream.read()) == fingerprint(read_file_version(repository, ancestors.lost[0].files[0]))
    return removal.now if is_same else ""


def read_file_version(repository: Repository, version: FileVersion) -> bytes:
    """Return the code of a revision from git or a worktree."""
    if version.revision.blob:
        return dict(repository.read((version.revision.blob,)))[version.revision.blob]
    with open(os.path.join(version.worktree or repository.top or "", version.revision.path), "rb") as stream:
        return stream.read()


class FormerParents(NamedTuple):
    """The parents that a revision had in a commit that was checked out here."""

    id: str
    parents: tuple[str, ...]
    commit: Commit


def find_former_parents(
    repository: Repository, graph: RevisionGraph, applied: Collection[str]
) -> tuple[FormerParents, ...]:
    """Return the latest former parents of each applied revision, parents first, if the working tree has them."""
    near = [id_ for id_ in graph.topological() if id_ in applied][-_NEAREST:]
    ids = {graph[id_].path: id_ for id_ in near}
    newest: dict[tuple[str, str], str] = {}
    for (path, blob), names in find_refs_with_file(repository, list_checked_out_commits(repository), ids).items():
        newest[path, blob] = names[0]
    blobs = dict(read_existing_blobs(repository, (blob for _, blob in newest)))
    former: dict[str, tuple[tuple[str, ...], str]] = {}
    for (path, blob), commit in newest.items():
        id_ = ids[path]
        then = read_revision(path, blob, blobs[blob]) if blob in blobs else None
        if isinstance(then, Revision) and _has_other_parents(then, id_, graph):
            former.setdefault(id_, (then.down, commit))
    commits = describe_commits(repository, (commit for _, commit in former.values()))
    return tuple(FormerParents(id_, former[id_][0], commits[former[id_][1]]) for id_ in near if id_ in former)


def _has_other_parents(then: Revision, id_: str, graph: RevisionGraph) -> bool:
    """True if it is the same revision with other parents that are in the graph."""
    same = then.id == id_ and set(then.down) == set(graph[id_].down)
    return then.id == id_ and not same and all(parent in graph for parent in then.down)
