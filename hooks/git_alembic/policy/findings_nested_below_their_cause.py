"""Nests the findings that follow from another finding and disappear with its repair.

A deleted, unreadable or re-identified revision leaves its children without a parent and adds heads. A forgotten
`down_revision` does the same. The history without the mistake shows what follows from the mistake. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from git_alembic.findings.finding import CausingFinding, Finding
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.graph_algorithms.allowed_heads import count_excess_heads
from git_alembic.history.snapshot_and_change import Change
from git_alembic.rules.rule_defaults import BY_SLUG, CAUSING_RULES, Undo


def nest(change: Change, findings: Sequence[Finding], allowed: Collection[str] = ()) -> list[Finding]:
    """Return the findings, with those that follow from an error nested under it. An allowed error nests nothing."""
    return _nest_heads_file(_nest_revisions(change, findings, allowed), allowed)


def _nest_heads_file(findings: list[Finding], allowed: Collection[str]) -> list[Finding]:
    """Nest the finding on the file with the heads under the first error that changes the heads."""
    files = tuple(finding for finding in findings if BY_SLUG[finding.rule].follows_heads)
    others = [finding for finding in findings if not BY_SLUG[finding.rule].follows_heads]
    causes = (finding for finding in others if _changes_heads(finding) and finding.severity == "error")
    cause = next((finding for finding in causes if finding.rule not in allowed), None)
    if not files or cause is None:
        return findings
    return [
        finding._replace(consequences=(*finding.consequences, *files)) if finding is cause else finding
        for finding in others
    ]


def _changes_heads(finding: Finding) -> bool:
    rule = BY_SLUG[finding.rule]
    return rule.is_structural or rule.undo is not None


def _nest_revisions(change: Change, findings: Sequence[Finding], allowed: Collection[str]) -> list[Finding]:
    causes = [
        finding
        for slug in CAUSING_RULES
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
        remaining = [finding for finding in findings if id(finding) not in settled]
        joint = _forks_of_all_mistakes(change, causes, remaining)
        under[id(causes[0])] += joint
        nested |= set(map(id, joint))
    outer = (finding for finding in findings if id(finding) not in nested)
    return [
        finding._replace(consequences=(*finding.consequences, *_flat(under.get(id(finding), ())))) for finding in outer
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
        self._left = {number: finding for number, finding in enumerate(findings) if BY_SLUG[finding.rule].follows}
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
        if not _is_undone_by(cause, "remove"):
            return list(self._left.values())
        removed_ids = self._graph.descendants(cause.revisions)
        numbers = {number for id_ in removed_ids for number in self._by_revision.get(id_, ())}
        dependents = [self._left[number] for number in sorted(numbers & self._left.keys())]
        if self._most_heads is None:
            return dependents
        lost_heads = sum(not self._graph.children(id_) for id_ in removed_ids)
        if len(self._graph.heads) <= sum((self._most_heads, lost_heads)):
            return dependents
        return [finding for finding in dependents if not BY_SLUG[finding.rule].finds_excess_heads]


def _most_heads(change: Change) -> int | None:
    """Return how many heads a history can have without a finding. None if that depends on their labels."""
    allowed = change.heads_allowed
    return sum((allowed, _excess_before(change))) if isinstance(allowed, int) else None


def _consequences(change: Change, cause: Finding, candidates: Sequence[Finding]) -> list[Finding]:
    """Return the findings that disappear if the mistake is undone."""
    if not candidates:
        return []
    is_unknown = _is_undone_by(cause, "restore file") and not _was_readable(change, cause)
    causing = CausingFinding(cause, change, _undo_mistakes(change, (cause,)), is_unknown)
    return [finding for finding in candidates if _is_consequence(finding, causing)]


def _forks_of_all_mistakes(change: Change, causes: Sequence[Finding], findings: Sequence[Finding]) -> list[Finding]:
    """Return the forks that disappear only if all mistakes are undone."""
    forks = [finding for finding in findings if BY_SLUG[finding.rule].finds_excess_heads]
    return forks if forks and _has_heads_of_baseline(change, _undo_mistakes(change, causes)) else []


def _undo_mistakes(change: Change, causes: Sequence[Finding]) -> RevisionGraph:
    """Return the checked history without the mistakes that `causes` report.

    Revisions that lack a parent are removed, and others are restored.
    """
    after = change.after.graph
    removed = [cause for cause in causes if _is_undone_by(cause, "remove")]
    restored = [cause for cause in causes if not _is_undone_by(cause, "remove")]
    if restored:
        after = _restore_revisions(change, restored)
    removed_ids = set(after.descendants(id_ for cause in removed for id_ in cause.revisions))
    return (
        RevisionGraph(revision for revision in after.revisions if revision.id not in removed_ids)
        if removed_ids
        else after
    )


def _restore_revisions(change: Change, causes: Sequence[Finding]) -> RevisionGraph:
    """Return the checked history with the expected revisions in place of some mistakes."""
    expected = change.expected
    unreadable_paths = {cause.path for cause in causes if _is_undone_by(cause, "restore file")}
    ids_of_causes = {id_ for cause in causes for id_ in cause.revisions}
    restored = [cause for cause in causes if _is_undone_by(cause, "restore")]
    ids = [id_ for cause in restored for id_ in cause.revisions if id_ in expected]
    ids += (
        [revision.id for revision in expected.revisions if revision.path in unreadable_paths]
        if unreadable_paths
        else []
    )
    back = [revision for id_ in dict.fromkeys(ids) for revision in expected.by_id[id_]]
    replaced, paths = ids_of_causes.union(ids), {revision.path for revision in back}
    others = [
        revision
        for revision in change.after.graph.revisions
        if revision.id not in replaced and revision.path not in paths
    ]
    return RevisionGraph([*others, *back])


def _is_consequence(finding: Finding, causing: CausingFinding) -> bool:
    """True if a finding is gone in the repaired history."""
    rule = BY_SLUG[finding.rule]
    if causing.cause.rule not in rule.follows:
        return False
    if rule.finds_excess_heads:
        return causing.is_unknown or _has_heads_of_baseline(causing.change, causing.repaired)
    return rule.is_consequence(finding, causing)


def _is_undone_by(cause: Finding, undo: Undo) -> bool:
    return BY_SLUG[cause.rule].undo == undo


def _has_heads_of_baseline(change: Change, repaired: RevisionGraph) -> bool:
    """True if a history has no more heads than allowed, or no more than a baseline had."""
    return count_excess_heads(repaired, change.heads_allowed) <= _excess_before(change)


def _excess_before(change: Change) -> int:
    return max((count_excess_heads(graph, change.heads_allowed) for graph in change.baseline_graphs), default=0)


def _was_readable(change: Change, cause: Finding) -> bool:
    """True if the baseline has a revision in the unreadable file."""
    return any(revision.path == cause.path for revision in change.expected.revisions)
