"""missing-parent: `down_revision` or `depends_on` names a revision that the checked history lacks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from git_alembic.findings.finding import Command, Finding, Repair
from git_alembic.findings.fork_explanation import is_name, short_ref
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.snapshot_and_change import Change

if TYPE_CHECKING:
    from git_alembic.findings.finding import CausingFinding

SLUG = "missing-parent"
WHY = 'Every Alembic command fails with a KeyError or "Can\'t locate revision".'


def find(change: Change) -> Iterator[Finding]:
    """Yield one finding per revision and name, with the place where the parent was found."""
    if change.environment.external_parents:
        return
    for attribute in ("down_revision", "depends_on"):
        pairs = _missing(change.after.graph, attribute)
        old = [_missing(baseline, attribute) for baseline in change.baseline_graphs] if pairs else []
        for id_, name in pairs:
            computed = name.startswith("<")  # only Alembic can compute the name
            if not computed and not any((id_, name) in pairs_before for pairs_before in old):
                yield _finding(change, id_, name, attribute)


def is_consequence(finding: Finding, causing: CausingFinding) -> bool:
    """True if the repaired history has the parent, or if the unreadable file may declare it."""
    return causing.is_unknown or finding.revisions not in causing.repaired.unknown_names


def _missing(graph: RevisionGraph, attribute: str) -> tuple[tuple[str, str], ...]:
    return graph.missing if attribute == "down_revision" else graph.missing_dependencies


def _finding(change: Change, id_: str, name: str, attribute: str) -> Finding:
    revision = change.after.graph[id_]
    hint = change.missing_parent_hints.get(name)
    where = _history(change.after.name)
    message = f"the {attribute} of '{id_}' is '{name}', but {where} has no such revision"
    repairs = (Repair(hint.title, tuple(map(Command, hint.commands))),) if hint and hint.title else ()
    if hint:
        message = f"{message}: {hint.sentence}"
    else:
        repairs = (Repair(f"use the id of a revision in this history, or merge the branch that has '{name}'"),)
    return Finding(SLUG, revision.path, revision.down_line, (id_, name), message, why=WHY, repairs=repairs)


def _history(name: str) -> str:
    """Return the words for the checked history. A commit without a name is the commit that the user named."""
    if name == "staged" or not is_name(name):
        return "the history in the index" if name == "staged" else "the history being checked"
    return f"the history of {short_ref(name)}"
