"""Puts `uv run` or a similar prefix before the project's commands in a report."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from git_alembic.findings.report import Report, map_commands

if TYPE_CHECKING:
    from git_alembic.findings.finding import Command
    from git_alembic.git import Repository


def with_runners(repository: Repository, source: str, report: Report) -> Report:
    """Add `uv run` or a similar command before the project's commands if its environment is not active."""
    if not report.findings:
        return report
    from git_alembic.environments.package_manager_runner import PROGRAMS, find_command_runner

    def runnable(command: Command) -> Command:
        if command.argv[:1] not in PROGRAMS:
            return command
        runner = find_command_runner(repository, source, command.argv, command.cwd, os.environ)
        return command._replace(argv=(*runner, *command.argv))

    return map_commands(report, runnable)
