"""What a trial begins with: a tree from which the judged history can be reached, and databases that its models make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from git_alembic.environments.discovery import Environment
from git_alembic.errors import CannotJudge
from git_alembic.history.change import Change, Snapshot
from git_alembic.scratch.failure_messages import sentence
from git_alembic.scratch.result import Comparisons, Failure, run_of
from git_alembic.scratch.run_cache import Asked, Kept
from git_alembic.scratch.runner import Rehearsal, Step, Wanted

Statements = Mapping[str, Sequence[str]]  # that made the databases, by what each stands for

CREATE: Step = {"do": "create"}
MODELS: Asked = {"kept": "models"}  # the databases as the models make them


def compare(name: str, beyond: Sequence[Sequence[str]] | None = None) -> Step:
    """Compare with the models; with `beyond`, only where the first run found more than these lines."""
    return {"do": "compare", "as": name, "beyond": beyond}


@dataclass(frozen=True)
class Start:
    """A tree from which the judged history can be reached: its commit, its side of the change, its heads."""

    commit: str
    snapshot: Snapshot
    heads: tuple[str, ...]


def start(change: Change, parents: Sequence[str]) -> Start | None:
    """The first parent from whose heads all that is new is still to come; None where there is none.

    Where a revision was put below another, a database at the other's head would never run it.
    """
    after = change.after.graph
    for commit, before in zip(parents, change.before, strict=False):
        graph = before.graph
        known = all(head in after for head in graph.heads)
        if len(graph) and known and after.ancestors(graph.heads) <= frozenset(graph.ids):
            below = after.ancestors(parent for head in graph.heads for parent in after.parents(head))
            return Start(commit, before, tuple(head for head in graph.heads if head not in below))
    return None


class Beginning:
    """The databases that a start's models make: made when they are first asked for, or as an earlier run left them."""

    def __init__(self, rehearsal: Rehearsal, begin: Start) -> None:
        """Run the start's code where it is not known what it makes."""
        self._rehearsal = rehearsal
        self._environment = begin.snapshot.environment
        self._commit = begin.commit
        known = rehearsal.remembered(self._environment, MODELS, begin.commit)
        self.kept = known or self._made(asked=MODELS)
        self._run = run_of(self.kept.answer["run"])
        self._statements: Statements | None = self.kept.answer["run"]["statements"]

    @property
    def failure(self) -> Failure | None:
        """Why there are no databases."""
        return self._run.failure

    def is_what_makes(self, environment: Environment, source: str) -> bool:
        """Whether another tree is known to make the same, of the same files."""
        if not self.kept.name:
            return False
        known = self._rehearsal.remembered(environment, MODELS, source)
        return known is not None and known.name == self.kept.name

    def itself(self) -> Comparisons:
        """How the start's own models compare with what they make; found out now, if need be.

        Raises CannotJudge where they do not compare any more.
        """
        found = self._run.compared("models")
        if found:
            return found
        asked: Asked = {"kept": "itself", "made": self.kept.name}
        known = self._rehearsal.remembered(self._environment, asked, self._commit)
        run = run_of((known or self._made(asked=asked)).answer["run"])
        if run.failure is not None:
            raise CannotJudge(sentence(run.failure, self._rehearsal.python))
        return run.compared("models")

    def tried(  # noqa: PLR0913 - what a run is made of
        self,
        environment: Environment,
        source: str,
        steps: Sequence[Step],
        *,
        asked: Asked | None = None,
        more: Sequence[Wanted] = (),
        models: bool = False,
    ) -> Kept:
        """What another tree's code does with the databases; `more` are other runs of the same process.

        With `models` also how the other tree's models compare with the databases as they were, where the last
        comparison of the steps finds more than the start's own.
        """

        def wanted() -> Wanted:
            return replace(self._compared(steps) if models else self._wanted(steps), asked=asked)

        kept = self._rehearsal.run(environment, source, [wanted(), *more])[0]
        if (kept.answer["run"]["failure"] or {}).get("stage") == "remake":
            self._statements = None  # they do not make the databases by themselves
            kept = self._rehearsal.run(environment, source, [wanted(), *more])[0]
        return kept

    def _wanted(self, steps: Sequence[Step]) -> Wanted:
        if self._rehearsal.has_databases(self.kept):
            return Wanted(tuple(steps), start=self.kept.state)
        if self._statements is not None:
            return Wanted((_remake(self._statements), *steps))
        return Wanted(tuple(steps), start=self._made().state)

    def _compared(self, steps: Sequence[Step]) -> Wanted:
        known = [[one.text for one in database] for database in self._run.compared("models")]
        models = compare("models", beyond=known)
        if not self._rehearsal.on_server:
            return replace(self._wanted(steps), beside=Wanted((models,), start=self.kept.state))
        if self._statements is not None:
            again = Wanted((_remake(self._statements, beyond=known), models))
            return replace(self._wanted(steps), beside=again)
        return self._wanted([compare("models"), *steps])

    def _made(self, asked: Asked | None = None) -> Kept:
        steps = (CREATE,) if asked is None else (CREATE, compare("models"))
        return self._rehearsal.run(self._environment, self._commit, [Wanted(steps, asked=asked)])[0]


def _remake(statements: Statements, beyond: Sequence[Sequence[str]] | None = None) -> Step:
    return {"do": "remake", "statements": statements, "beyond": beyond}
