"""Compares the models with what the revisions build on a scratch database."""

from __future__ import annotations

from dataclasses import replace

from git_alembic.errors import CannotCheck
from git_alembic.scratch.drift_and_roundtrip.databases_built_from_parent_commit import (
    CREATE,
    MODELS,
    BaselineCommit,
    BaselineDatabases,
    BaselineReplay,
    compare,
    history_key,
)
from git_alembic.scratch.drift_and_roundtrip.failures_of_new_revisions import ScratchCheck, note_what_is_unseen
from git_alembic.scratch.failure_messages import explain_both, explain_failure
from git_alembic.scratch.interpreter.project_python import Interpreter
from git_alembic.scratch.new_or_cached_run import ProbeStep, RunRequest
from git_alembic.scratch.run_cache import CachedRun, RunKey
from git_alembic.scratch.scratch_result import Failure, ScratchResult, parse_run

# Operations of alembic_utils; a database made from the models has no entities.
_REPLACE_ENTITY = "replace_or_revert_entity"
_ENTITIES = ("create_entity", "drop_entity", _REPLACE_ENTITY)


def check_drift(check: ScratchCheck, *, full: bool) -> ScratchResult | None:
    """Compare the models with what the revisions build, starting from the baseline's models.

    Run the whole history if there is no baseline, if that fails or finds a difference, or with `full`. Return None if
    nothing relevant changed.
    """
    if check.baseline is None or full:
        result: ScratchResult | None = _run_whole_history(check)
    else:
        result = _compare_with_baseline(check, check.baseline)
    if result is None:
        return None
    _refuse_uncertain_entities(check, result)
    return replace(result, permanent=_permanent_operations(check, result))


def _refuse_uncertain_entities(check: ScratchCheck, result: ScratchResult) -> None:
    """Raise CannotCheck if alembic_utils finds a changed definition on a database that reformats definitions."""
    names = [operation.name for operation, _ in result.new_operations() if operation.kind == _REPLACE_ENTITY]
    if names and not check.runner.uses_server:
        raise CannotCheck(
            f"alembic_utils would replace {', '.join(names)}, but this may be a false positive: the scratch "
            "database does not print definitions the way PostgreSQL does. In [tool.git-alembic.drift], set "
            'database = "embedded-postgresql" or the URL of a server'
        )


def _compare_with_baseline(check: ScratchCheck, baseline: BaselineCommit) -> ScratchResult | None:
    databases = BaselineDatabases(check.runner, baseline)
    result = None
    if databases.failure is None:
        result = _run_on_models(check, baseline, databases)
        if result is None or not _is_doubtful(result):
            return result
        if result.run.failure is not None and result.run.failure.stage == "environment":
            return check.conclusive(result)
    return _confirm_by_history(check, baseline, result, databases)


def _run_on_models(check: ScratchCheck, baseline: BaselineCommit, databases: BaselineDatabases) -> ScratchResult | None:
    environment = check.change.after.environment
    if databases.are_made_by(environment, check.source):
        return None
    name = databases.created.name
    key: RunKey | None = {"kind": "drift", "base": name, "heads": baseline.heads} if name else None
    run = check.runner.find_cached(environment, key, check.source) if key else None
    has_new = bool(check.new_revisions)
    if has_new:
        note_what_is_unseen(check, baseline)
    if run is None:
        upgrade: ProbeStep = {"do": "upgrade", "to": check.change.after.graph.heads}
        first: list[ProbeStep] = [{"do": "stamp", "revisions": baseline.heads}, upgrade] if has_new else []
        # The next commit starts with these databases. It rarely needs their comparison if this commit has no
        # differences.
        following = RunRequest((CREATE, compare("models", beyond=())), key=MODELS)
        run = databases.run(
            environment,
            check.source,
            [*first, compare("after")],
            key=key,
            following=[following],
            compare_models=has_new,
        )
    result = check.result(run, databases)
    return replace(result, before=databases.own_comparisons()) if any(result.after) else result


def _is_doubtful(result: ScratchResult) -> bool:
    """True if the outcome may come from a difference between the baseline's models and its history."""
    entities = any(operation.kind in _ENTITIES for database in result.after for operation in database)
    return result.run.failure is not None or result.has_drift or entities


