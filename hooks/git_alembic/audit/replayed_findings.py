"""What the hooks would have reported in each step of a replay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from git_alembic.audit.replay import ReplayedStep
from git_alembic.config.settings import Settings
from git_alembic.config.settings_in_git_config import override, parse_git_settings
from git_alembic.errors import CannotCheck
from git_alembic.findings.report import Report
from git_alembic.git import Repository
from git_alembic.history.snapshot_and_change import Change
from git_alembic.history.target_branch import find_target
from git_alembic.policy.rule_application import apply_rules
from git_alembic.policy.severity_policy import Policy, make_policy

CheckedStep = tuple[ReplayedStep, tuple[Report, ...]]


def mainline_end(repository: Repository) -> str:
    """Return the commit whose first-parent line counts as published: HEAD, else the target."""
    head = repository.resolve(["HEAD"])[0]
    target = (
        None if head else find_target(repository, override(Settings(), parse_git_settings(repository.alembic_config())))
    )
    if head is None and target is None:
        raise CannotCheck("there are no commits yet")
    return head or (target.commit if target else "")


def check_steps(steps: Iterable[ReplayedStep | None]) -> Iterator[CheckedStep]:
    """Yield each commit that touches an environment, with a report per change."""
    for step in steps:
        if step is not None:
            policy = make_policy(step.settings.rules)
            yield step, tuple(_check([change], policy) for change in step.changes)


def touches_revisions(step: ReplayedStep) -> bool:
    """False if the step changes only the configuration of environments without revisions."""
    return step.reason is not None or any(map(_holds_revisions, step.changes))


def _check(changes: list[Change], policy: Policy) -> Report:
    try:
        return apply_rules(changes, policy)
    except CannotCheck as error:
        return Report(reason=str(error))


def _holds_revisions(change: Change) -> bool:
    return bool(len(change.first_parent) or len(change.after.graph) or change.after.unreadable)


class ReplayedCommit(NamedTuple):
    """One commit and one environment. `name` is the environment's."""

    commit: str
    time: int  # Unix seconds
    is_merge: bool
    name: str
    change: Change
    report: Report
