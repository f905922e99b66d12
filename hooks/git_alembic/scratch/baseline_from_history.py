"""Runs the baseline's whole history with the baseline's code, and keeps the databases that it makes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from git_alembic.environments.environment import Environment
from git_alembic.git import Repository
from git_alembic.history.snapshot_and_change import Snapshot
from git_alembic.scratch.baseline_commit import BaselineCommit
from git_alembic.scratch.baseline_from_models import compare
from git_alembic.scratch.cache.run_cache import CachedRun, RunKey
from git_alembic.scratch.scratch_check import ScratchCheck
from git_alembic.scratch.scratch_result import Comparisons, Failure, parse_run
from git_alembic.scratch.scratch_runner import ProbeStep, RunRequest, ScratchRunner

# What revisions make but models don't contain. A database made from the models doesn't have it.
_ONLY_HISTORY = (
    ("rows", re.compile(rb"\bbulk_insert\(|\binsert\s+into\b|\binsert\(|\bsession\.add|\bcopy_from\b", re.IGNORECASE)),
    (
        "views",
        re.compile(rb"\bcreate\s+(?:or\s+replace\s+)?(?:materialized\s+)?view\b|\bcreate_entity\(", re.IGNORECASE),
    ),
    ("triggers", re.compile(rb"\bcreate\s+(?:or\s+replace\s+)?(?:constraint\s+)?trigger\b", re.IGNORECASE)),
    ("functions", re.compile(rb"\bcreate\s+(?:or\s+replace\s+)?(?:function|procedure)\b", re.IGNORECASE)),
)


class BaselineReplay:
    """The databases after all of the baseline's revisions, from an earlier run or made on first use."""

    def __init__(self, runner: ScratchRunner, baseline: BaselineCommit) -> None:
        """Run the baseline's history unless the cache has the result."""
        self._runner = runner
        self._environment = baseline.snapshot.environment
        self._commit = baseline.commit
        self._heads = baseline.snapshot.graph.heads
        cached = runner.find_cached(self._environment, history_key(self._heads), self._commit)
        self._run = cached or self._replay()

    @property
    def failure(self) -> Failure | None:
        """The reason why the history doesn't run."""
        return parse_run(self._run.answer["run"]).failure

    def comparisons(self) -> Comparisons:
        """Return the comparison of the baseline's models with the databases that its history makes."""
        return parse_run(self._run.answer["run"]).comparisons("after")

    def run(
        self,
        environment: Environment,
        source: str,
        steps: Sequence[ProbeStep],
        *,
        key: RunKey | None = None,
        compare_models: bool = False,
    ) -> CachedRun:
        """Run another tree's code on these databases; see `BaselineDatabases.run`."""
        cached = self._runner.find_cached(environment, key, source) if key else None
        if cached is not None:
            return cached
        if not self._runner.has_databases(self._run):
            self._run = self._replay()
        request = RunRequest(tuple(steps), state=self._run.state, key=key)
        if compare_models:
            request = self._with_models(request)
        return self._runner.run(environment, source, [request])[0]

    def _with_models(self, request: RunRequest) -> RunRequest:
        old_operations = [[operation.text for operation in database] for database in self.comparisons()]
        if self._runner.uses_server:  # its databases can be used only once
            return replace(request, steps=(compare("models"), *request.steps))
        return replace(
            request, comparison=RunRequest((compare("models", beyond=old_operations),), state=self._run.state)
        )

    def _replay(self) -> CachedRun:
        steps: tuple[ProbeStep, ...] = ({"do": "upgrade", "to": self._heads}, compare("after"))
        request = RunRequest(steps, key=history_key(self._heads))
        return self._runner.run(self._environment, self._commit, [request])[0]


def history_key(heads: Sequence[str]) -> RunKey:
    """Return the key of a run whose database ends at these heads after all revisions."""
    return {"kind": "history", "heads": heads}


def note_what_is_unseen(check: ScratchCheck, baseline: BaselineCommit) -> None:
    """Add a note for -v on what older revisions make but a database made from the baseline's models lacks."""
    unseen = list(_only_made_by_history(check.repository, baseline.snapshot))
    if unseen:
        check.runner.notes.append(
            "the new revisions ran on a database made from the baseline's models, without the "
            f"{' and '.join(unseen)} of older revisions"
        )


def _only_made_by_history(repository: Repository, snapshot: Snapshot) -> Iterator[str]:
    contents = [data for _, data in repository.read({revision.blob for revision in snapshot.graph.revisions})]
    for name, pattern in _ONLY_HISTORY:
        if any(pattern.search(data) for data in contents):
            yield name
