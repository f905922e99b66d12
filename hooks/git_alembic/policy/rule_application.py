"""Applies the rules to changes, with their severities and overrides."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from git_alembic.errors import CannotCheck
from git_alembic.findings.finding import Finding
from git_alembic.findings.report import EnvironmentState, Report, join_reports
from git_alembic.history.graph_algorithms.allowed_heads import count_excess_heads
from git_alembic.history.snapshot_and_change import Change
from git_alembic.policy.override_comments import find_allowed, find_comments, list_unused_comments
from git_alembic.rules.rule_defaults import BY_SLUG, RULES

if TYPE_CHECKING:
    from git_alembic.config.settings import Severity
    from git_alembic.policy.severity_policy import Policy
    from git_alembic.scratch.scratch_result import ScratchResult

STRUCTURAL = frozenset(rule.slug for rule in RULES if rule.is_structural)


def apply_rules(changes: Iterable[Change], policy: Policy) -> Report:
    """Return all findings by environment, path and line. CannotCheck if an old unreadable file may change them."""
    findings: list[Finding] = []
    states: list[EnvironmentState] = []
    notes: list[str] = []
    for change in changes:
        states.append(_state(change))
        every = list(_findings(change, policy))
        outer = _nest(change, every, policy.allowed)
        _refuse_guesses(change, outer)
        comments = find_comments(change)
        for finding in outer:
            if finding.rule in find_allowed(change, finding, policy.allowed, comments):
                notes.append(f"{finding.path}: {finding.rule} was allowed: {finding.message}")
            else:
                findings.append(finding)
        notes += list_unused_comments(change, every, comments, policy)
    return Report(tuple(states), in_order(findings), tuple(notes), fail_on_warning=policy.fail_on_warning)


def apply_rules_to_branch(whole: Iterable[Change], since: Iterable[Change], policy: Policy) -> Report:
    """Apply the structural rules to the whole history of a branch, and all others to the branch's changes."""
    everything = apply_rules(whole, policy.only(STRUCTURAL))
    of_changes = apply_rules(since, policy.only(frozenset(BY_SLUG).difference(STRUCTURAL)))
    report = join_reports((everything, of_changes))
    return report._replace(environments=everything.environments, findings=in_order(report.findings))


def nest_branch_findings(report: Report, since: Iterable[Change]) -> Report:
    """Nest the findings on the whole history of a branch under their causes in the branch's changes."""
    findings = report.findings
    for change in since:
        of_environment = [finding for finding in findings if finding.environment == change.environment.name]
        if of_environment and not any(
            count_excess_heads(baseline, change.heads_allowed) for baseline in change.baseline_graphs
        ):
            findings = (
                *(finding for finding in findings if finding not in of_environment),
                *_nest(change, of_environment, ()),
            )
    return report._replace(findings=in_order(findings))


def apply_scratch_rules(results: Iterable[ScratchResult], policy: Policy) -> Report:
    """Return the findings of the runs on scratch databases, in the same order. The caller adds the environments."""
    findings: list[Finding] = []
    notes: list[str] = []
    for result in results:
        for rule in RULES:
            severity = policy.severities[rule.slug] if rule.runs_on_scratch else "off"
            for finding in rule.find(result) if severity != "off" else ():
                if rule.slug in policy.allowed or (rule.has_file_override and _is_allowed_in_file(result, finding)):
                    notes.append(f"{finding.path}: {rule.slug} was allowed: {finding.message}")
                    continue
                findings.append(_with_context(finding, result.environment.name, severity))
        notes += _list_not_replayed(result)
    return Report((), in_order(findings), tuple(notes), fail_on_warning=policy.fail_on_warning)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort findings by environment, path, line and rule."""
    return tuple(sorted(findings, key=lambda finding: (finding.environment, finding.path, finding.line, finding.rule)))


def _is_allowed_in_file(result: ScratchResult, finding: Finding) -> bool:
    """True if a new revision in the finding has a comment that allows it."""
    return any(finding.rule in revision.allowed for revision in result.new if revision.id in finding.revisions)


def _state(change: Change) -> EnvironmentState:
    graph, environment = change.after.graph, change.environment
    return EnvironmentState(environment.name, environment.script_location, graph.heads, graph.bases, len(graph))


def _list_not_replayed(result: ScratchResult) -> Iterable[str]:
    for skipped in result.run.skipped:
        name, revision = result.environment.name, skipped.revision
        yield f"{name}: '{revision}' was not run in full ({skipped.reason}): {skipped.statement}"


def _findings(change: Change, policy: Policy) -> Iterable[Finding]:
    for rule in RULES:
        severity = "off" if rule.runs_on_scratch else policy.severities[rule.slug]
        if severity != "off" and rule.concerns(change):
            for finding in rule.find(change):
                yield _with_context(finding, change.environment.name, severity)


def _nest(change: Change, findings: list[Finding], allowed: Collection[str]) -> list[Finding]:
    if not findings:
        return findings
    from git_alembic.policy.findings_nested_below_their_cause import nest

    return nest(change, findings, allowed)


def _with_context(finding: Finding, environment: str, severity: Severity) -> Finding:
    """Return the finding with its environment. A configured severity never raises a milder finding."""
    milder: Severity = "warning" if "warning" in (severity, finding.severity) else "error"
    return finding._replace(environment=environment, severity=milder)


def _refuse_guesses(change: Change, findings: Sequence[Finding]) -> None:
    """Raise CannotCheck if an unreadable file may declare a parent that seems to be missing."""
    missing = next((finding for finding in findings if BY_SLUG[finding.rule].needs_every_file), None)
    new = any(BY_SLUG[finding.rule].finds_unreadable_files for finding in findings)
    if missing and change.after.unreadable and not new:
        files = ", ".join(file.path for file in change.after.unreadable[:3])
        raise CannotCheck(
            f"{missing.path}: {missing.message}; it may be declared in {files}, "
            "which cannot be read without running it "
            '(set `unreadable = "ask-project"` in [tool.git-alembic])'
        )
