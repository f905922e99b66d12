"""Nests the findings that follow from another finding and disappear with its repair.

A deleted, unreadable or re-identified revision leaves its children without a parent and adds heads. A forgotten
`down_revision` does the same. The history without the mistake shows what follows from the mistake. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from git_alembic.findings.finding import Finding
from git_alembic.history.change import Change
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.graph_algorithms.allowed_heads import count_excess_heads

CAUSES = (
    "unreadable-revision",
    "changed-revision-id",
    "deleted-revision",
    "changed-down-revision",
    "missing-parent",
    "extra-base",
)
_HEADS_FILE = "heads-file"
_CHANGE_HEADS = (*CAUSES, "duplicate-revision", "revision-cycle", "multiple-heads")
_DEPENDENT = (
    "multiple-heads", "extra-base", "missing-parent", "deleted-revision", "divergent-heads", "misnamed-file",
    "changed-down-revision",
)  # fmt: skip


def nest(change: Change, findings: Sequence[Finding], allowed: Collection[str] = ()) -> list[Finding]:
    """Return the findings, with those that follow from an error nested under it. An allowed error nests nothing."""
    return _nest_heads_file(_nest_revisions(change, findings, allowed), allowed)


def _nest_heads_file(findings: list[Finding], allowed: Collection[str]) -> list[Finding]:
    """Nest the finding on the file with the heads under the first error that changes the heads."""
    files = tuple(finding for finding in findings if finding.rule == _HEADS_FILE)
    causes = (finding for finding in findings if finding.rule in _CHANGE_HEADS and finding.severity == "error")
    cause = next((finding for finding in causes if finding.rule not in allowed), None)
    if not files or cause is None:
        return findings
    kept = (finding for finding in findings if finding.rule != _HEADS_FILE)
    return [
        finding._replace(consequences=(*finding.consequences, *files)) if finding is cause else finding
        for finding in kept
    ]


def _nest_revisions(change: Change, findings: Sequence[Finding], allowed: Collection[str]) -> list[Finding]:
    causes = [
        finding
        for slug in CAUSES
        for finding in findings
        if finding.rule == slug and finding.severity == "error" and slug not in allowed
    ]
    under: dict[int, list[Finding]] = {}
    nested: set[int] = set()
    for number, cause in enumerate(causes):
        if id(cause) not in nested:
            repaired = _undo_mistake(change, change.after.graph, cause)
            settled = {*nested, *map(id, causes[: number + 1]), *under}
            follow = [
                finding
                for finding in findings
                if finding.rule in _DEPENDENT
                and id(finding) not in settled
                and _is_consequence(change, cause, finding, repaired)
            ]
            under[id(cause)] = follow
            nested |= set(map(id, follow))
    if causes:
        left = [finding for finding in findings if id(finding) not in {*nested, *map(id, causes)}]
        joint = _forks_of_all_mistakes(change, causes, left)
        under[id(causes[0])] += joint
        nested |= set(map(id, joint))
    kept = (finding for finding in findings if id(finding) not in nested)
    return [finding._replace(consequences=tuple(under.get(id(finding), ()))) for finding in kept]


def _forks_of_all_mistakes(change: Change, causes: Sequence[Finding], findings: Sequence[Finding]) -> list[Finding]:
    """Return the forks that disappear only if all mistakes are undone."""
    repaired = change.after.graph
    for cause in causes:
        repaired = _undo_mistake(change, repaired, cause)
    return [
        finding for finding in findings if finding.rule == "multiple-heads" and _has_heads_of_baseline(change, repaired)
    ]


def _undo_mistake(change: Change, after: RevisionGraph, cause: Finding) -> RevisionGraph:
    """Return a history in which one mistake is undone."""
    expected = change.expected
    if cause.rule in ("missing-parent", "extra-base"):
        lost = set(after.descendants(cause.revisions))
        return RevisionGraph(revision for revision in after.revisions if revision.id not in lost)
    if cause.rule == "unreadable-revision":
        ids = [revision.id for revision in expected.revisions if revision.path == cause.path]
    else:
        ids = [id_ for id_ in cause.revisions if id_ in expected]
    back = [revision for id_ in ids for revision in expected.by_id[id_]]
    paths = {revision.path for revision in back}
    kept = [
        revision
        for revision in after.revisions
        if revision.id not in ids and revision.path not in paths and revision.id not in cause.revisions
    ]
    return RevisionGraph([*kept, *back])


def _is_consequence(change: Change, cause: Finding, finding: Finding, repaired: RevisionGraph) -> bool:
    """True if a finding is gone in the repaired history."""
    unknown = cause.rule == "unreadable-revision" and not _was_readable(change, cause)
    if finding.rule == "multiple-heads":
        return unknown or _has_heads_of_baseline(change, repaired)
    if finding.rule == "misnamed-file":
        return cause.rule == "changed-revision-id" and finding.path == cause.path
    if finding.rule == "divergent-heads":
        return cause.rule == "unreadable-revision"
    if finding.rule == "changed-down-revision":
        return cause.rule == "deleted-revision" and _lost_parents(change, finding) <= set(cause.revisions)
    return _is_repaired(finding, repaired) or (unknown and finding.rule == "missing-parent")


def _has_heads_of_baseline(change: Change, repaired: RevisionGraph) -> bool:
    """True if a history has no more heads than allowed, or no more than a baseline had."""
    before = max((count_excess_heads(graph, change.heads_allowed) for graph in change.baseline), default=0)
    return count_excess_heads(repaired, change.heads_allowed) <= before


def _is_repaired(finding: Finding, repaired: RevisionGraph) -> bool:
    if finding.rule == "missing-parent":
        return finding.revisions not in (*repaired.missing, *repaired.missing_dependencies)
    if finding.rule == "extra-base":
        return not set(finding.revisions) & set(repaired.bases)
    return set(finding.revisions) <= repaired.by_id.keys()


def _lost_parents(change: Change, finding: Finding) -> set[str]:
    """Return the parents that a re-parented revision lost, or the revision itself if it lost none."""
    (id_,) = finding.revisions
    return set(change.expected[id_].down) - set(change.after.graph[id_].down) or {id_}


def _was_readable(change: Change, cause: Finding) -> bool:
    """True if the baseline has a revision in the unreadable file."""
    return any(revision.path == cause.path for revision in change.expected.revisions)
