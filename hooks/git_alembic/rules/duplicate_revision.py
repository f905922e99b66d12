"""duplicate-revision: two files declare one id, or one branch label, which names a revision just as well."""

from __future__ import annotations

from collections.abc import Iterator

from git_alembic.findings.finding import Finding, Fix
from git_alembic.history.change import Change
from git_alembic.history.graph import RevisionGraph
from git_alembic.revisions.revision import Revision

SLUG = "duplicate-revision"
WHY = "Alembic loads only one of them, warns, and never runs the other"

LABEL_WHY = "Alembic refuses the whole history, at every command, until one of them has another name"


def find(change: Change) -> Iterator[Finding]:
    """One finding per id or label, at the file that no parent has."""
    yield from _ids(change)
    for label, ids in change.after.graph.label_clashes:
        if not any(label == other for before in change.baseline for other, _ in before.label_clashes):
            yield _of_label(change, label, ids)


def _ids(change: Change) -> Iterator[Finding]:
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


def _of_label(change: Change, label: str, ids: tuple[str, ...]) -> Finding:
    known = {revision.path for before in change.baseline for revision in _authors(before, label)}
    *others, newest = sorted(
        _authors(change.after.graph, label), key=lambda revision: (revision.path not in known, revision.path)
    )
    kind = _kind(newest, label)
    if others:
        places = [one.path if _kind(one, label) == kind else f"{one.path} as a {_kind(one, label)}" for one in others]
        message = f"{kind} '{label}' is declared here and in {', '.join(places)}"
    elif newest.id == label:
        message = f"branch label '{label}' is the revision's own id"
    else:
        message = f"branch label '{label}' is declared here twice"
    return Finding(SLUG, newest.path, newest.id_line, ids, message, why=LABEL_WHY)


def _authors(graph: RevisionGraph, label: str) -> Iterator[Revision]:
    return (revision for revision in graph.revisions if label in (revision.id, *revision.labels))


def _kind(revision: Revision, name: str) -> str:
    return "revision id" if revision.id == name else "branch label"
