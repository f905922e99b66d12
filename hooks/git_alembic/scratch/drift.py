"""What the judged tree's code does on scratch databases: from the histories of two trees to what the rules judge."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

from git_alembic.errors import CannotJudge
from git_alembic.git import Repository
from git_alembic.history.change import Change, Snapshot
from git_alembic.revisions.revision import Revision
from git_alembic.scratch.baseline import CREATE, MODELS, Beginning, Start, compare
from git_alembic.scratch.failure_messages import sentence
from git_alembic.scratch.project_python import Interpreter
from git_alembic.scratch.result import Trial, run_of
from git_alembic.scratch.run_cache import Asked, Kept
from git_alembic.scratch.runner import Rehearsal, Step, Wanted


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
        base = Beginning(self._rehearsal, begin)
        found = None
        if base.failure is None:
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

    def _from_models(self, change: Change, begin: Start, base: Beginning) -> Trial | None:
        environment = change.after.environment
        if base.is_what_makes(environment, self._source):
            return None
        name = base.kept.name
        asked: Asked | None = {"kept": "drift", "base": name, "heads": begin.heads} if name else None
        kept = self._rehearsal.remembered(environment, asked, self._source) if asked else None
        # What the next commit begins with, and has little use for a comparison where this one finds nothing.
        following = Wanted((CREATE, compare("models", beyond=())), asked=MODELS)
        if kept is None:
            upgrade: Step = {"do": "upgrade", "to": change.after.graph.heads}
            new = bool(new_revisions(change, begin))
            first: list[Step] = [{"do": "stamp", "revisions": begin.heads}, upgrade] if new else []
            steps = [*first, compare("after")]
            kept = base.tried(environment, self._source, steps, asked=asked, more=[following], models=new)
        trial = self._trial(change, begin, kept, base)
        return replace(trial, before=base.itself()) if any(trial.after) else trial

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
        wanted = Wanted(({"do": "upgrade", "to": heads}, compare("after")), asked=asked)
        known = self._rehearsal.remembered(environment, asked, source)
        return known or self._rehearsal.run(environment, source, [wanted])[0]

    def _second_opinion(self, change: Change, begin: Start, found: Trial | None, base: Beginning) -> Trial:
        """The whole history, at the start and as judged; where that fails, what was found before, if it is sound."""
        replayed = self._replayed(change, begin)
        failure = replayed.run.failure
        if failure is None:
            before = run_of(self._replay(begin.snapshot, begin.commit).answer["run"])
            if before.failure is None:
                return replace(replayed, before=before.compared("after"))
        if found is not None and found.run.failure is None:
            return found
        first = found.run.failure if found else base.failure
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
        base = Beginning(self._rehearsal, begin)
        trial = None
        if base.failure is None:
            stamp: Step = {"do": "stamp", "revisions": begin.heads}
            trial = self._trial(change, begin, base.tried(environment, self._source, [stamp, turn]))
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

    def _trial(self, change: Change, begin: Start | None, kept: Kept, base: Beginning | None = None) -> Trial:
        run = run_of(kept.answer["run"])
        known = set(base.kept.answer["untracked"]) if base else set[str]()
        return Trial(
            change.after.environment,
            new_revisions(change, begin),
            run,
            models=run.compared("models"),
            after=run.compared("after"),
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
        ignored = self._repository.ignored_paths(suspects) if suspects else frozenset[str]()
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
