"""Explains in one sentence why the project's code failed before there was a verdict."""

from __future__ import annotations

import shlex
import sys
from sysconfig import get_platform

from git_alembic.scratch.postgresql_parser import PARSER
from git_alembic.scratch.project_python import Interpreter
from git_alembic.scratch.result import Failure

_STAGES = {
    "environment": "env.py failed",
    "create": "creating the tables of the models failed",
    "stamp": "stamping failed",
    "compare": "autogenerate failed",
}
_NOTHING_RUN = (
    "env.py came to run no migrations on the scratch, which is empty: leave this environment out with --environment, "
    "or have env.py run them once where it finds nothing to go through"
)


def explain_failure(failure: Failure, python: Interpreter) -> str:
    """Say why there is no verdict, and what to do about it."""
    if failure.type == "NoDatabase":
        return _NOTHING_RUN
    what = _STAGES.get(failure.stage, f"revision '{failure.revision}' failed")
    where = f" at {failure.path}:{failure.line}" if failure.path else ""
    if failure.kind == "variable":
        return (
            f"{what}{where}: the project's settings want the variable {failure.name}; set it, or give it a value for "
            f'the scratch in pyproject.toml: [tool.git-alembic.drift] env = {{ {failure.name} = "…" }}'
        )
    if failure.kind == "module":
        return (
            f"{what}{where}: {python.path} ({python.why}) has no module {failure.name}; install it there, or set "
            "`python` in [tool.git-alembic] to the interpreter that has the project's packages"
        )
    if failure.kind == "dialect":
        return _no_scratch(failure.name)
    if failure.kind == "server":
        return f"the server that `database` in [tool.git-alembic.drift] names gives no scratch: {failure.name}"
    exits = f"it ended the process ({failure.message or 'exit'})"
    return f"{what}{where}: {exits if failure.kind == 'exit' else f'{failure.type}: {failure.message}'}"


def _no_scratch(dialect: str | None) -> str:
    if dialect == "postgresql":  # whose scratch needs the parser
        install = shlex.join((sys.executable, "-m", "pip", "install", PARSER))
        return (
            "PostgreSQL's parser isn't installed (the extra `drift` of git-alembic brings it), and without it there "
            f"is no scratch for postgresql: {install}; in a hook, `additional_dependencies: [\"{PARSER}\"]`. If "
            f"{get_platform()} has no wheel of it, set in [tool.git-alembic.drift] "
            'database = "embedded-postgresql"'
        )
    return (
        f"there is no scratch for {dialect}; name a server where scratch databases may be made: "
        '[tool.git-alembic.drift] database = "…"'
    )
