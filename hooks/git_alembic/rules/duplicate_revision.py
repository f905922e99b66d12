"""duplicate-revision: two files declare one id."""

from __future__ import annotations

from collections.abc import Iterator

from git_alembic.change import Change
from git_alembic.finding import Finding, Fix

SLUG = "duplicate-revision"
WHY = "Alembic loads only one of them, warns, and never runs the other"


def find(change: Change) -> Iterator[Finding]:
    """One finding per id, at the file that no parent has."""
    graph = change.after.graph
    for id_ in graph.duplicates:
        if any(id_ in before.duplicates for before in change.baseline):
            continue
        known = {revision.path for before in change.baseline for revision in before.by_id.get(id_, ())}
        files = sorted(graph.by_id[id_], key=lambda revision: (revision.path not in known, revision.path))
        newest = files[-1]
        others = ", ".join(revision.path for revision in files[:-1])
        fixes = (
            (Fix(("git", "alembic", "fix"), note="gives the unpublished file an id of its own"),)
            if newest.path not in known
            else ()
        )
        yield Finding(
            SLUG,
            newest.path,
            newest.id_line,
            (id_,),
            f"revision id '{id_}' is declared here and in {others}",
            why=WHY,
            fixes=fixes,
        )
