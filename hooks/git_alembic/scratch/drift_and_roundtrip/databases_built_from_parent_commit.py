"""The baseline: its commit, and the databases that its models or its whole history make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from git_alembic.environments.environment import Environment
from git_alembic.errors import CannotCheck
from git_alembic.history.snapshot_and_change import Change, Snapshot
from git_alembic.scratch.failure_messages import explain_failure
from git_alembic.scratch.new_or_cached_run import EnvPyRunner, ProbeStep, RunRequest
from git_alembic.scratch.run_cache import CachedRun, RunKey
from git_alembic.scratch.scratch_result import Comparisons, Failure, parse_run

Statements = Mapping[str, Sequence[str]]  # the statements that made each database, by database identity
CREATE: ProbeStep = {"do": "create"}
MODELS: RunKey = {"kind": "models"}  # databases made from the models


@dataclass(frozen=True)
class BaselineCommit:
    """The commit, its snapshot of the environment, and its heads."""

    commit: str
    snapshot: Snapshot
    heads: tuple[str, ...]


def find_baseline(change: Change, parents: Sequence[str]) -> BaselineCommit | None:
    """Return the first parent whose heads come before every new revision.

    A database at the head of another parent would never run a revision that was put below that head.
    """
    after = change.after.graph
    for commit, baseline in zip(parents, change.baselines, strict=False):
        graph = baseline.graph
        has_all_heads = all(head in after for head in graph.heads)
        if len(graph) and has_all_heads and after.ancestors(graph.heads) <= frozenset(graph.ids):
            below = after.ancestors(parent for head in graph.heads for parent in after.parents(head))
            return BaselineCommit(commit, baseline, tuple(head for head in graph.heads if head not in below))
    return None


def compare(name: str, beyond: Sequence[Sequence[str]] | None = None) -> ProbeStep:
    """Compare with the models. With `beyond`, compare only if the first run found more than these lines."""
    return {"do": "compare", "as": name, "beyond": beyond}


class BaselineDatabases:
    """The databases that the baseline's models make, from an earlier run or made on first use."""

    def __init__(self, runner: EnvPyRunner, baseline: BaselineCommit) -> None:
        """Run the baseline's code unless the cache has the result."""
        self._runner = runner
        self._environment = baseline.snapshot.environment
        self._commit = baseline.commit
        self.created = runner.find_cached(self._environment, MODELS, baseline.commit) or self._create(key=MODELS)
        self._run = parse_run(self.created.answer["run"])
        self._statements: Statements | None = self.created.answer["run"]["statements"]

    @property
    def failure(self) -> Failure | None:
        """The reason why there are no databases."""
        return self._run.failure

    def are_made_by(self, environment: Environment, source: str) -> bool:
        """True if a cached run shows that `source` builds the same databases."""
        if not self.created.name:
            return False
        cached = self._runner.find_cached(environment, MODELS, source)
        return cached is not None and cached.name == self.created.name

    def own_comparisons(self) -> Comparisons:
        """Compare the baseline's models with the databases that they make. CannotCheck if that fails."""
        comparisons = self._run.comparisons("models")
        if comparisons:
            return comparisons
        key: RunKey = {"kind": "own-comparisons", "made": self.created.name}
        cached = self._runner.find_cached(self._environment, key, self._commit)
        run = parse_run((cached or self._create(key=key)).answer["run"])
        if run.failure is not None:
            raise CannotCheck(explain_failure(run.failure, self._runner.python))
        return run.comparisons("models")

    def run(  # noqa: PLR0913 - the parts of a run
        self,
        environment: Environment,
        source: str,
        steps: Sequence[ProbeStep],
        *,
        key: RunKey | None = None,
        following: Sequence[RunRequest] = (),
        compare_models: bool = False,
    ) -> CachedRun:
        """Run another tree's code on these databases. `following` are other runs of the same process.

        With `compare_models`, also compare the other tree's models with the databases before the steps, if the last
        comparison of the steps finds more than the baseline's own.
        """

        def request() -> RunRequest:
            return replace(self._with_models(steps) if compare_models else self._request(steps), key=key)

        run = self._runner.run(environment, source, [request(), *following])[0]
        if (run.answer["run"]["failure"] or {}).get("stage") == "remake":
            self._statements = None  # they don't recreate all databases
            run = self._runner.run(environment, source, [request(), *following])[0]
        return run

    def _request(self, steps: Sequence[ProbeStep]) -> RunRequest:
        if self._runner.has_databases(self.created):
            return RunRequest(tuple(steps), state=self.created.state)
        if self._statements is not None:
            return RunRequest((_remake(self._statements), *steps))
        return RunRequest(tuple(steps), state=self._create().state)

    def _with_models(self, steps: Sequence[ProbeStep]) -> RunRequest:
        old_operations = [[operation.text for operation in database] for database in self._run.comparisons("models")]
        models = compare("models", beyond=old_operations)
        if not self._runner.uses_server:
            return replace(self._request(steps), comparison=RunRequest((models,), state=self.created.state))
        if self._statements is not None:
            again = RunRequest((_remake(self._statements, beyond=old_operations), models))
            return replace(self._request(steps), comparison=again)
        return self._request([compare("models"), *steps])

    def _create(self, key: RunKey | None = None) -> CachedRun:
        steps = (CREATE,) if key is None else (CREATE, compare("models"))
        return self._runner.run(self._environment, self._commit, [RunRequest(steps, key=key)])[0]


class BaselineReplay:
    """The databases after all of the baseline's revisions, from an earlier run or made on first use."""

    def __init__(self, runner: EnvPyRunner, baseline: BaselineCommit) -> None:
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


def _remake(statements: Statements, beyond: Sequence[Sequence[str]] | None = None) -> ProbeStep:
    return {"do": "remake", "statements": statements, "beyond": beyond}
