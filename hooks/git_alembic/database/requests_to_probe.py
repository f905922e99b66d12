"""Inspects and moves the project's own databases with the project's interpreter, through env.py."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from git_alembic.database.database_state import InspectionResult, parse_inspection
from git_alembic.environments.environment import Environment
from git_alembic.git import Repository
from git_alembic.history.graph import RevisionGraph
from git_alembic.scratch.interpreter.probe_interface import describe_environment, refuse_unusable
from git_alembic.scratch.interpreter.probe_process_launcher import run_probe
from git_alembic.scratch.interpreter.project_python import Interpreter
from git_alembic.scratch.scratch_result import Failure
from git_alembic.temporary_files import SCRATCH, private_folder

SECONDS = 120
MOVING_SECONDS = 3600
# For libraries that connect to PostgreSQL without an engine. The probe handles engines.
_READ_ONLY = {"PGOPTIONS": "-c default_transaction_read_only=on", "PGCONNECT_TIMEOUT": "5"}


class Questions(NamedTuple):
    """The questions about databases beyond their version tables, by position.

    `compare` are databases whose schema is needed even if their rows are known. `counted` has keys of a schema ("table
    x", "column x.y") whose rows or values are counted.
    """

    compare: tuple[int, ...] = ()
    counted: Mapping[int, Collection[str]] = MappingProxyType({})


def inspect_databases(
    repository: Repository,
    python: Interpreter,
    environment: Environment,
    graph: RevisionGraph,
    questions: Questions = Questions(),  # noqa: B008 - a frozen value
) -> InspectionResult:
    """Inspect the databases of an environment. Raise CannotCheck if there is no answer at all."""
    question = {
        "work": "project_databases.inspect_databases",
        "known": sorted(graph.ids),
        "heads": sorted(graph.heads),
        "compare": list(questions.compare),
        "count": {str(number): sorted(keys) for number, keys in questions.counted.items()},
    }

    def inspect(extra: Mapping[str, str]) -> InspectionResult:
        return parse_inspection(_run_probe(repository, python, environment, question, seconds=SECONDS, extra=extra))

    result = inspect(_READ_ONLY)
    if result.failure and "startup parameter" in result.failure.message:  # a connection pooler accepts no options
        return inspect({})
    return result


def _run_probe(  # noqa: PLR0913 - the parts of a question
    repository: Repository,
    python: Interpreter,
    environment: Environment,
    question: Mapping[str, Any],
    *,
    seconds: int,
    extra: Mapping[str, str],
) -> dict[str, Any]:
    """Return the answer of one job of the probe (see `probe/main.py`) in the working tree."""
    top = repository.top or ""
    cwd = os.path.normpath(os.path.join(top, environment.cwd))
    if python.command:
        from git_alembic.scratch.remote.remote_probe import ask_in_place

        remote: dict[str, Any] = ask_in_place(repository, python, environment, question, seconds=seconds, env=extra)
        refuse_unusable(python, remote)
        return remote
    with private_folder(tempfile.gettempdir(), SCRATCH) as folder:
        question = {
            "bytecode": os.path.join(repository.common_dir, "git-alembic", "bytecode"),
            "top": top,
            "working_tree": top,
            "subfolder": "",
            "scratch": folder,
            "cwd": cwd,
            "environment": describe_environment(environment),
            **question,
        }
        answer: dict[str, Any] = run_probe(python.path, question, folder=folder, cwd=cwd, seconds=seconds, extra=extra)
    refuse_unusable(python, answer)
    return answer


def run_moves(  # noqa: PLR0913 - what is moved, and where
    repository: Repository,
    python: Interpreter,
    environment: Environment,
    databases: Sequence[Mapping[str, Any]],
    *,
    folder: str,
    files: Mapping[str, str],
) -> tuple[Failure | None, list[Mapping[str, Any]]]:
    """Move the databases. Return (the failure, the started revisions); see the probe's `move_databases.py`.

    `folder` has the files of the revisions that the working tree lacks. `files` are SQLite files with their copies.
    """
    described = describe_environment(environment, folder)
    work = "project_databases.move_databases"
    question = {"work": work, "databases": list(databases), "files": dict(files), "environment": described}
    answer = _run_probe(repository, python, environment, question, seconds=MOVING_SECONDS, extra={})
    failure = answer["failure"]
    return Failure(**failure) if failure else None, answer["begun"]