def _confirm_by_history(
    check: ScratchCheck, baseline: BaselineCommit, result: ScratchResult | None, databases: BaselineDatabases
) -> ScratchResult:
    """Run the whole history before and after. If that fails, use `result` if it succeeded."""
    python = check.runner.python
    first = result.run.failure if result else databases.failure
    if result is None and first is not None and first.stage == "environment":  # the history fails for the same reason
        return _run_without_baseline(check, first)
    if result is None and first is not None:
        check.runner.note_history(f"since {explain_failure(first, python)}")
    else:
        check.runner.note_history("to confirm the differences found on a database created from the models")
    history = BaselineReplay(check.runner, baseline)
    failure = history.failure
    if failure is None:
        after = _run_on_history(check, history)
        if after.run.failure is None or not check.edits_old_revisions:
            return check.conclusive(replace(after, before=history.comparisons()))
        failure = after.run.failure
    if result is not None and result.run.failure is None:
        return replace(result, caveat=_caveat(failure, python))
    is_same = first is not None and failure.revision == first.revision is not None
    if result is not None and is_same:
        return check.conclusive(result)
    raise CannotCheck(explain_both(first, failure, python))


def _run_without_baseline(check: ScratchCheck, failure: Failure) -> ScratchResult:
    """Run the whole history of the checked tree, which may repair env.py. There must be nothing to subtract."""
    result = check.result(_replay(check))
    if result.run.failure or any(result.after):
        raise CannotCheck(explain_failure(failure, check.runner.python))
    return result


def _caveat(failure: Failure, python: Interpreter) -> str:
    reason = explain_failure(failure, python)
    return f"compared on a database created from the baseline's models, because the full history can't be run: {reason}"


def _run_on_history(check: ScratchCheck, history: BaselineReplay) -> ScratchResult:
    """Run the new revisions after the baseline's history. If old revisions were edited, run everything in one tree."""
    if check.edits_old_revisions:
        return check.result(_replay(check))
    after = check.change.after
    has_new = bool(check.new_revisions)
    steps: list[ProbeStep] = [{"do": "upgrade", "to": after.graph.heads}] if has_new else []
    run = history.run(
        after.environment,
        check.source,
        [*steps, compare("after")],
        key=history_key(after.graph.heads),
        compare_models=has_new,
    )
    return check.result(run)


def _run_whole_history(check: ScratchCheck) -> ScratchResult:
    if check.baseline is not None and not check.edits_old_revisions:
        history = BaselineReplay(check.runner, check.baseline)
        if history.failure is None:
            return check.conclusive(replace(_run_on_history(check, history), models=()))
    if check.baseline is None and check.parents:
        check.runner.note_history("because the new revisions don't follow the history of any parent commit")
    result = check.result(_replay(check))
    try:
        return check.conclusive(result)
    except CannotCheck as error:
        if check.baseline is None or result.run.failure is None or result.run.failure.stage != "upgrade":
            raise
        raise CannotCheck(
            f"{error} (many histories can't be run on an empty database, and only --full needs that: without "
            "it, `git alembic drift` starts from the models)"
        ) from error


def _replay(check: ScratchCheck) -> CachedRun:
    """Run the whole history of the checked tree. Its new revisions run as a separate command."""
    environment, heads = check.change.after.environment, check.change.after.graph.heads
    old: list[ProbeStep] = []
    if check.baseline is not None:
        old = [{"do": "upgrade", "to": check.baseline.heads}, {"do": "boundary"}]
    key: RunKey = {"kind": "replay", "heads": heads, "old": check.baseline and check.baseline.heads}
    request = RunRequest((*old, {"do": "upgrade", "to": heads}, compare("after")), key=key)
    cached = check.runner.find_cached(environment, key, check.source)
    return cached or check.runner.run(environment, check.source, [request])[0]


def _permanent_operations(check: ScratchCheck, result: ScratchResult) -> frozenset[str]:
    """Return what autogenerate finds on a database made from the checked models, if it is needed."""
    if not any(result.new_operations()):
        return frozenset()
    environment = check.change.after.environment
    run = check.runner.find_cached(environment, MODELS, check.source)
    compared = parse_run(run.answer["run"]).comparisons("models") if run else ()
    if not compared:
        run = check.runner.run(environment, check.source, [RunRequest((CREATE, compare("models")))])[0]
        compared = parse_run(run.answer["run"]).comparisons("models")
    return frozenset(operation.text for database in compared for operation in database)
