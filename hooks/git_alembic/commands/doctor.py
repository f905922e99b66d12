"""`git alembic doctor`: explain why the configured databases and the history disagree, and how to repair it."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from typing import Literal

from git_alembic.database.diagnosis import Diagnosis
from git_alembic.database.inspection import Inspection, load_environments
from git_alembic.errors import CannotCheck
from git_alembic.findings.report import EnvironmentState
from git_alembic.git import Repository
from git_alembic.history.snapshot_and_change import Snapshot
from git_alembic.report import emit, wants_color
from git_alembic.report.commands.doctor_report import diagnosis_json, diagnosis_text
from git_alembic.report.text import Page
from git_alembic.setup.git_hooks import hook_status
from git_alembic.setup.hook_script import COMMANDS
from git_alembic.terminal.argument_parser import ArgumentParser

DESCRIPTION = (
    "Explain why one of the project's databases does not match the history, and print the commands that repair it. "
    "Connects with the project's Python, the same way env.py does, and never writes to the database."
)


class DoctorOptions(argparse.Namespace):
    format: Literal["text", "json"]
    environment: list[str]
    color: Literal["auto", "always", "never"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command. 0: all is well; 1: there are causes; 2: something could not be inspected."""
    parser = ArgumentParser("git alembic doctor", description=DESCRIPTION)
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="the format of the report (default: text)"
    )
    parser.add_argument(
        "--environment", metavar="NAME", action="append", default=[], help="examine only this environment (repeatable)"
    )
    parser.add_argument(
        "--color", choices=("auto", "always", "never"), default="auto", help="color the report (default: auto)"
    )
    options = parser.parse_args(argv, DoctorOptions())
    try:
        diagnosis = diagnose(Repository(), tuple(options.environment))
    except CannotCheck as error:
        diagnosis = Diagnosis(reasons=(str(error),))
    if options.format == "json":
        emit(diagnosis_json(diagnosis), sys.stdout)
    else:
        color = wants_color(options.color, sys.stdout, os.environ)
        emit(diagnosis_text(diagnosis, Page(color, shutil.get_terminal_size().columns, "")), sys.stdout)
    return diagnosis.exit_code


def diagnose(repository: Repository, names: Sequence[str]) -> Diagnosis:
    """Diagnose the environments with these names, or all environments if there are no names."""
    snapshots, settings = load_environments(repository, names)
    each = [Inspection(repository, settings, snapshot).diagnose() for snapshot in snapshots]
    return Diagnosis(
        tuple(map(_state, snapshots)),
        tuple(database for diagnosis in each for database in diagnosis.databases),
        tuple(cause for diagnosis in each for cause in diagnosis.causes),
        tuple(reason for diagnosis in each for reason in diagnosis.reasons),
        tuple(runtime for diagnosis in each for runtime in diagnosis.runtimes),
        hook_status(repository, tuple(COMMANDS)),
        ".".join(map(str, repository.version)),
    )


def _state(snapshot: Snapshot) -> EnvironmentState:
    environment, graph = snapshot.environment, snapshot.graph
    return EnvironmentState(environment.name, environment.script_location, graph.heads, graph.bases, len(graph))
