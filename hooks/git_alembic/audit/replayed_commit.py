"""What a commit of the main line did to one environment, with the findings of the hooks."""

from __future__ import annotations

from typing import NamedTuple

from git_alembic.findings.report import Report
from git_alembic.history.environment_change import Change


class ReplayedCommit(NamedTuple):
    """One commit and one environment. `name` is the environment's."""

    commit: str
    time: int  # Unix seconds
    is_merge: bool
    name: str
    change: Change
    report: Report
