"""Asks the project's interpreter about the project's own databases, as env.py reaches them from the working tree."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Mapping
from typing import Any

from git_alembic.environments import Environment
from git_alembic.errors import CannotJudge
from git_alembic.repository import Repository
from git_alembic.scratch.child import ask
from git_alembic.scratch.interpreter import Interpreter
from git_alembic.scratch.rehearsal import described
from git_alembic.sight import Look, look_of

SECONDS = 120
# For libraries that come to PostgreSQL without an engine; what engines do is in the probe.
_READ_ONLY = {"PGOPTIONS": "-c default_transaction_read_only=on", "PGCONNECT_TIMEOUT": "5"}


def look(repository: Repository, python: Interpreter, environment: Environment, known: Collection[str]) -> Look:
    """What the databases of an environment hold; nothing is written. CannotJudge where there is no answer at all.

    `known` are the ids of the working tree: of a database that is at none of them more is looked at.
    """
    asked = {"work": "look", "known": sorted(known)}
    found = look_of(answer_of(repository, python, environment, asked, seconds=SECONDS, extra=_READ_ONLY))
    if found.failure and "startup parameter" in found.failure.message:  # a pooler in between takes no options
        found = look_of(answer_of(repository, python, environment, asked, seconds=SECONDS, extra={}))
    return found


def answer_of(  # noqa: PLR0913 - what a question is made of
    repository: Repository,
    python: Interpreter,
    environment: Environment,
    asked: Mapping[str, Any],
    *,
    seconds: int,
    extra: Mapping[str, str],
) -> dict[str, Any]:
    """The answer of a work of the probe (see `probe/main.py`) that is run in the working tree."""
    top = repository.top or ""
    cwd = os.path.normpath(os.path.join(top, environment.cwd))
    with tempfile.TemporaryDirectory(prefix="git-alembic-") as folder:
        question = {
            "bytecode": os.path.join(repository.common_dir, "git-alembic", "bytecode"),
            "top": top,
            "instead_of": top,
            "cwd": cwd,
            "environment": described(environment, top),
            **asked,
        }
        answer: dict[str, Any] = ask(
            python.path, "main.py", question, folder=folder, cwd=cwd, seconds=seconds, extra=extra
        )
    if "missing" in answer:
        raise CannotJudge(
            f"{python.path} ({python.why}) cannot import {answer['missing']}: set `python` in [tool.git-alembic] to "
            "the interpreter that has the project's packages"
        )
    return answer
