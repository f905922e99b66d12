"""One judged tree against its parents, the published refs and a target: a change per environment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from git_alembic.change import Change, Prediction, Snapshot, excess
from git_alembic.graph import RevisionGraph
from git_alembic.history import History, Tree, before, concerns, merged, pair, unpaired
from git_alembic.published import published
from git_alembic.reading import fingerprint
from git_alembic.repository import NOTHING, Repository
from git_alembic.settings import Settings
from git_alembic.sightings import sightings

Named = tuple[str, str]  # name as the user knows it, commit


@dataclass(frozen=True)
class Question:
    """What is to be judged: a commit or the index by name, against parents; () judges all, with no baseline."""

    source: str
    name: str
    parents: tuple[Named, ...]
    published: tuple[str, ...] = ()
    against: tuple[Named, ...] = ()
    environments: tuple[str, ...] = ()


class Comparison:
    """Answers one question; trees other than the judged one are read only when something asks for them."""

    def __init__(self, repository: Repository, history: History, question: Question) -> None:
        """List the judged tree, as far as it matters."""
        self._repository = repository
        self._history = history
        self._question = question
        self._diffs = [repository.diff(commit, question.source) for _, commit in question.parents]
        self.concerned = not question.parents or any(concerns(entry.path) for diff in self._diffs for entry in diff)
        if not self.concerned:
            return
        if question.parents:
            self._tree, self._roots = history.touched(question.source, question.name, self._diffs)
        else:
            self._tree, self._roots = history.whole(question.source, question.name)
        self.concerned = bool(self._roots)

    @property
    def settings(self) -> Settings:
        """The configuration of the judged tree."""
        return self._history.settings(self._tree.files)

    def changes(self) -> list[Change]:
        """A change per environment that the question touches, each against every parent and against each target."""
        if not self.concerned:
            return []
        trees = [
            Tree(name, before(self._tree.files, diff))
            for (name, _), diff in zip(self._question.parents, self._diffs, strict=True)
        ]
        after = self._snapshots(self._tree)
        sides = [self._snapshots(tree) for tree in trees]
        gone = [
            Snapshot(self._tree.name, side.environment, RevisionGraph(()))
            for side in (unpaired(after, sides[0]) if sides else [])
        ]
        after = [*after, *gone]
        paired = [pair(after, side, tree.name) for side, tree in zip(sides, trees, strict=True)]
        settings = self.settings
        changes = [
            Change(
                side.environment,
                tuple(parents[at] for parents in paired),
                side,
                _nothing(side),
                heads_allowed=settings.heads,
            )
            for at, side in enumerate(after)
            if not self._question.environments or side.environment.name in self._question.environments
        ]
        changes = self._with_published(changes, settings)
        return [self._with_evidence(replace(change, predictions=self._predictions(change))) for change in changes]

    def _snapshots(self, tree: Tree) -> list[Snapshot]:
        return self._history.snapshots(tree, self._roots)

    def _other(self, name: str, commit: str) -> Tree:
        """Another commit's tree, as the judged one with the difference taken back."""
        return Tree(name, before(self._tree.files, self._repository.diff(commit, self._question.source)))

    def _with_published(self, changes: list[Change], settings: Settings) -> list[Change]:
        """The changes with what is published, where any rule could ask."""
        edits = any(entry.status != "A" and concerns(entry.path) for diff in self._diffs for entry in diff)
        forks = any(
            excess(change.after.graph, change.heads_allowed) or change.after.graph.duplicates for change in changes
        )
        if not changes or not (edits or forks or self._question.against):
            return changes
        refs = published(self._repository, settings, self._question.published)
        if not refs:
            return [
                replace(change, published=change.before[0] if change.before else change.published) for change in changes
            ]
        first = {commit: at for at, (_, commit) in reversed(list(enumerate(self._question.parents)))}
        after = [change.after for change in changes]
        held = [
            [replace(change.before[first[commit]], name=name) for change in changes]
            if commit in first
            else pair(after, self._snapshots(self._other(name, commit)), name)
            for name, commit in refs
        ]
        return [replace(change, published=_union([side[at] for side in held])) for at, change in enumerate(changes)]

    def _predictions(self, change: Change) -> tuple[Prediction, ...]:
        """What merging with each target would give."""
        found = []
        for name, commit in self._question.against:
            own = next((commit for name, commit in self._question.parents if name == "HEAD"), self._question.source)
            base = self._repository.merge_base(own, commit) or NOTHING
            theirs = self._other(name, commit)
            files, conflicts = merged(self._other("base", base).files, self._tree.files, theirs.files)
            result = pair([change.after], self._snapshots(Tree("merged", files)), "merged")[0]
            target = pair([change.after], self._snapshots(theirs), name)[0]
            mine = tuple(path for path in conflicts if change.environment.holds(path))
            found.append(Prediction(target, result, mine))
        return tuple(found)

    def _with_evidence(self, change: Change) -> Change:
        blobs = {revision.blob for now, olds in change.touched for revision in (now, *olds)}
        contents = self._history.content(sorted(blobs))
        code = {blob: fingerprint(data) for blob, data in contents.items()}
        known = {name for graph in change.baseline for _, name in (*graph.missing, *graph.missing_dependencies)}
        graph = change.after.graph
        missing = sorted({name for _, name in (*graph.missing, *graph.missing_dependencies)} - known)
        seen = sightings(self._repository, change, missing) if missing else {}
        return replace(change, code=code, sightings=seen)


def _nothing(side: Snapshot) -> Snapshot:
    return Snapshot("", side.environment, RevisionGraph(()))


def _union(sides: Sequence[Snapshot]) -> Snapshot:
    if len(sides) == 1:
        return sides[0]
    names = ", ".join(dict.fromkeys(side.name for side in sides))
    return Snapshot(
        names, sides[0].environment, RevisionGraph(revision for side in sides for revision in side.graph.revisions)
    )
