"""Decides what `fix` repairs: the whole staged history, and the changes since it left the published line."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from git_alembic.findings.finding import Finding
from git_alembic.git import INDEX, Repository
from git_alembic.git.refs import NamedCommit
from git_alembic.history.branch_and_target_comparison import BranchScope, compare_branch
from git_alembic.history.commits_to_compare import staged_parents
from git_alembic.history.heads_file import HeadsFile
from git_alembic.history.snapshot_and_change import Change
from git_alembic.history.snapshot_reader import open_reader
from git_alembic.policy.rule_application import STRUCTURAL, apply_rules_to_branch
from git_alembic.policy.severity_policy import Policy, make_policy
from git_alembic.repair.plan import Plan
from git_alembic.rules.rule_defaults import is_about
from git_alembic.scratch import python_readers


@dataclass(frozen=True, slots=True)
class RepairScope:
    """The options that limit the repair."""

    target: str | None = None
    published_patterns: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RepairCase:
    """A staged history and its problems.

    `whole` has a change per environment without a baseline. `branch` has one per environment that differs from `start`,
    the commit where HEAD left the published line. Both know what is published.
    """

    whole: tuple[Change, ...]
    branch: tuple[Change, ...]
    findings: tuple[Finding, ...]
    policy: Policy
    target: str
    start: str


def examine(repository: Repository, scope: RepairScope) -> RepairCase:
    """Return the case of the index. Raise CannotCheck if the index has conflicts."""
    reader = open_reader(repository, *python_readers(repository))
    head = repository.resolve(["HEAD"])[0]
    target = NamedCommit(scope.target, repository.commit(scope.target)) if scope.target else None
    merged, patterns = staged_parents(repository)[1:], scope.published_patterns
    branch = compare_branch(
        repository,
        reader,
        BranchScope(INDEX, "staged", head, patterns, environments=scope.environments, target=target, merged=merged),
    )
    reader.save()
    policy = make_policy(branch.settings.rules, override=os.environ.get("GIT_ALEMBIC_ALLOW", ""), beyond_commit=True)
    findings = apply_rules_to_branch(branch.whole, branch.since, policy).findings
    return RepairCase(
        tuple(branch.whole),
        tuple(branch.since),
        findings,
        policy,
        branch.target.name if branch.target else "",
        branch.start,
    )


def find_remaining(case: RepairCase, plans: Mapping[str, Plan]) -> tuple[Finding, ...]:
    """Return the errors that remain after the plans. The keys of `plans` are names of environments."""

    def planned(change: Change) -> Change:
        plan = plans.get(change.environment.name)
        if plan is None:
            return replace(change, forecasts=())
        data = plan.files.get(change.environment.heads_file_path)
        file = change.heads_file if data is None else HeadsFile(data.decode("utf-8", "surrogateescape"))
        return replace(change, after=change.after._replace(graph=plan.after), heads_file=file, forecasts=())

    findings = apply_rules_to_branch(map(planned, case.whole), map(planned, case.branch), case.policy).findings
    predicted = tuple(finding for finding in case.findings if is_about(finding, "forecasts"))
    return tuple(finding for finding in (*findings, *predicted) if finding.severity == "error")


def is_better(now: Sequence[Finding], before: Sequence[Finding]) -> bool:
    """True if there is less to repair. Errors of the structural rules count first."""
    return _weight(now) < _weight(before)


def _weight(findings: Sequence[Finding]) -> tuple[int, int, int]:
    errors = [finding for finding in findings if finding.severity == "error"]
    return sum(finding.rule in STRUCTURAL for finding in errors), len(errors), len(findings)
