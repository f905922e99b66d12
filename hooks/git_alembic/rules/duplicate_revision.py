"""duplicate-revision: two files declare the same id or the same branch label."""

from __future__ import annotations

from collections.abc import Iterator

from git_alembic.findings.finding import Command, Finding, Repair
from git_alembic.findings.repairs_shared_by_rules import RUN_FIX
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.snapshot_and_change import Change
from git_alembic.revisions.revision import Revision

SLUG = "duplicate-revision"
WHY = '`alembic upgrade head` fails with "Multiple head revisions are present". Alembic loads only one of the files.'
LABEL_WHY = "Every Alembic command fails until one of the two declarations is changed or removed."


def find(change: Change) -> Iterator[Finding]:
    """Yield one finding per id or label, at the newest file."""
    yield from _ids(change)
    for label, ids in change.after.graph.label_clashes:
        if not any(label == other for baseline in change.baseline_graphs for other, _ in baseline.label_clashes):
            yield _label_finding(change, label, ids)


def _ids(change: Change) -> Iterator[Finding]:
    graph = change.after.graph
    for id_ in graph.duplicates:
        if any(id_ in baseline.duplicates for baseline in change.baseline_graphs):
            continue
        *_, newest = files = change.files_by_age(id_)
        others = ", ".join(revision.path for revision in files[:-1])
        yield Finding(
            SLUG,
            newest.path,
            newest.id_line,
            (id_,),
            f"revision id '{id_}' is also declared in {others}",
            why=WHY,
            repairs=(_repair(change, files[0], newest),),
        )


def _repair(change: Change, oldest: Revision, newest: Revision) -> Repair:
    """Give the newer file another id, or remove it if it is a copy."""
    name, code = newest.path.rpartition("/")[2], change.code.get(newest.blob)
    if code is not None and code == change.code.get(oldest.blob) and newest.message == oldest.message:
        return Repair(
            f"remove {name}, a duplicate of {oldest.path.rpartition('/')[2]}",
            (Command(("git", "rm", "-f", newest.path)),),
        )
    published = any(newest.path == file.path for file in change.published.graph.by_id.get(newest.id, ()))
    fix = Command((*RUN_FIX.argv, "--published-too")) if published else RUN_FIX
    return Repair(f"give {name} a new id", (fix,))


def _label_finding(change: Change, label: str, ids: tuple[str, ...]) -> Finding:
    old_paths = {revision.path for baseline in change.baseline_graphs for revision in _files_with(baseline, label)}
    *others, newest = sorted(
        _files_with(change.after.graph, label), key=lambda revision: (revision.path not in old_paths, revision.path)
    )
    kind = _kind(newest, label)
    if others:
        paths = [
            other.path if _kind(other, label) == kind else f"{other.path} (as a {_kind(other, label)})"
            for other in others
        ]
        message = f"{kind} '{label}' is also declared in {', '.join(paths)}"
    elif newest.id == label:
        message = f"branch label '{label}' is also the revision's id"
    else:
        message = f"branch label '{label}' is declared twice"
    labeled = next(file for file in (newest, *reversed(others)) if label in file.labels)
    rename = Repair(f"change `branch_labels` in {labeled.path}")
    return Finding(SLUG, newest.path, newest.id_line, ids, message, why=LABEL_WHY, repairs=(rename,))


def _files_with(graph: RevisionGraph, label: str) -> Iterator[Revision]:
    return (revision for revision in graph.revisions if label in (revision.id, *revision.labels))


def _kind(revision: Revision, name: str) -> str:
    return "revision id" if revision.id == name else "branch label"
