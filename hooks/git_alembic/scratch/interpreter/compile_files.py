"""Compiles files that our Python refuses with the project's Python, if that is newer. Nothing of them runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from git_alembic.config.settings import Settings
from git_alembic.errors import CannotJudge
from git_alembic.git import Repository
from git_alembic.revisions.revision import Problem
from git_alembic.scratch.interpreter.child_process import PROBE

_SCRIPT = os.path.join(PROBE, "compile_files.py")
_SECONDS = 60


class ProjectCompiler:
    """Compiles with the interpreter that is found for a repository's working tree."""

    def __init__(self, repository: Repository) -> None:
        self._top = repository.top

    def __call__(self, settings: Settings, contents: Mapping[str, bytes]) -> dict[str, Problem | None]:
        """What the project's Python says of each content; {} if there is none that is newer than ours."""
        from git_alembic.scratch.interpreter.project_python import interpreter

        if self._top is None:
            return {}
        try:
            python = interpreter(settings.python, self._top, os.environ).path
        except CannotJudge:
            return {}
        return compile_files(python, contents)


def compile_files(python: str, contents: Mapping[str, bytes]) -> dict[str, Problem | None]:
    """Start an interpreter that knows no packages and compile each content; {} if it is no newer than ours.

    CannotJudge if it does not answer in time.
    """
    import json
    import subprocess

    texts = {name: content.decode("latin-1") for name, content in contents.items()}
    try:
        done = subprocess.run(
            [python, "-I", "-S", _SCRIPT],
            input=json.dumps(texts).encode("ascii"),
            capture_output=True,
            check=False,
            timeout=_SECONDS,
            cwd=os.path.dirname(_SCRIPT),
        )
        answer = json.loads(done.stdout)
        version = tuple(map(int, answer["version"]))
        if version <= sys.version_info[:2]:
            return {}
        name = f"not valid Python {'.'.join(map(str, version))}"
        return {blob: _problem(name, answer["problems"][blob]) for blob in contents}
    except subprocess.TimeoutExpired:
        raise CannotJudge(f"{python} did not compile the new revisions within {_SECONDS} seconds") from None
    except (OSError, ValueError, LookupError, TypeError):  # no Python, or an old one
        return {}


def _problem(name: str, answer: Sequence[Any] | None) -> Problem | None:
    return None if answer is None else Problem(f"{name}: {answer[0]}", int(answer[1]))
