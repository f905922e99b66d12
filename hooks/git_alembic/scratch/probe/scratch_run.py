"""One run of the project's env.py on the scratch: the guard, the dialects, the steps, and what came of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from functools import partial
from typing import Any

import alembic
import sqlalchemy
from alembic.runtime.environment import EnvironmentContext

from git_alembic.scratch.probe.engines.embedded import Databases
from git_alembic.scratch.probe.engines.server import Server
from git_alembic.scratch.probe.guard.audit_hook import Guard
from git_alembic.scratch.probe.project.env_py import NoDatabase, run
from git_alembic.scratch.probe.project.failure import describe
from git_alembic.scratch.probe.project.imports import come_from
from git_alembic.scratch.probe.steps import Steps, due


def answer(question: Mapping[str, Any]) -> dict[str, Any]:
    """What became of the runs, in order.

    {"runs": [null or {"databases": [see `steps.Steps`], "failure": null or see `failure.describe`,
                       "not_replayed": [{"revision", "statement", "reason"}], "statements": see `making.Making`}],
     "read", "ran", "elsewhere": see `footprints.Footprints.files`, "refused": [str], "packages": [folder on sys.path],
     "versions": {name: version}}
    """
    guard = Guard(question)
    come_from(question["top"], question["instead_of"])
    os.chdir(question["cwd"])
    sys.path.append(question["cwd"])
    kind = question["database"]
    databases = Server(question, guard) if "://" in kind else Databases(question["parser"], kind)
    runs: list[dict[str, Any] | None] = []
    for one in question["runs"]:
        steps = due(one["steps"], runs[0] if runs else None)
        runs.append(_run(question, {**one, "steps": steps}, databases) if steps else None)
    guard.footprints.remove()
    return {
        "runs": runs,
        **guard.footprints.files(),
        "refused": guard.refused,
        "packages": [path for path in map(os.path.abspath, sys.path) if os.path.isdir(path)],
        "versions": {
            "python": "{}.{}.{}".format(*sys.version_info),
            "alembic": alembic.__version__,
            "sqlalchemy": sqlalchemy.__version__,
        },
    }


def _prepared(steps: Steps, config: Any, *arguments: Any, **options: Any) -> EnvironmentContext:
    """What env.py knows as `context`, with what the steps need done before Alembic begins."""
    context = EnvironmentContext(config, *arguments, **options)
    plain = context.run_migrations

    def run_migrations(**named: Any) -> None:
        steps.prepare(context.get_context())
        plain(**named)

    # Not in a class of its own: what env.py imports is made for this class alone.
    setattr(context, "run_migrations", run_migrations)  # noqa: B010 - no method is assigned to, says mypy
    return context


def _run(question: Mapping[str, Any], one: Mapping[str, Any], databases: Databases | Server) -> dict[str, Any]:
    databases.load(one["state"])
    steps = Steps(one["steps"], question["top"], databases)
    failure, mine = None, os.getpid()
    try:
        if not run(question["environment"], steps, partial(_prepared, steps)):
            failure = describe(NoDatabase("env.py ran no migrations"), question["top"], "environment", None)
    except BaseException as error:  # noqa: BLE001 - env.py may exit, too
        failure = describe(error, question["top"], steps.stage, steps.revision)
    if os.getpid() != mine:  # a process that the project has forked
        os._exit(0)
    if failure and failure["kind"] == "error" and question["database"] == "sqlite":
        failure["message"] += " (on SQLite, as `database` in [tool.git-alembic.drift] wants it)"
    databases.save()
    return {
        "databases": steps.databases,
        "failure": failure,
        "not_replayed": databases.not_replayed(),
        "statements": databases.statements(),
    }
