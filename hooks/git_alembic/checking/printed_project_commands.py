"""Puts `uv run` or a similar prefix before the project's commands in a report."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from git_alembic.findings.report import Report, map_commands

if TYPE_CHECKING:
    from git_alembic.findings.finding import Fix
    from git_alembic.git import Repository


def with_runners(repository: Repository, source: str, report: Report) -> Report:
    """Add `uv run` or a similar command before the project's commands if its environment is not active."""
    if not report.findings:
        return report
    from git_alembic.environments.package_manager_runner import PROGRAMS, find_command_runner

    def runnable(fix: Fix) -> Fix:
        if fix.command[:1] not in PROGRAMS:
            return fix
        runner = find_command_runner(repository, source, fix.command, fix.cwd, os.environ)
        return fix._replace(command=(*runner, *fix.command))

    return map_commands(report, runnable)
