"""Finds the staged Alembic environments, which the hooks would check."""

from __future__ import annotations

from collections.abc import Sequence

from git_alembic.errors import CannotCheck
from git_alembic.findings.formatting import counted
from git_alembic.git import INDEX, Repository
from git_alembic.history.environment_change import Snapshot
from git_alembic.history.snapshot_reader import open_reader


def find_environments(repository: Repository) -> Sequence[Snapshot]:
    """Return the staged environments. Raise CannotCheck if there are none."""
    reader = open_reader(repository)
    snapshots = reader.snapshots(*reader.trees.read_whole(INDEX, "staged"))
    reader.save()
    if not snapshots:
        raise CannotCheck(
            "no Alembic environment is staged or committed here, so nothing was written; "
            "`git add` one, or add it to `environments` in [tool.git-alembic]"
        )
    return snapshots


def describe_environments(snapshots: Sequence[Snapshot]) -> str:
    """Return one line per environment."""
    head = f"git-alembic found {counted(len(snapshots), 'environment')}:"
    return "\n".join([head, *map(_line, snapshots)])


def _line(snapshot: Snapshot) -> str:
    environment, heads = snapshot.environment, snapshot.graph.heads
    count = len(snapshot.graph)
    head_names = f", head{'s' if len(heads) > 1 else ''} {', '.join(map(repr, heads[:4]))}" if heads else ""
    more = f" and {len(heads) - 4} more" if len(heads) > 4 else ""
    place = environment.script_location
    where = f"{environment.name} ({place})" if place != environment.name else place
    return f"  {where}: {counted(count, 'revision')}{head_names}{more}"
