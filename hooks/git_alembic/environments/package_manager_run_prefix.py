"""Finds the program that runs the project's commands, for example `uv run`, if its environment is not active."""

from __future__ import annotations

import os
from collections.abc import Mapping
from posixpath import dirname, join, normpath, relpath
from typing import NamedTuple

from git_alembic.config.path_containment import ancestors, inside, is_within
from git_alembic.config.toml_reader import load_toml
from git_alembic.environments.environment import Environment
from git_alembic.errors import CannotCheck
from git_alembic.git import Repository

PROGRAMS = (("alembic",), ("flask",))
_PYPROJECT = "pyproject.toml"
_BUILD_TABLES = frozenset(("build", "metadata", "publish", "version"))  # of [tool.hatch]; they need no environment


class _Tool(NamedTuple):
    """A tool that manages environments. It finds its project in a parent folder, or through the option."""

    run: tuple[str, ...]
    project_option: str = ""


_LOCK_FILES = {
    "uv.lock": _Tool(("uv", "run"), "--project"),
    "poetry.lock": _Tool(("poetry", "run")),
    "pdm.lock": _Tool(("pdm", "run"), "-p"),
    "Pipfile.lock": _Tool(("pipenv", "run")),
}
_HATCH = _Tool(("hatch", "run"))


def find_command_runner(
    repository: Repository, source: str, command: tuple[str, ...], cwd: str, environ: Mapping[str, str]
) -> tuple[str, ...]:
    """Return what to put before a project command that runs in `cwd`; () if it can run as it is.

    The nearest lock file of the tree `source` decides. The search starts in the folder of the command's configuration
    and goes up.
    """
    start = _configuration_folder(command, cwd)
    nearest = _nearest_tool(repository, source, start)
    if nearest is None:
        return ()
    folder, tool = nearest
    if _is_active(command[0], tool, os.path.join(repository.top or "", folder), environ):
        return ()
    if is_within(_normal(cwd), folder):
        return tool.run
    return (*tool.run, tool.project_option, relpath(folder, cwd)) if tool.project_option else ()


def with_runner(repository: Repository, source: str, environment: Environment) -> Environment:
    """Return the environment with commands that can be pasted."""
    runner = find_command_runner(repository, source, environment.command(), environment.cwd, os.environ)
    return environment._replace(runner=runner)


def _configuration_folder(command: tuple[str, ...], cwd: str) -> str:
    """Return the folder of the file that `-c` names, else the current folder."""
    config = command[2] if command[:2] == ("alembic", "-c") else ""
    return _normal(join(cwd, dirname(config)))


def _nearest_tool(repository: Repository, source: str, start: str) -> tuple[str, _Tool] | None:
    """Return (folder, tool) of the nearest folder with a lock file."""
    folders = ancestors(start)
    names = (*_LOCK_FILES, _PYPROJECT)
    there = repository.listing(source, [f":(literal){inside(folder, name)}" for folder in folders for name in names])
    for folder in folders:
        for name, tool in _LOCK_FILES.items():
            if inside(folder, name) in there:
                return folder, tool
        entry = there.get(inside(folder, _PYPROJECT))
        if entry and _has_hatch_environment(repository, entry[1]):
            return folder, _HATCH
    return None


def _has_hatch_environment(repository: Repository, blob: str) -> bool:
    """False if [tool.hatch] only describes the build."""
    ((_, data),) = repository.read([blob])
    try:
        document = load_toml(_PYPROJECT, data.decode("utf-8", "replace"))
    except CannotCheck:
        return False
    tools = document.get("tool")
    table = tools.get("hatch") if isinstance(tools, dict) else None
    return isinstance(table, dict) and (not table or bool(table.keys() - _BUILD_TABLES))


def _is_active(program: str, tool: _Tool, project: str, environ: Mapping[str, str]) -> bool:
    """True if the program that a shell would find belongs to the environment of the project."""
    from shutil import which

    path = _path_of_shell(environ)
    installed = which(program, path=path)
    if installed is None:
        return False
    root = os.path.dirname(os.path.dirname(os.path.abspath(installed)))
    if not any(os.path.exists(os.path.join(root, mark)) for mark in ("pyvenv.cfg", "conda-meta")):
        return which(tool.run[0], path=path) is None  # in a container, everything is often installed in one place
    project_environments = (
        os.path.dirname(root),
        os.path.join(project, environ.get("UV_PROJECT_ENVIRONMENT") or project),
    )
    if os.path.realpath(project) == os.path.realpath(project_environments[0]) or os.path.realpath(
        root
    ) == os.path.realpath(project_environments[1]):
        return True
    if tool.run[0] in ("uv", "hatch"):  # they ignore an environment of another project; the other tools use it
        return tool is _HATCH and "HATCH_ENV_ACTIVE" in environ
    return "PRE_COMMIT" in environ or root in (environ.get("VIRTUAL_ENV"), environ.get("CONDA_PREFIX"))


def _path_of_shell(environ: Mapping[str, str]) -> str:
    """Return PATH without the environment that a hook framework puts first."""
    import sys

    folders = environ.get("PATH", "").split(os.pathsep)
    own_folder = os.path.dirname(sys.executable)
    return os.pathsep.join(folder for folder in folders if "PRE_COMMIT" not in environ or folder != own_folder)


def _normal(folder: str) -> str:
    """Return a folder relative to the root as trees name it. The root is ""."""
    path = normpath(folder)
    return "" if path == "." or path.startswith("..") else path
