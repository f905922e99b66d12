"""Finds the project's interpreter. A hook framework's own interpreter lacks the project's packages."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from git_alembic.config.settings_parser import split_words
from git_alembic.errors import CannotCheck

_SCRIPTS = "Scripts" if os.name == "nt" else "bin"
_NAMES = ("python.exe",) if os.name == "nt" else ("python", "python3")
# (file of a tool, command of the tool that prints the folder of the virtual environment)
_TOOLS = (
    ("poetry.lock", ("poetry", "env", "info", "--path")),
    ("Pipfile", ("pipenv", "--venv")),
)
_TOOL_SECONDS = 300
VARIABLE = "GIT_ALEMBIC_PYTHON"


class Interpreter(NamedTuple):
    """The path of a Python, and the reason for this choice, for example "the activated environment".

    If `command` isn't empty, it starts Python, possibly on another file system. `path` is then the command for a shell.
    """

    path: str
    why: str
    command: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """The words that start it."""
        return self.command or (self.path,)


def interpreter(
    configured: str | tuple[str, ...] | None, top: str, environ: Mapping[str, str], cwd: str = "."
) -> Interpreter:
    """Return the project's Python: configured, activated, in .venv, from a tool, or the first on PATH.

    `cwd` is the folder of the Alembic environment, relative to `top`. In a monorepo each can have its own. Raise
    CannotCheck if there is none.
    """
    if environ.get(VARIABLE):
        return _use_configured(split_words(environ[VARIABLE], VARIABLE), f"the environment variable {VARIABLE}", top)
    if configured:
        return _use_configured(configured, "`python` in [tool.git-alembic]", top)
    return _find_interpreter(top, environ, cwd)


def _use_configured(configured: str | tuple[str, ...], why: str, top: str) -> Interpreter:
    if isinstance(configured, tuple):
        return Interpreter(shlex.join(configured), why, configured)
    path = os.path.join(top, configured)
    if not os.access(path, os.X_OK):
        raise CannotCheck(f"{why} is {configured}, but that program does not exist")
    return Interpreter(path, why)


def _find_interpreter(top: str, environ: Mapping[str, str], cwd: str) -> Interpreter:
    for folder, why in _virtual_environments(top, os.path.normpath(os.path.join(top, cwd)), environ):
        path = _python(os.path.join(folder, _SCRIPTS)) or _python(folder)
        if path and not _belongs_to_framework(folder, environ):
            return Interpreter(path, why)
    if sys.prefix != sys.base_prefix and not _belongs_to_framework(sys.prefix, environ):
        return Interpreter(sys.executable, "the environment that git-alembic is installed in")
    for folder in filter(None, environ.get("PATH", "").split(os.pathsep)):
        path = _python(folder)
        if path and not _belongs_to_framework(os.path.dirname(folder), environ):
            return Interpreter(path, "the first on PATH")
    raise CannotCheck(
        'the project\'s Python was not found; set `python` in [tool.git-alembic], for example to ".venv/bin/python"'
    )


def _virtual_environments(top: str, cwd: str, environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield (root of a virtual environment, reason), the most likely first. Some may not exist."""
    activated = [environ.get("VIRTUAL_ENV"), *_on_path(environ), environ.get("CONDA_PREFIX")]
    yield from ((root, "the activated environment") for root in activated if root)
    folders = [cwd]
    while folders[-1] != top and folders[-1].startswith(top + os.sep):
        folders.append(os.path.dirname(folders[-1]))
    for folder in folders:
        uv_environment = environ.get("UV_PROJECT_ENVIRONMENT")
        for name in filter(None, (uv_environment, ".venv", "venv")):
            yield os.path.join(folder, name), f"the project's {os.path.relpath(os.path.join(folder, name), top)}"
        yield from _from_tools(folder)


def _on_path(environ: Mapping[str, str]) -> Iterator[str]:
    """Yield the virtual environments on PATH. A framework puts its own first and changes VIRTUAL_ENV."""
    for folder in filter(None, environ.get("PATH", "").split(os.pathsep)):
        root = os.path.dirname(folder)
        if os.path.exists(os.path.join(root, "pyvenv.cfg")):
            yield root


def _from_tools(folder: str) -> Iterator[tuple[str, str]]:
    try:
        with open(os.path.join(folder, ".pdm-python"), encoding="utf-8") as stream:
            yield os.path.dirname(os.path.dirname(stream.read().strip())), "the interpreter that pdm uses"
    except OSError:
        pass
    for file, command in _TOOLS:
        if os.path.exists(os.path.join(folder, file)) and (root := _first_line(command, folder)):
            yield root, f"the interpreter that {command[0]} uses"


def _first_line(command: tuple[str, ...], folder: str) -> str | None:
    import shutil

    from git_alembic.scratch.channel.cpu_limit import LimitReached, run_program

    program = shutil.which(command[0])
    if program is None:
        return None
    try:
        process = run_program([program, *command[1:]], cwd=folder, seconds=_TOOL_SECONDS)
    except OSError:
        return None
    except LimitReached as limit:  # another interpreter would give a different verdict
        raise CannotCheck(
            f"`{' '.join(command)}` did not respond {limit}; set `python` in [tool.git-alembic]"
        ) from None
    lines = os.fsdecode(process.output).split("\n")
    return lines[0].strip() or None if process.code == 0 else None


def _belongs_to_framework(root: str, environ: Mapping[str, str]) -> bool:
    """True if this is git-alembic's own environment, made by a hook framework."""
    return "PRE_COMMIT" in environ and os.path.realpath(root) == os.path.realpath(sys.prefix)


def _python(folder: str) -> str | None:
    paths = (os.path.join(folder, name) for name in _NAMES)
    return next((path for path in paths if os.access(path, os.X_OK) and os.path.isfile(path)), None)
