"""Explains in one sentence why the project's code failed before there was a verdict."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Callable, Mapping
from sysconfig import get_platform

from git_alembic.scratch.interpreter.project_python import Interpreter
from git_alembic.scratch.libpg_query_path import PARSER
from git_alembic.scratch.scratch_result import Failure

_STAGES = {
    "environment": "env.py failed",
    "create": "creating the models' tables failed",
    "stamp": "stamping failed",
    "compare": "autogenerate failed",
    "fill": "creating the schema on a scratch database failed",
    "remake": "creating the models' tables a second time failed",
}
# Flask's message for an exception in the application's module, which contains a whole traceback.
_IMPORT_FAILED = re.compile(r"While importing '(?P<name>[^']+)', .*[ .](?P<error>\w+(?:Error|Exception): .*)$")
_NOTHING_RUN = (
    "env.py ran no migrations on the empty scratch database: create what it iterates over (a tenant's "
    "schema, a row) with `setup` in [tool.git-alembic.drift], or select the other environments with "
    "--environment"
)


def explain_failure(failure: Failure, python: Interpreter) -> str:
    """Say why there is no verdict, and how to fix it."""
    revision = f"revision '{failure.revision}'" if failure.revision else "running the revisions"
    action = _STAGES.get(failure.stage, f"{revision} failed")
    where = f" at {failure.path}:{failure.line}" if failure.path else ""
    explain = _EXPLANATIONS.get(failure.type) or _EXPLANATIONS.get(failure.kind) or _describe_exception
    return explain(failure, python, f"{action}{where}")


def explain_both(on_models: Failure | None, on_history: Failure, python: Interpreter) -> str:
    """Say why neither a database made from the models nor the whole history gave a verdict."""
    history = explain_failure(on_history, python)
    if on_models is None or explain_failure(on_models, python) == history:
        return history
    models = explain_failure(on_models, python)
    return f"{models}; and the full history can't be run on an empty database either: {history}"


def explain_other_code(path: str, python: Interpreter) -> str:
    """Explain that the code came from the working tree or the command's folder instead of the checked tree."""
    if python.command:
        return (
            f"{path} was imported from the directory that {python.path} starts in, which differs from what is "
            "checked: an absolute path in the code or in PYTHONPATH points there"
        )
    return (
        f"{path} was imported from the working tree, which differs from what is checked: stash your unstaged "
        "changes (`git stash --keep-index`)"
    )


def _describe_exception(failure: Failure, _: Interpreter, action: str) -> str:
    return f"{action}: {failure.type}: {failure.message}{_unset_hint(failure)}"


def _unset_hint(failure: Failure) -> str:
    if not failure.unset:
        return ""
    are, them = ("is", "it") if len(failure.unset) == 1 else ("are", "them")
    values = ", ".join(f'{name} = "…"' for name in failure.unset)
    return (
        f" (the project's code reads {' and '.join(failure.unset)}, which {are} not set; to set {them} for the scratch "
        f"database, add to pyproject.toml: [tool.git-alembic.drift] env = {{ {values} }})"
    )


def _no_migrations(*_: object) -> str:
    return _NOTHING_RUN


def _describe_exit(failure: Failure, _: Interpreter, action: str) -> str:
    return f"{action}: it ended the process ({failure.message or 'exit'})"


def _no_variable(failure: Failure, python: Interpreter, action: str) -> str:
    where = f" where {python.path} runs" if python.command else ""
    return (
        f"{action}: the project's settings need the environment variable {failure.name}; set it{where}, or "
        f"set it for the scratch database in pyproject.toml: [tool.git-alembic.drift] env = {{ {failure.name}"
        ' = "…" }'
    )


def _no_url(failure: Failure, _: Interpreter, action: str) -> str:
    return (
        f"{action}: this environment has no alembic.ini, so sqlalchemy.url is not set{_unset_hint(failure)}"
        '; choose a scratch database in pyproject.toml: [tool.git-alembic.drift] database = "sqlite", '
        '"embedded-postgresql" or the URL of a server'
    )


