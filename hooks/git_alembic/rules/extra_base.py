"""extra-base: a second root appears that no branch label excuses."""

from __future__ import annotations

from collections.abc import Iterator

from git_alembic.findings.finding import Finding
from git_alembic.history.change import Change, quoted

SLUG = "extra-base"
WHY = "a history with two beginnings has two lines that `alembic upgrade head` must both run, which is rarely meant"


def find(change: Change) -> Iterator[Finding]:
    """One finding per new base without a branch label, the first of an empty history excepted."""
    graph = change.after.graph
    if len(graph.bases) < 2 or any(len(before.bases) >= len(graph.bases) for before in change.baseline):
        return
    old = {base for before in change.baseline for base in before.bases}
    new = [base for base in graph.bases if base not in old and not graph[base].labels]
    for base in new if len(new) < len(graph.bases) else new[1:]:
        others = quoted(other for other in graph.bases if other != base)
        yield Finding(
            SLUG,
            graph[base].path,
            graph[base].down_line,
            (base,),
            f"'{base}' has no down_revision, but there is a base already: {others}",
            why=WHY,
        )
