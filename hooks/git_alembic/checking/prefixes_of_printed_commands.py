"""What stands before printed commands: the path of git-alembic if it isn't on PATH, and `uv run` or similar words."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from git_alembic.findings.report import Report, map_commands

if TYPE_CHECKING:
    from git_alembic.findings.finding import Command
    from git_alembic.git import Repository


PROGRAM = ("git", "alembic")


def own_program() -> tuple[str, ...]:
    """Return the argv to print before a command. PATH doesn't include the environments of pre-commit and prek."""
    if "PRE_COMMIT" not in os.environ:
        return PROGRAM
    import shutil

    own_folder = os.path.dirname(sys.executable)
    others = [folder for folder in os.environ.get("PATH", "").split(os.pathsep) if folder != own_folder]
    if shutil.which("git-alembic", path=os.pathsep.join(others)):
        return PROGRAM
    script = shutil.which("git-alembic", path=own_folder)
    return (script,) if script else (sys.executable, "-m", "git_alembic")


def with_program(report: Report, program: tuple[str, ...]) -> Report:
    """Replace `git alembic` with `program` in a report."""

    def runnable(command: Command) -> Command:
        is_own = command.argv[: len(PROGRAM)] == PROGRAM
        return command._replace(argv=(*program, *command.argv[len(PROGRAM) :])) if is_own else command

    return map_commands(report, runnable)


def with_runners(repository: Repository, source: str, report: Report) -> Report:
    """Add `uv run` or a similar command before the project's commands if its environment is not active."""
    if not report.findings:
        return report
    from git_alembic.environments.package_manager_run_prefix import PROGRAMS, find_command_runner

    def runnable(command: Command) -> Command:
        if command.argv[:1] not in PROGRAMS:
            return command
        runner = find_command_runner(repository, source, command.argv, command.cwd, os.environ)
        return command._replace(argv=(*runner, *command.argv))

    return map_commands(report, runnable)
