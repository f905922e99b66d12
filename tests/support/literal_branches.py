"""Unmerged branches and a target written as literals: a history maps each id to its parents, separated by spaces."""

from __future__ import annotations

from collections.abc import Mapping

from git_alembic.conflicts.branch import EnvironmentChange, TargetHistory, UnmergedBranch
from git_alembic.history.graph import RevisionGraph
from git_alembic.revisions.revision import Revision

History = Mapping[str, str]


def revisions(history: History, labels: Mapping[str, str] | None = None) -> tuple[Revision, ...]:
    return tuple(
        Revision(f"v/{id_}.py", f"blob of {id_} {down}", id_, tuple(down.split()),
                 labels=tuple((labels or {}).get(id_, "").split()))
        for id_, down in history.items()
    )  # fmt: skip


def target(
    history: History, heads: int | str = 1, labels: Mapping[str, str] | None = None, heads_file_path: str = ""
) -> TargetHistory:
    return TargetHistory("main", RevisionGraph(revisions(history, labels)), heads, heads_file_path)


def targets(
    history: History, heads: int | str = 1, labels: Mapping[str, str] | None = None, heads_file_path: str = ""
) -> dict[str, TargetHistory]:
    return {"main": target(history, heads, labels, heads_file_path)}


def change(
    history: History, *dropped: str, files: Mapping[str, str] | None = None, labels: Mapping[str, str] | None = None
) -> EnvironmentChange:
    """Return a change that adds a history, and deletes files."""
    added = revisions(history, labels)
    touched = {revision.path: revision.blob for revision in added} | {f"v/{id_}.py": "" for id_ in dropped}
    return EnvironmentChange(added, frozenset(dropped), {**touched, **(files or {})})


def branch(
    name: str, history: History, *dropped: str, files: Mapping[str, str] | None = None, time: int = 0
) -> UnmergedBranch:
    return UnmergedBranch(name, name, "Ada", time, {"main": change(history, *dropped, files=files)})
