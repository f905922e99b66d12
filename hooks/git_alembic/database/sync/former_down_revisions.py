"""Finds revisions that were re-parented since they were last checked out here."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from git_alembic.git import Repository
from git_alembic.git.remotes.partial_clone import read_existing_blobs
from git_alembic.git.search.commit_log import Commit, describe_commits
from git_alembic.git.search.refs_and_stashes import find_refs_with_file, list_checked_out_commits
from git_alembic.history.graph import RevisionGraph
from git_alembic.revisions.parser import read_revision
from git_alembic.revisions.revision import Revision

_NEAREST = 20  # how many of the latest applied revisions are looked up


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
