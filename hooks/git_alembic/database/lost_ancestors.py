"""From a revision that the working tree lacks down to what it has, through all that git still has."""

from __future__ import annotations

from git_alembic.database.facts import Descent
from git_alembic.git import Repository
from git_alembic.history.change import Snapshot
from git_alembic.lost_revisions.search import LostRevision, find_lost_revisions

_MOST = 50  # revisions; each is a search


def descent(repository: Repository, side: Snapshot, id_: str) -> Descent:
    """What git has of the revision and of its ancestors, children first."""
    folders = sorted(side.environment.versions)
    lost: dict[str, LostRevision] = {}
    reached, missing, todo = list[str](), list[str](), list(filter(None, [id_]))
    while todo and len(lost) < _MOST:
        name = todo.pop(0)
        if name in side.graph:
            reached.append(name)
        elif name not in lost:
            found = find_lost_revisions(repository, folders, name, exact=True, deep=name == id_)
            if not found or not found[0].files:
                missing.append(name)
                continue
            lost[name] = found[0]
            revision = found[0].files[0].revision
            todo += [*revision.down, *revision.depends]
    missing = [name for name in missing if name != id_]
    return Descent(tuple(lost.values()), tuple(dict.fromkeys(reached)), tuple(dict.fromkeys([*missing, *todo])))
