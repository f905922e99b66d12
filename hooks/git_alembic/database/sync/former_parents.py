"""Which revisions of this tree came after others when they were checked out here before: re-parented since."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from git_alembic.git import Repository
from git_alembic.git.reflog_search import (
    Commit,
    describe_commits,
    find_refs_with_file,
    list_checked_out_commits,
    read_existing_blobs,
)
from git_alembic.history.graph import RevisionGraph
from git_alembic.revisions.parser import read
from git_alembic.revisions.revision import Revision

_NEAREST = 20  # revisions below what the database is at


class Former(NamedTuple):
    """What a revision came after in a commit that was checked out here."""

    id: str
    down: tuple[str, ...]
    commit: Commit


def formers(repository: Repository, graph: RevisionGraph, ran: Collection[str]) -> tuple[Former, ...]:
    """Those of the revisions that had other parents, which this tree has, too, parents first; of several the newest."""
    near = [id_ for id_ in graph.topological() if id_ in ran][-_NEAREST:]
    ids = {graph[id_].path: id_ for id_ in near}
    last: dict[tuple[str, str], str] = {}
    for (path, blob), names in find_refs_with_file(repository, list_checked_out_commits(repository), ids).items():
        last[path, blob] = names[0]
    blobs = dict(read_existing_blobs(repository, (blob for _, blob in last)))
    found: dict[str, tuple[tuple[str, ...], str]] = {}
    for (path, blob), commit in last.items():
        one = read(path, blob, blobs[blob]) if blob in blobs else None
        id_ = ids[path]
        other = isinstance(one, Revision) and one.id == id_ and set(one.down) != set(graph[id_].down)
        if isinstance(one, Revision) and other and all(parent in graph for parent in one.down):
            found.setdefault(id_, (one.down, commit))
    told = describe_commits(repository, (commit for _, commit in found.values()))
    return tuple(Former(id_, *found[id_][:1], told[found[id_][1]]) for id_ in near if id_ in found)
