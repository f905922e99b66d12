"""Runs the new revisions up, down and up again on a scratch database."""

from __future__ import annotations

from collections.abc import Sequence

from git_alembic.scratch.baseline import BaselineDatabases
from git_alembic.scratch.environment_check import EnvironmentCheck
from git_alembic.scratch.result import ScratchResult, parse_run
from git_alembic.scratch.runner import RunRequest, Step


def check_roundtrip(check: EnvironmentCheck) -> ScratchResult | None:
    """Run each new revision up, down and up again; None if there is no new revision.

    A revision whose downgrade raises NotImplementedError is irreversible on purpose and runs only up.
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


def _run(check: EnvironmentCheck, irreversible: Sequence[str]) -> ScratchResult:
    new = [revision.id for revision in check.new_revisions]
    roundtrip: Step = {"do": "roundtrip", "revisions": new, "irreversible": list(irreversible)}
    environment = check.change.after.environment
    if check.baseline is None:
        return check.result(check.runner.run(environment, check.source, [RunRequest((roundtrip,))])[0])
    databases = BaselineDatabases(check.runner, check.baseline)
    result = None
    if databases.failure is None:
        stamp: Step = {"do": "stamp", "revisions": check.baseline.heads}
        result = check.result(databases.run(environment, check.source, [stamp, roundtrip]), databases)
        if result.run.failure is None or result.run.failure.kind == "not-implemented":
            return result
    upgrade: Step = {"do": "upgrade", "to": check.baseline.heads}
    replayed = check.runner.run(environment, check.source, [RunRequest((upgrade, roundtrip))])[0]
    failure = parse_run(replayed.answer["run"]).failure
    is_old = failure is not None and failure.revision not in new
    if (
        result is not None and is_old
    ):  # the history doesn't run from nothing, which says nothing about the new revisions
        return result
    return check.result(replayed)
