"""Makes printed commands ready to run: our own, and those of the project."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from git_alembic.findings.report import Report, map_commands

if TYPE_CHECKING:
    from git_alembic.findings.finding import Fix
    from git_alembic.git import Repository

PROGRAM = ("git", "alembic")


def own_program() -> tuple[str, ...]:
    """Return the argv to print before a command. PATH doesn't include the environments of pre-commit and prek."""
    if "PRE_COMMIT" not in os.environ:
        return PROGRAM
    import shutil

    own = os.path.dirname(sys.executable)
    others = [folder for folder in os.environ.get("PATH", "").split(os.pathsep) if folder != own]
    if shutil.which("git-alembic", path=os.pathsep.join(others)):
        return PROGRAM
    script = shutil.which("git-alembic", path=own)
    return (script,) if script else (sys.executable, "-m", "git_alembic")


def with_program(report: Report, program: tuple[str, ...]) -> Report:
    """Replace `git alembic` with `program` in a report."""

    def runnable(fix: Fix) -> Fix:
        own = fix.command[: len(PROGRAM)] == PROGRAM
        return fix._replace(command=(*program, *fix.command[len(PROGRAM) :])) if own else fix

    return map_commands(report, runnable)


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
