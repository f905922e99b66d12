"""From changes to a judgement: the rules, the severities, the overrides."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from git_alembic.config.settings import RULES as SEVERITIES
from git_alembic.errors import CannotJudge
from git_alembic.findings.finding import Finding, Severity
from git_alembic.findings.report import EnvironmentState, Judgement
from git_alembic.history.change import Change
from git_alembic.rules import RULES
from git_alembic.terminal.suggestion import did_you_mean

if TYPE_CHECKING:
    from git_alembic.scratch.result import ScratchResult


class Policy(NamedTuple):
    """What counts: severities by rule, and the rules that this one command lets pass."""

    severities: Mapping[str, Severity]
    allowed: Collection[str] = ()


def policy(configured: Mapping[str, Severity], select: Sequence[str], ignore: Sequence[str], override: str) -> Policy:
    """The policy of one command: configuration, `--select`, `--ignore` and the value of `GIT_ALEMBIC_ALLOW`."""
    allowed = [name for name in re.split(r"[,\s]+", override) if name]
    for name, where in [
        *((name, "--select") for name in select),
        *((name, "--ignore") for name in ignore),
        *((name, "GIT_ALEMBIC_ALLOW") for name in allowed),
    ]:
        if name not in SEVERITIES:
            raise CannotJudge(f"{where}: there is no rule {name!r}{did_you_mean(name, SEVERITIES)}")
    severities: dict[str, Severity] = {**SEVERITIES, **configured}
    for name in severities:
        if name in ignore or (select and name not in select):
            severities[name] = "off"
    return Policy(severities, frozenset(allowed))


def judge(changes: Iterable[Change], rules: Policy) -> Judgement:
    """All findings that count, by environment, path and line; CannotJudge where an old file hides what is needed."""
    findings: list[Finding] = []
    states: list[EnvironmentState] = []
    notes: list[str] = []
    for change in changes:
        graph = change.after.graph
        states.append(
            EnvironmentState(
                change.environment.name, change.environment.script_location, graph.heads, graph.bases, len(graph)
            )
        )
        found = list(_found(change, rules))
        _refuse_guesses(change, found)
        findings += [finding for finding in found if not _overridden(change, finding, rules)]
        notes += [
            f"{finding.path}: {finding.rule} was let pass: {finding.message}"
            for finding in found
            if _overridden(change, finding, rules)
        ]
    findings.sort(key=lambda finding: (finding.environment, finding.path, finding.line, finding.rule))
    return Judgement(tuple(states), tuple(findings), tuple(notes))


def judge_scratch_results(results: Iterable[ScratchResult], rules: Policy) -> Judgement:
    """The findings of the scratch rules that count, by environment, path and line; states are left to the caller."""
    from git_alembic.rules.scratch_rules import SCRATCH_RULES

    findings: list[Finding] = []
    notes: list[str] = []
    for result in results:
        allowed = {rule for revision in result.new for rule in revision.allowed}
        for slug, find in SCRATCH_RULES:
            severity = rules.severities[slug]
            for finding in find(result) if severity != "off" else ():
                if slug in rules.allowed or slug in allowed:
                    notes.append(f"{finding.path}: {slug} was let pass: {finding.message}")
                    continue
                milder: Severity = "warning" if "warning" in (severity, finding.severity) else "error"
                findings.append(finding._replace(environment=result.environment.name, severity=milder))
        notes += _not_replayed(result)
    findings.sort(key=lambda finding: (finding.environment, finding.path, finding.line, finding.rule))
    return Judgement((), tuple(findings), tuple(notes))


def _not_replayed(result: ScratchResult) -> Iterable[str]:
    for one in result.run.skipped:
        yield f"{result.environment.name}: '{one.revision}' was not replayed in full ({one.reason}): {one.statement}"


def _found(change: Change, rules: Policy) -> Iterable[Finding]:
    for slug, find in RULES:
        severity = rules.severities[slug]
        if severity != "off":
            for finding in find(change):
                yield finding._replace(environment=change.environment.name, severity=severity)


def _overridden(change: Change, finding: Finding, rules: Policy) -> bool:
    """Whether the command or a comment in one of the files concerned lets a finding pass."""
    graph = change.after.graph
    files = [revision for id_ in finding.revisions for revision in graph.by_id.get(id_, ())]
    here = [file.allowed for file in graph.revisions if file.path == finding.path]
    here += [file.allowed for file in change.after.unreadable if file.path == finding.path]
    allowed = {
        *rules.allowed,
        *(rule for file in files for rule in file.allowed),
        *(rule for rules in here for rule in rules),
    }
    return finding.rule in allowed


def _refuse_guesses(change: Change, found: Sequence[Finding]) -> None:
    """A parent that seems to be missing may be declared in a file that cannot be read: no verdict then."""
    missing = next((finding for finding in found if finding.rule == "missing-parent"), None)
    new = any(finding.rule == "unreadable-revision" for finding in found)
    if missing and change.after.unreadable and not new:
        files = ", ".join(file.path for file in change.after.unreadable[:3])
        raise CannotJudge(
            f"{missing.path}: {missing.message}; it may be declared in {files}, "
            "which cannot be read without running it "
            '(set `unreadable = "ask-project"` in [tool.git-alembic])'
        )
