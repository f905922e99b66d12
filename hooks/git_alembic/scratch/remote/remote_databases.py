"""Asks the Python behind a command about the project's own databases. Each question starts the command once."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Any

from git_alembic.environments.environment import Environment
from git_alembic.errors import CannotCheck
from git_alembic.git import Repository
from git_alembic.scratch.checkout import WORKING_TREE
from git_alembic.scratch.interpreter.alembic_environment_json import describe_environment
from git_alembic.scratch.interpreter.project_python import Interpreter
from git_alembic.scratch.remote.relay_session import open_session_with_probe
from git_alembic.scratch.remote.tree_upload import describe_tree

_TREE = "tree"


def ask_in_place(  # noqa: PLR0913 - the parts of a question
    repository: Repository,
    python: Interpreter,
    environment: Environment,
    question: Mapping[str, Any],
    *,
    seconds: int,
    env: Mapping[str, str],
) -> Any:  # noqa: ANN401 - any answer of the probe
    """Ask about an environment in the folder where the command starts, because databases can depend on it.

    Raise CannotCheck if that folder doesn't have the project, or if its files differ from the working tree.
    """
    with open_session_with_probe(python, repository.top or "") as session:
        env_py = posixpath.join(environment.script_location, "env.py")
        tree = session.request(describe_tree(repository, WORKING_TREE, env_py, _TREE))
        required = [env_py, *filter(None, [environment.config])]
        _refuse_other_files(python, tree, required, environment)
        full_question = {**question, "cwd": environment.cwd, "environment": describe_environment(environment)}
        request = {"do": "inspect", "tree": _TREE, "question": full_question, "env": dict(env), "seconds": seconds}
        return session.ask_probe(request)


def _refuse_other_files(
    python: Interpreter, tree: Mapping[str, Any], required: list[str], environment: Environment
) -> None:
    if not tree["own"]:
        raise CannotCheck(
            f"{python.path} starts in {tree['started']}, which has no {required[0]}: git-alembic inspects "
            "databases from the project's directory there, because their URLs can be relative to it (set the "
            "container's working directory)"
        )
    needed = {*required, *(path for path in tree["absent"] if path.startswith(f"{environment.script_location}/"))}
    absent = sorted(needed.intersection(tree["absent"]))
    if absent or tree["other"]:
        path, what = (absent[0], "is missing") if absent else (tree["other"][0], "is a different one")
        raise CannotCheck(
            f"{path} {what} in {tree['own']}, where {python.path} runs: bring the files there up to date with the "
            "working tree (build the image again, or mount the working tree)"
        )
