"""Finds the path of each environment's file with the heads: beside env.py. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from git_alembic.config.path_containment import inside
from git_alembic.config.settings import Settings
from git_alembic.environments.configuration_files import HEADS_FILE
from git_alembic.environments.environment import Environment
from git_alembic.errors import CannotCheck


def with_heads_files(environments: Sequence[Environment], settings: Settings) -> tuple[Environment, ...]:
    """Return all environments of a tree, with the path of the file if their settings ask for it.

    Environments that share an env.py have the file in their first version folder instead.
    """
    if not settings.has_heads_files:
        return tuple(environments)
    by_environment = {entry.name: entry.heads_file for entry in settings.environments if entry.heads_file is not None}
    homes = Counter(environment.script_location for environment in environments)
    with_paths = tuple(
        _with_path(environment, is_shared=homes[environment.script_location] > 1)
        if by_environment.get(environment.name, settings.heads_file)
        else environment
        for environment in environments
    )
    _refuse_same_paths(with_paths)
    return with_paths


def _with_path(environment: Environment, *, is_shared: bool) -> Environment:
    folder = environment.versions[0] if is_shared and environment.versions else environment.script_location
    return environment._replace(heads_file_path=inside(folder, HEADS_FILE))


def _refuse_same_paths(environments: Sequence[Environment]) -> None:
    names: dict[str, str] = {}
    for environment in environments:
        path = environment.heads_file_path
        if path and path in names:
            raise CannotCheck(
                f"the environments {names[path]} and {environment.name} would both write their heads to {path}: set "
                "`heads-file = false` for one of them in [tool.git-alembic]"
            )
        names[path] = environment.name
