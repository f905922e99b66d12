"""The single interface to the project's Python on scratch databases, on this machine or behind a command.

It has the parts of a question that both sides share: the environment, and the revisions that a tree lacks.
"""

from __future__ import annotations

import os
import posixpath
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, Protocol

from git_alembic.environments.environment import Environment
from git_alembic.errors import CannotCheck
from git_alembic.scratch.interpreter.project_python import Interpreter
from git_alembic.temporary_files import SCRATCH, private_folder

MOST_TREES = 2  # that stay: the baseline and what is checked


class ProbeRun(NamedTuple):
    """One run of env.py: its steps, and the state with its databases before and after."""

    state: str
    steps: Sequence[Mapping[str, Any]]


class ProvidedTree(Protocol):
    """A tree in which code can run."""

    def ask(self, question: Mapping[str, Any], environment: Environment, runs: Sequence[ProbeRun]) -> dict[str, Any]:
        """Return the probe's answer. Raise CannotCheck if there is none."""


class ProjectProbe(Protocol):
    """Runs the project's code. `can_cache` is false if nothing shows whether an earlier answer is still valid."""

    can_cache: bool

    def provide(self, source: str, environment: Environment, more_versions: Mapping[str, bytes]) -> ProvidedTree:
        """Provide INDEX, WORKING_TREE or a commit, with these files in another version folder.

        The tree and the process that ran its code stay until two other trees have been provided.
        """

    def make_state(self, original: str | None) -> str:
        """Make a state with the databases of another state, or with none."""

    def clear_server(self, url: str, prefix: str) -> list[str]:
        """Drop the databases that were made on a server, with the project's driver. Return those that remain."""


def refuse_unusable(python: Interpreter, answer: Mapping[str, Any]) -> None:
    """Raise CannotCheck if the interpreter lacks Alembic or SQLAlchemy, or has a version that is too old."""
    if "missing" in answer:
        raise CannotCheck(
            f"{python.path} ({python.why}) cannot import {answer['missing']}: set `python` in "
            "[tool.git-alembic] to the interpreter that has the project's packages"
        )
    if "outdated" in answer:
        versions, reason = answer["versions"], f" ({answer['outdated']})" if answer["outdated"] else ""
        raise CannotCheck(
            f"{python.path} ({python.why}) has Alembic {versions['alembic']} and SQLAlchemy {versions['sqlalchemy']}; "
            f"git-alembic needs Alembic 1.9 and SQLAlchemy 1.4.36 or newer there{reason}"
        )


def describe_environment(environment: Environment, more_versions: str = "") -> dict[str, Any]:
    """Return the environment with paths relative to the tree. `more_versions` is the full path of another folder."""
    config = environment.config
    default = posixpath.join(environment.script_location, "versions")
    has_default = config or environment.versions == (default,)
    return {
        "config": environment.ini,
        "toml": posixpath.join(posixpath.dirname(config), "pyproject.toml") if config else None,
        "section": environment.section,
        "script_location": environment.script_location,
        "versions": list(environment.versions),
        "version_locations": [] if has_default else list(environment.versions),
        "more_versions": more_versions,
        "wrapper": environment.wrapper,
    }


@contextmanager
def version_folder(code: Mapping[str, bytes]) -> Iterator[str]:
    """Provide a private version folder with these revisions, or "" if there are none."""
    if not code:
        yield ""
        return
    with private_folder(tempfile.gettempdir(), SCRATCH) as folder:
        write_revisions(folder, code)
        yield folder


def write_revisions(folder: str, code: Mapping[str, bytes]) -> None:
    """Write one file for each revision."""
    for name, content in name_files(code).items():
        with open(os.path.join(folder, name), "wb") as stream:
            stream.write(content)


def name_files(code: Mapping[str, bytes]) -> dict[str, bytes]:
    """Map a file name for each revision to its content."""
    return {
        f"{number:04}_{re.sub('[^0-9A-Za-z]', '_', id_)}.py": content
        for number, (id_, content) in enumerate(code.items())
    }
