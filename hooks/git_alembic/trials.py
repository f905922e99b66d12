"""What the judged tree's code does on scratch databases: from the histories of two trees to what the rules judge."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace

from git_alembic.change import Change, Snapshot
from git_alembic.errors import CannotJudge
from git_alembic.repository import Repository
from git_alembic.revision import Revision
from git_alembic.scratch.interpreter import Interpreter
from git_alembic.scratch.rehearsal import Rehearsal, Step, Wanted
from git_alembic.scratch.store import Asked, Kept
from git_alembic.scratch.wording import sentence
from git_alembic.trial import Operation, Run, Trial, run_of

_CREATE: Step = {"do": "create"}
_MODELS: Asked = {"kept": "models"}  # the databases as the models make them, and how the two compare


def _compare(name: str) -> Step:
    return {"do": "compare", "as": name}


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


def new_revisions(change: Change, begin: Start | None) -> tuple[Revision, ...]:
    """What the judged history has and the start has not, parents first."""
    known = begin.snapshot.graph if begin else ()
    graph = change.after.graph
    return tuple(graph[id_] for id_ in graph.topological() if id_ not in known)


class Trials:
    """The trials of one environment in one tree."""

    def __init__(self, rehearsal: Rehearsal, python: Interpreter, repository: Repository, source: str) -> None:
        """`source` is what is judged: INDEX or a commit."""
        self._rehearsal = rehearsal
        self._python = python
        self._repository = repository
        self._source = source

    def drift(self, change: Change, begin: Start | None, *, full: bool) -> Trial | None:
        """How the models compare with what the revisions make; None where nothing that this depends on has changed.

        It begins with the models of the start, since few histories run from nothing. Where those do not do, or `full`,
        the whole history is run.
        """
        if begin is None or full:
            return self._conclusive(self._replayed(change, begin))
        base = self._base(begin)
        found = None
        if run_of(base.answer["run"]).failure is None:
            found = self._from_models(change, begin, base)
            if found is None or not self._doubtful(found, begin, change):
                return found
            if found.run.failure is not None and found.run.failure.stage == "environment":
                return self._conclusive(found)
        return self._second_opinion(change, begin, found, base)

    def roundtrip(self, change: Change, begin: Start | None) -> Trial | None:
        """The new revisions up, down and up again; None where there are none."""
        new = new_revisions(change, begin)
        if not new:
            return None
        irreversible = list[str]()
        while True:
            trial = self._turned(change, begin, new, irreversible)
            failure = trial.run.failure
            if failure is None or failure.stage != "downgrade" or failure.kind != "not-implemented":
                return self._conclusive(trial)
            irreversible.append(failure.revision or "")

    # --- from the models of the start

    def _base(self, begin: Start) -> Kept:
        environment = begin.snapshot.environment
        known = self._rehearsal.remembered(environment, _MODELS, begin.commit)
        wanted = Wanted((_CREATE, _compare("models")), asked=_MODELS)
        return known or self._rehearsal.run(environment, begin.commit, [wanted])[0]

    def _state(self, begin: Start, base: Kept) -> str:
        """The databases of the base; made once more where they are gone, as from a server."""
        if self._rehearsal.has_databases(base):
            return base.state
        return self._rehearsal.run(begin.snapshot.environment, begin.commit, [Wanted((_CREATE,))])[0].state

    def _from_models(self, change: Change, begin: Start, base: Kept) -> Trial | None:
        environment = change.after.environment
        if base.name and self._same(self._rehearsal.remembered(environment, _MODELS, self._source), base):
            return None
        asked: Asked | None = {"kept": "drift", "base": base.name, "heads": begin.heads} if base.name else None
        kept = self._rehearsal.remembered(environment, asked, self._source) if asked else None
        if kept is None:
            new = bool(new_revisions(change, begin))
            heads = change.after.graph.heads
            steps: tuple[Step, ...] = (_compare("after"),)
            if new:
                upgrade: Step = {"do": "upgrade", "to": heads}
                steps = (_compare("models"), {"do": "stamp", "revisions": begin.heads}, upgrade, _compare("after"))
            judged = Wanted(steps, start=self._state(begin, base), asked=asked)
            following = Wanted((_CREATE, _compare("models")), asked=_MODELS)  # what the next commit begins with
            kept = self._rehearsal.run(environment, self._source, [judged, following])[0]
        return self._trial(change, begin, kept, before=base)

    def _same(self, one: Kept | None, other: Kept) -> bool:
        return one is not None and one.name == other.name

    def _doubtful(self, trial: Trial, begin: Start, change: Change) -> bool:
        """Whether the start's models may not be what its history makes of a database, where that matters."""
        if trial.run.failure is not None:
            return True
        then, now = begin.snapshot.graph, change.after.graph
        edited = any(then[id_].blob != now[id_].blob for id_ in then.ids if id_ in now)
        return edited and trial.drifted

    # --- from nothing

    def _replayed(self, change: Change, begin: Start | None) -> Trial:
        kept = self._replay(change.after, self._source)
        return replace(self._trial(change, begin, kept), how="replay")

    def _replay(self, side: Snapshot, source: str) -> Kept:
        """The whole history of a tree, and how its models compare with what that makes."""
        environment, heads = side.environment, side.graph.heads
        asked: Asked = {"kept": "replay", "heads": heads}
        wanted = Wanted(({"do": "upgrade", "to": heads}, _compare("after")), asked=asked)
        known = self._rehearsal.remembered(environment, asked, source)
        return known or self._rehearsal.run(environment, source, [wanted])[0]

    def _second_opinion(self, change: Change, begin: Start, found: Trial | None, base: Kept) -> Trial:
        """The whole history, at the start and as judged; where that fails, what was found before, if it is sound."""
        replayed = self._replayed(change, begin)
        failure = replayed.run.failure
        if failure is None:
            before = self._replay(begin.snapshot, begin.commit)
            if run_of(before.answer["run"]).failure is None:
                return replace(replayed, before=_comparisons(run_of(before.answer["run"]), "after"))
        if found is not None and found.run.failure is None:
            return found
        first = found.run.failure if found else run_of(base.answer["run"]).failure
        both = failure is not None and first is not None and failure.revision == first.revision is not None
        if found is not None and both:
            return self._conclusive(found)
        reasons = [sentence(one, self._python) for one in (first, failure) if one is not None]
        raise CannotJudge("; and from nothing: ".join(dict.fromkeys(reasons)))

    # --- up, down and up again

    def _turned(
        self, change: Change, begin: Start | None, new: Sequence[Revision], irreversible: Sequence[str]
    ) -> Trial:
        turn: Step = {"do": "roundtrip", "revisions": [one.id for one in new], "irreversible": list(irreversible)}
        environment = change.after.environment
        if begin is None:
            return self._trial(change, None, self._rehearsal.run(environment, self._source, [Wanted((turn,))])[0])
        base = self._base(begin)
        trial = None
        if run_of(base.answer["run"]).failure is None:
            stamp: Step = {"do": "stamp", "revisions": begin.heads}
            wanted = Wanted((stamp, turn), start=self._state(begin, base))
            trial = self._trial(change, begin, self._rehearsal.run(environment, self._source, [wanted])[0])
            if trial.run.failure is None or trial.run.failure.kind == "not-implemented":
                return trial
        upgrade: Step = {"do": "upgrade", "to": begin.heads}
        replayed = self._rehearsal.run(environment, self._source, [Wanted((upgrade, turn))])[0]
        failure = run_of(replayed.answer["run"]).failure
        old = failure is not None and failure.revision not in {one.id for one in new}
        if trial is not None and old:  # the history does not run from nothing, so that says nothing of what is new
            return trial
        return replace(self._trial(change, begin, replayed), how="replay")

    # --- what came of it

    def _trial(self, change: Change, begin: Start | None, kept: Kept, *, before: Kept | None = None) -> Trial:
        run = run_of(kept.answer["run"])
        known = set(before.answer["untracked"]) if before else set[str]()
        return Trial(
            change.after.environment,
            new_revisions(change, begin),
            run,
            before=_comparisons(run_of(before.answer["run"]), "models") if before else (),
            models=_comparisons(run, "models"),
            after=_comparisons(run, "after"),
            untracked=self._untracked(kept, known),
            unstaged=self._unstaged(change),
        )

    def _conclusive(self, trial: Trial) -> Trial:
        """The trial, unless it failed in what is not the new revisions' doing."""
        failure = trial.run.failure
        if failure is not None and failure.revision not in {one.id for one in trial.new}:
            raise CannotJudge(sentence(failure, self._python))
        if failure is not None and failure.kind in ("dialect", "server", "variable", "module"):
            raise CannotJudge(sentence(failure, self._python))
        return trial

    def _untracked(self, kept: Kept, known: set[str]) -> tuple[str, ...]:
        """Code that was run and is not in the tree, nor meant to stay out of it."""
        ran = {*kept.answer["ran"], *kept.answer["elsewhere"]}
        suspects = [path for path in kept.answer["untracked"] if path in ran and path not in known]
        ignored = self._repository.ignored(suspects) if suspects else frozenset[str]()
        return tuple(sorted(path for path in suspects if path not in ignored))

    def _unstaged(self, change: Change) -> tuple[str, ...]:
        """Revision files of the working tree that the judged tree has not."""
        environment = change.after.environment
        known = {revision.path for revision in change.after.graph.revisions}
        found = set[str]()
        for folder in environment.versions:
            place = os.path.join(self._repository.top or "", folder)
            names = os.listdir(place) if os.path.isdir(place) else []
            found.update(f"{folder}/{name}" if folder else name for name in names)
        return tuple(sorted(path for path in found if environment.holds(path) and path not in known))


def _comparisons(run: Run, name: str) -> tuple[tuple[Operation, ...], ...]:
    every = tuple(database.comparisons.get(name) for database in run.databases)
    return tuple(one for one in every if one is not None) if None not in every else ()
