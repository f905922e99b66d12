"""Compares the models with what the revisions build on a scratch database."""

from __future__ import annotations

from dataclasses import replace

from git_alembic.errors import CannotJudge
from git_alembic.history.change import Snapshot
from git_alembic.scratch.baseline import CREATE, MODELS, Baseline, BaselineDatabases, compare
from git_alembic.scratch.environment_check import EnvironmentCheck
from git_alembic.scratch.failure_messages import explain_failure
from git_alembic.scratch.result import ScratchResult, parse_run
from git_alembic.scratch.run_cache import CachedRun, RunKey
from git_alembic.scratch.runner import RunRequest, Step


def check_drift(check: EnvironmentCheck, *, full: bool) -> ScratchResult | None:
    """Compare the models with what the revisions build, starting from the baseline's models.

    Replays the whole history if there is no baseline, if that fails, or if `full`. None if nothing relevant changed.
    """
    baseline = check.baseline
    if baseline is None or full:
        return check.conclusive(_replay(check))
    databases = BaselineDatabases(check.runner, baseline)
    result = None
    if databases.failure is None:
        result = _run_on_baseline(check, baseline, databases)
        if result is None or not _is_doubtful(result, baseline, check):
            return result
        if result.run.failure is not None and result.run.failure.stage == "environment":
            return check.conclusive(result)
    return _confirm_by_replay(check, baseline, result, databases)


def _run_on_baseline(check: EnvironmentCheck, baseline: Baseline, databases: BaselineDatabases) -> ScratchResult | None:
    environment = check.change.after.environment
    if databases.are_made_by(environment, check.source):
        return None
    name = databases.created.name
    key: RunKey | None = {"kind": "drift", "base": name, "heads": baseline.heads} if name else None
    run = check.runner.find_cached(environment, key, check.source) if key else None
    # The next commit starts with these databases; it rarely needs their comparison if this commit has no differences.
    following = RunRequest((CREATE, compare("models", beyond=())), key=MODELS)
    if run is None:
        upgrade: Step = {"do": "upgrade", "to": check.change.after.graph.heads}
        has_new = bool(check.new_revisions)
        first: list[Step] = [{"do": "stamp", "revisions": baseline.heads}, upgrade] if has_new else []
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


def _is_doubtful(result: ScratchResult, baseline: Baseline, check: EnvironmentCheck) -> bool:
    """True if the verdict may depend on a difference between the baseline's models and its history."""
    if result.run.failure is not None:
        return True
    before, after = baseline.snapshot.graph, check.change.after.graph
    edited = any(before[id_].blob != after[id_].blob for id_ in before.ids if id_ in after)
    return edited and result.has_drift


def _replay(check: EnvironmentCheck) -> ScratchResult:
    return check.result(_replay_snapshot(check, check.change.after, check.source))


def _replay_snapshot(check: EnvironmentCheck, snapshot: Snapshot, source: str) -> CachedRun:
    """Run the whole history of a tree, and compare its models with the outcome."""
    environment, heads = snapshot.environment, snapshot.graph.heads
    key: RunKey = {"kind": "replay", "heads": heads}
    request = RunRequest(({"do": "upgrade", "to": heads}, compare("after")), key=key)
    cached = check.runner.find_cached(environment, key, source)
    return cached or check.runner.run(environment, source, [request])[0]


def _confirm_by_replay(
    check: EnvironmentCheck, baseline: Baseline, result: ScratchResult | None, databases: BaselineDatabases
) -> ScratchResult:
    """Replay the whole history before and after. If that fails, use `result` if it succeeded."""
    replayed = _replay(check)
    failure = replayed.run.failure
    if failure is None:
        before = parse_run(_replay_snapshot(check, baseline.snapshot, baseline.commit).answer["run"])
        if before.failure is None:
            return replace(replayed, before=before.comparisons("after"))
    if result is not None and result.run.failure is None:
        return result
    first = result.run.failure if result else databases.failure
    same = failure is not None and first is not None and failure.revision == first.revision is not None
    if result is not None and same:
        return check.conclusive(result)
    reasons = [explain_failure(failed, check.runner.python) for failed in (first, failure) if failed is not None]
    raise CannotJudge("; and from nothing: ".join(dict.fromkeys(reasons)))
