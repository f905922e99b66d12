"""Nests the findings that follow from another finding and disappear with its repair.

A deleted, unreadable or re-identified revision leaves its children without a parent and adds heads. A forgotten
`down_revision` does the same. The history without the mistake shows what follows from the mistake. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from git_alembic.findings.finding import Finding
from git_alembic.history.environment_change import Change
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
_TAKE_CHILDREN = ("missing-parent", "extra-base")  # undoing the mistake removes the revision and its children
_HEADS_FILE = "heads-file"
_CHANGE_HEADS = (*CAUSES, "duplicate-revision", "revision-cycle", "multiple-heads")
_IN_THE_SAME_FILE = {  # what follows from which mistakes in the file
    "misnamed-file": ("changed-revision-id",),
    "stale-docstring": ("changed-revision-id", "changed-down-revision"),
}
_DEPENDENT = (
    "multiple-heads", "extra-base", "missing-parent", "deleted-revision", "divergent-heads", "changed-down-revision",
    "edited-revision", *_IN_THE_SAME_FILE,
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
    dependents = _Dependents(change, findings)
    under: dict[int, list[Finding]] = {}
    nested: set[int] = set()
    for cause in causes:
        dependents.remove((cause,))
        if id(cause) not in nested:
            follow = _consequences(change, cause, dependents.candidates(cause))
            under[id(cause)] = follow
            dependents.remove(follow)
            nested.update(map(id, follow))
    if causes:
        settled = {*nested, *map(id, causes)}
        left = [finding for finding in findings if id(finding) not in settled]
        joint = _forks_of_all_mistakes(change, causes, left)
        under[id(causes[0])] += joint
        nested |= set(map(id, joint))
    kept = (finding for finding in findings if id(finding) not in nested)
    return [
        finding._replace(consequences=(*finding.consequences, *_flat(under.get(id(finding), ())))) for finding in kept
    ]


def _flat(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the findings, each followed by the findings that were nested under it."""
    for finding in findings:
        yield finding._replace(consequences=())
        yield from finding.consequences


