"""Runs the new revisions up, down and up again on a scratch database."""

from __future__ import annotations

from collections.abc import Sequence

from git_alembic.errors import CannotCheck
from git_alembic.scratch.drift_and_roundtrip.databases_built_from_parent_commit import (
    BaselineCommit,
    BaselineDatabases,
    BaselineReplay,
)
from git_alembic.scratch.drift_and_roundtrip.failures_of_new_revisions import ScratchCheck, note_what_is_unseen
from git_alembic.scratch.failure_messages import explain_both, explain_failure
from git_alembic.scratch.new_or_cached_run import ProbeStep, RunRequest
from git_alembic.scratch.run_cache import CachedRun
from git_alembic.scratch.scratch_result import Failure, ScratchResult, parse_run

# The errors of databases on a refusal, for example for a column that already exists.
_DATABASE_ERRORS = ("DatabaseError", "InternalError", "NotSupportedError", "OperationalError", "ProgrammingError")


def check_roundtrip(check: ScratchCheck) -> ScratchResult | None:
    """Run each new revision up, down and up again. None if there is no new revision.

    A revision whose downgrade raises NotImplementedError is intentionally irreversible and runs only up.
    """
    if not check.new_revisions:
        return None
    irreversible = list[str]()
    while True:
        result = _run(check, irreversible)
        failure = result.run.failure
        if failure is None or failure.stage != "downgrade" or failure.kind != "not-implemented":
            return check.conclusive(result)
        irreversible.append(failure.revision or "")


def _run(check: ScratchCheck, irreversible: Sequence[str]) -> ScratchResult:
    new = [revision.id for revision in check.new_revisions]
    roundtrip: ProbeStep = {"do": "roundtrip", "revisions": new, "irreversible": list(irreversible)}
    if check.baseline is None:
        return check.result(_run_alone(check, [roundtrip]))
    databases = BaselineDatabases(check.runner, check.baseline)
    result = None
    if databases.failure is None:
        if not irreversible:
            note_what_is_unseen(check, check.baseline)
        stamp: ProbeStep = {"do": "stamp", "revisions": check.baseline.heads}
        run = databases.run(check.change.after.environment, check.source, [stamp, roundtrip])
        result = check.result(run, databases)
        if result.run.failure is None or result.run.failure.kind == "not-implemented":
            return result
    first = result.run.failure if result else databases.failure
    if first is not None and not irreversible:
        check.runner.note_history(f"since {explain_failure(first, check.runner.python)}")
    replayed = _run_on_history(check, check.baseline, roundtrip)
    failure = parse_run(replayed.answer["run"]).failure
    is_old = failure is not None and failure.revision not in new
    if result is not None and failure is not None and is_old:  # this shows nothing about the new revisions
        return _without_history(check, result, failure)
    return check.result(replayed)


def _without_history(check: ScratchCheck, result: ScratchResult, on_history: Failure) -> ScratchResult:
    """Return the result. CannotCheck if a difference between the models and the history may have caused it."""
    failure = result.run.failure
    if failure is not None and failure.stage == "roundtrip" and failure.type in _DATABASE_ERRORS:
        raise CannotCheck(explain_both(failure, on_history, check.runner.python))
    return result


def _run_on_history(check: ScratchCheck, baseline: BaselineCommit, roundtrip: ProbeStep) -> CachedRun:
    if not check.edits_old_revisions:
        history = BaselineReplay(check.runner, baseline)
        if history.failure is None:
            return history.run(check.change.after.environment, check.source, [roundtrip])
    return _run_alone(check, [{"do": "upgrade", "to": baseline.heads}, {"do": "boundary"}, roundtrip])


def _run_alone(check: ScratchCheck, steps: Sequence[ProbeStep]) -> CachedRun:
    request = RunRequest(tuple(steps))
    return check.runner.run(check.change.after.environment, check.source, [request])[0]