def _no_module(failure: Failure, python: Interpreter, action: str) -> str:
    return (
        f"{action}: {python.path} ({python.why}) has no module {failure.name}; install it there, or set "
        "`python` in [tool.git-alembic] to the interpreter that has the project's packages"
    )


def _no_application(failure: Failure, _: Interpreter, __: str) -> str:
    raised = _IMPORT_FAILED.search(failure.message)
    if raised:
        return f"importing the Flask application {raised['name']} failed: {raised['error']}"
    return (
        f"the Flask application was not found: {failure.message} Set FLASK_APP, or set it for the scratch database in "
        f'pyproject.toml: [tool.git-alembic.drift] env = {{ FLASK_APP = "{failure.name or "…"}" }}'
    )


def _no_flask_migrate(*_: object) -> str:
    return (
        "Flask-Migrate is not initialized on the Flask application that was found: set FLASK_APP to a module that "
        "calls Migrate(app, db) on it, in the environment or in pyproject.toml: [tool.git-alembic.drift] env = "
        '{ FLASK_APP = "…" }'
    )


def _describe_uncommitted(failure: Failure, *_: object) -> str:
    where = f"{failure.path}:{failure.line}" if failure.path else "env.py"
    return (
        f"{where} begins a transaction before context.configure and never commits it, so everything "
        "`alembic upgrade` does is rolled back when the connection closes. Call `connection.commit()` after "
        "that statement"
    )


def _unreachable_entity(failure: Failure, _: Interpreter, action: str) -> str:
    return (
        f"{action}: {failure.type}: {failure.message}: alembic_utils creates an entity in the database to "
        "compare it, and this scratch database does not print definitions the way PostgreSQL does; in "
        '[tool.git-alembic.drift], set database = "embedded-postgresql" or the URL of a server'
    )


def _setup_failed(failure: Failure, *_: object) -> str:
    return f"`setup` in [tool.git-alembic.drift] failed on the scratch database: {failure.name}"


def _no_server(failure: Failure, *_: object) -> str:
    return (
        "could not create a scratch database on the server set as `database` in [tool.git-alembic.drift]: "
        f"{failure.name}"
    )


def _no_scratch(failure: Failure, python: Interpreter, _: str) -> str:
    if failure.name == "postgresql" and python.command:
        install = shlex.join([*python.command, "-m", "pip", "install", PARSER])
        return (
            "a PostgreSQL scratch database needs PostgreSQL's parser, which is not installed where the command "
            f"runs, and git-alembic's copy does not work on that system: {install}, or set `database` in "
            "[tool.git-alembic.drift] to the URL of a server that the command can reach"
        )
    if failure.name == "postgresql":  # its scratch database needs the parser
        install = shlex.join((sys.executable, "-m", "pip", "install", PARSER))
        return (
            "a PostgreSQL scratch database needs PostgreSQL's parser, which is not installed. Install "
            f'git-alembic with the `drift` extra: {install}. In a hook: `additional_dependencies: ["{PARSER}'
            f'"]`. If there is no wheel for {get_platform()}, set database = "embedded-postgresql" in '
            "[tool.git-alembic.drift]"
        )
    return (
        f"git-alembic cannot emulate {failure.name}; set a server where it may create scratch databases: "
        '[tool.git-alembic.drift] database = "…"'
    )


_EXPLANATIONS: Mapping[str, Callable[[Failure, Interpreter, str], str]] = {
    # by exception type
    "NoDatabase": _no_migrations,
    "NoFlaskMigrate": _no_flask_migrate,
    "UnreachableException": _unreachable_entity,
    # by kind: see `probe/project/exception_description.py`
    "exit": _describe_exit,
    "variable": _no_variable,
    "url": _no_url,
    "application": _no_application,
    "module": _no_module,
    "uncommitted": _describe_uncommitted,
    "dialect": _no_scratch,
    "server": _no_server,
    "setup": _setup_failed,
}