class _Dependents:
    """Holds the findings that may follow from another finding. There can be thousands, so it finds them by revision."""

    def __init__(self, change: Change, findings: Sequence[Finding]) -> None:
        self._graph = change.after.graph
        self._most_heads = _most_heads(change)
        self._left = {number: finding for number, finding in enumerate(findings) if finding.rule in _DEPENDENT}
        self._numbers = {id(finding): number for number, finding in self._left.items()}
        self._by_revision: dict[str, list[int]] = {}
        for number, finding in self._left.items():
            for id_ in finding.revisions:
                self._by_revision.setdefault(id_, []).append(number)

    def remove(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            number = self._numbers.get(id(finding))
            if number is not None:
                self._left.pop(number, None)

    def candidates(self, cause: Finding) -> list[Finding]:
        """Return the findings that may follow from a mistake, in their order."""
        if cause.rule not in _TAKE_CHILDREN:
            return list(self._left.values())
        lost = self._graph.descendants(cause.revisions)
        numbers = {number for id_ in lost for number in self._by_revision.get(id_, ())}
        found = [self._left[number] for number in sorted(numbers & self._left.keys())]
        if self._most_heads is None:
            return found
        lost_heads = sum(not self._graph.children(id_) for id_ in lost)
        if len(self._graph.heads) <= sum((self._most_heads, lost_heads)):
            return found
        return [finding for finding in found if finding.rule != "multiple-heads"]


def _most_heads(change: Change) -> int | None:
    """Return how many heads a history can have without a finding. None if that depends on their labels."""
    allowed = change.heads_allowed
    return sum((allowed, _excess_before(change))) if isinstance(allowed, int) else None


def _consequences(change: Change, cause: Finding, candidates: Sequence[Finding]) -> list[Finding]:
    """Return the findings that disappear if the mistake is undone."""
    if not candidates:
        return []
    repaired = _undo_mistakes(change, (cause,))
    return [finding for finding in candidates if _is_consequence(change, cause, finding, repaired)]


def _forks_of_all_mistakes(change: Change, causes: Sequence[Finding], findings: Sequence[Finding]) -> list[Finding]:
    """Return the forks that disappear only if all mistakes are undone."""
    forks = [finding for finding in findings if finding.rule == "multiple-heads"]
    return forks if forks and _has_heads_of_baseline(change, _undo_mistakes(change, causes)) else []


def _undo_mistakes(change: Change, causes: Sequence[Finding]) -> RevisionGraph:
    """Return the checked history without the mistakes that `causes` report.

    Revisions that lack a parent are removed, and others are restored.
    """
    after = change.after.graph
    changed = [cause for cause in causes if cause.rule not in _TAKE_CHILDREN]
    if changed:
        after = _restore_revisions(change, changed)
    lost = set(after.descendants(id_ for cause in causes if cause.rule in _TAKE_CHILDREN for id_ in cause.revisions))
    return RevisionGraph(revision for revision in after.revisions if revision.id not in lost) if lost else after


def _restore_revisions(change: Change, causes: Sequence[Finding]) -> RevisionGraph:
    """Return the checked history with the expected revisions in place of some mistakes."""
    expected = change.expected
    unreadable = {cause.path for cause in causes if cause.rule == "unreadable-revision"}
    named = {id_ for cause in causes for id_ in cause.revisions}
    ids = [id_ for cause in causes if cause.rule != "unreadable-revision" for id_ in cause.revisions if id_ in expected]
    ids += [revision.id for revision in expected.revisions if revision.path in unreadable] if unreadable else []
    back = [revision for id_ in dict.fromkeys(ids) for revision in expected.by_id[id_]]
    gone, paths = named.union(ids), {revision.path for revision in back}
    kept = [
        revision for revision in change.after.graph.revisions if revision.id not in gone and revision.path not in paths
    ]
    return RevisionGraph([*kept, *back])


def _is_consequence(change: Change, cause: Finding, finding: Finding, repaired: RevisionGraph) -> bool:
    """True if a finding is gone in the repaired history."""
    unknown = cause.rule == "unreadable-revision" and not _was_readable(change, cause)
    if finding.rule == "multiple-heads":
        return unknown or _has_heads_of_baseline(change, repaired)
    if finding.rule in _IN_THE_SAME_FILE:
        return cause.rule in _IN_THE_SAME_FILE[finding.rule] and finding.path == cause.path
    if finding.rule == "divergent-heads":
        return cause.rule == "unreadable-revision"
    if finding.rule == "edited-revision":
        _, *others = finding.revisions
        return cause.rule == "unreadable-revision" and finding.path == cause.path and not others
    if finding.rule == "changed-down-revision":
        return cause.rule == "deleted-revision" and _lost_parents(change, finding) <= set(cause.revisions)
    return _is_repaired(finding, repaired) or (unknown and finding.rule == "missing-parent")


def _has_heads_of_baseline(change: Change, repaired: RevisionGraph) -> bool:
    """True if a history has no more heads than allowed, or no more than a baseline had."""
    return count_excess_heads(repaired, change.heads_allowed) <= _excess_before(change)


def _excess_before(change: Change) -> int:
    return max((count_excess_heads(graph, change.heads_allowed) for graph in change.baseline), default=0)


def _is_repaired(finding: Finding, repaired: RevisionGraph) -> bool:
    if finding.rule == "missing-parent":
        return finding.revisions not in repaired.unknown_names
    if finding.rule == "extra-base":
        return not any(id_ in repaired and not repaired[id_].down for id_ in finding.revisions)
    return set(finding.revisions) <= repaired.by_id.keys()


def _lost_parents(change: Change, finding: Finding) -> set[str]:
    """Return the parents that a re-parented revision lost, or the revision itself if it lost none."""
    (id_,) = finding.revisions
    return set(change.expected[id_].down) - set(change.after.graph[id_].down) or {id_}


def _was_readable(change: Change, cause: Finding) -> bool:
    """True if the baseline has a revision in the unreadable file."""
    return any(revision.path == cause.path for revision in change.expected.revisions)
