"""Runs the project's env.py on scratch databases: sets up the guard and the dialects, and returns the outcome."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import alembic
import sqlalchemy
from alembic.runtime.environment import EnvironmentContext

from git_alembic.scratch.probe.engines.engine_selection import install_engine
from git_alembic.scratch.probe.engines.scratch_database_for_project_url import DatabaseIdentities
from git_alembic.scratch.probe.engines.scratch_engine_interface import ScratchEngine
from git_alembic.scratch.probe.guard.audit_hook import Guard
from git_alembic.scratch.probe.migration_steps import StepRunner, needed_steps
from git_alembic.scratch.probe.project.env_py import NoDatabase, lacks_url, run_env_py, with_config
from git_alembic.scratch.probe.project.exception_description import describe_failure, uncommitted_failure
from git_alembic.scratch.probe.project.imports_from_checked_tree import import_from_tree
from git_alembic.scratch.probe.project.uncommitted_transactions import OpenTransaction, Transactions
from git_alembic.scratch.probe.project.variables_used import VariablesUsed

_IDENTITIES = "identities.json"


class ScratchRuns:
    """Runs env.py of one tree; made once in a process, since it changes how the process imports and connects."""

    def __init__(self, question: Mapping[str, Any]) -> None:
        self._has_config = bool(question["environment"]["config"])
        self._question = question = {**question, "environment": with_config(question)}
        self._guard = Guard(question)
        self._variables = VariablesUsed(question["top"])
        import_from_tree(question)
        sys.path.append(question["cwd"])
        self._scratch = install_engine(question, self._guard)
        self._transactions = Transactions(question["top"])

    def answer(self, question: Mapping[str, Any]) -> tuple[dict[str, Any], bool]:
        """Return the outcome of the runs, in order, and whether this process can make other runs.

        {"runs": [null or {"databases": [see `migration_steps.StepRunner`], "failure": null, or see `failure`,
                           "not_replayed": [{"revision", "statement", "reason"}], "statements": see `StatementLog`,
                           "has_conflict": true if two databases were taken for one}],
         "read" and other files: see `guard.files_used.FilesUsed.files`, "variables": [name], "refused": [str],
         "packages": [folder on sys.path], "versions": {name: version}}

        What was read or refused is what all runs of the process read or were refused.
        """
        runs: list[dict[str, Any] | None] = []
        for request in question["runs"]:
            steps = needed_steps(request["steps"], runs[0] if runs else None)
            runs.append(self._run({**request, "steps": steps}, adopts=question["adopts"]) if steps else None)
        self._guard.files_used.remove()
        for run in filter(None, runs):
            self._complete_failure(run["failure"])
        answer = {
            "runs": runs,
            **self._guard.files_used.files(),
            "variables": self._variables.names(),
            "refused": self._guard.refused,
            "packages": [path for path in map(os.path.abspath, sys.path) if os.path.isdir(path)],
            "versions": {
                "python": "{}.{}.{}".format(*sys.version_info),
                "alembic": alembic.__version__,
                "sqlalchemy": sqlalchemy.__version__,
            },
        }
        return answer, self._can_continue(runs)

    def _run(self, request: Mapping[str, Any], *, adopts: bool) -> dict[str, Any]:
        question = {**self._question, "adopts": adopts}
        return _run(question, request, self._scratch, self._guard, self._transactions)

    def _complete_failure(self, failure: dict[str, Any] | None) -> None:
        if failure and failure["kind"] == "error":
            failure["unset"] = self._variables.list_missed(failure["message"])
        if failure and not self._has_config and lacks_url(failure):
            failure["kind"] = "url"

    def _can_continue(self, runs: Sequence[dict[str, Any] | None]) -> bool:
        """False if modules may be half imported, or if this process may still have connections to a server."""
        failures = [run["failure"] for run in runs if run and run["failure"]]
        is_whole = all(failure["stage"] != "environment" for failure in failures)
        return is_whole and "://" not in self._question["database"]


def _known_databases(request: Mapping[str, Any]) -> list[str]:
    """Return the databases of the state, or those that its first step creates."""
    first = request["steps"][0]
    if first["do"] == "remake":
        return list(first["statements"])
    path = os.path.join(request["state"], _IDENTITIES)
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as stream:
        databases: list[str] = json.load(stream)
        return databases


def _save_identities(request: Mapping[str, Any], identities: DatabaseIdentities) -> None:
    with open(os.path.join(request["state"], _IDENTITIES), "w", encoding="utf-8") as stream:
        stream.write(json.dumps(identities.keys))


def _make_context(
    steps: StepRunner, opened: Callable[[Any], None], config: Any, *arguments: Any, **options: Any
) -> EnvironmentContext:
    """Make env.py's `context`. Its `run_migrations` first prepares the steps."""
    context = EnvironmentContext(config, *arguments, **options)
    original = context.run_migrations

    def run_migrations(**options_of_run: Any) -> None:
        opened(context.get_context())
        steps.prepare(context.get_context())
        original(**options_of_run)

    # Not a subclass, because `from alembic import context` works only with this class.
    setattr(context, "run_migrations", run_migrations)  # noqa: B010 - no method is assigned to, says mypy
    return context


def _run(
    question: Mapping[str, Any],
    request: Mapping[str, Any],
    scratch: ScratchEngine,
    guard: Guard,
    transactions: Transactions,
) -> dict[str, Any]:
    os.chdir(question["cwd"])  # which the run before may have left
    guard.decisive.clear()
    scratch.load(request["state"])
    steps = StepRunner(request["steps"], question["top"], scratch)
    guard.current_revision = steps.current_revision
    scratch.identities.load(_known_databases(request), adopts=question["adopts"])
    inherited: list[OpenTransaction | None] = []
    context_class = partial(_make_context, steps, lambda context: inherited.append(transactions.opened_before(context)))
    failure, mine = None, os.getpid()
    try:
        if not run_env_py(question["environment"], steps, context_class):
            failure = describe_failure(NoDatabase("env.py ran no migrations"), question["top"], "environment", None)
        failure = failure or _find_uncommitted(inherited)
    except BaseException as error:  # noqa: BLE001 - env.py may exit, too
        failure = describe_failure(error, question["top"], steps.stage, steps.revision)
    if guard.decisive:
        failure = _refusal(*guard.decisive[0], failure, question["top"])
    if os.getpid() != mine:  # in a child process that the project forked
        os._exit(0)
    if failure and failure["kind"] == "error" and question["database"] == "sqlite":
        failure["message"] += " (on SQLite, as set by `database` in [tool.git-alembic.drift])"
    scratch.save()
    _save_identities(request, scratch.identities)
    return {
        "databases": steps.databases,
        "failure": failure,
        "not_replayed": scratch.not_replayed(),
        "statements": scratch.recorded_statements(),
        "has_conflict": scratch.identities.has_conflict,
    }


def _find_uncommitted(inherited: Sequence[OpenTransaction | None]) -> dict[str, Any] | None:
    lost = (transaction for transaction in inherited if transaction is not None and not transaction.is_committed)
    return next((uncommitted_failure(transaction.place) for transaction in lost), None)


def _refusal(refused: Exception, revision: str | None, failure: dict[str, Any] | None, top: str) -> dict[str, Any]:
    """Return the failure of a run that needed something that was refused, however the project's code handled it."""
    if failure is not None and failure["kind"] in ("dialect", "server"):
        return failure
    found = describe_failure(refused, top, "upgrade" if revision else "environment", revision)
    if failure is None:
        return found
    kept = ("stage", "revision", "path", "line")
    return {**found, **{name: failure[name] for name in kept}}
