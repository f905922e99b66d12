"""One judged tree against its parents, the published refs and a target: a change per environment."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from git_alembic.config.settings import Settings
from git_alembic.environments.tree_files import SETTINGS, Files, Tree, before, concerns, merged
from git_alembic.errors import CannotJudge
from git_alembic.git import INDEX, NOTHING, Repository
from git_alembic.history.change import MOST_LISTED, Change, Prediction, Sighting, Snapshot, excess
from git_alembic.history.environment_pairs import pair, unpaired
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.published import find_published_refs
from git_alembic.history.snapshots import History

Named = tuple[str, str]  # name as the user knows it, commit


class Question(NamedTuple):
    """What is to be judged: a commit or the index by name, against parents; () judges all, with no baseline."""

    source: str
    name: str
    parents: tuple[Named, ...]
    published: tuple[str, ...] = ()
    against: tuple[Named, ...] = ()
    environments: tuple[str, ...] = ()
    whole: bool = False  # every environment of the judged tree, not only those that the question touches


class Comparison:
    """Answers one question; trees other than the judged one are read only when something asks for them."""

    def __init__(self, repository: Repository, history: History, question: Question) -> None:
        """List the judged tree, as far as it matters."""
        self._repository = repository
        self._history = history
        self._question = question
        self._diffs = [repository.diff(commit, question.source) for _, commit in question.parents]
        # What is asked about a merge concerns all that was done since the two sides parted.
        reach = [
            *self._diffs,
            *(repository.diff(self._base(commit), question.source) for _, commit in question.against),
        ]
        everything = question.whole or not question.parents
        self.concerned = everything or any(concerns(entry.path) for diff in reach for entry in diff)
        if not self.concerned:
            return
        if not everything:
            self._tree, self._roots = history.touched(question.source, question.name, reach)
        else:
            self._tree, self._roots = history.whole(question.source, question.name)
        self.concerned = bool(self._roots)
        if any(entry.path == SETTINGS for diff in self._diffs for entry in diff):
            history.settings(self._tree.files)  # refuses a mistake when it is made, not at the next revision

    @property
    def settings(self) -> Settings:
        """The configuration of the judged tree."""
        return self._history.settings(self._tree.files)

    def changes(self) -> list[Change]:
        """A change per environment that the question touches, against every parent: `finished` adds the rest."""
        if not self.concerned:
            return []
        after = self._history.snapshots(self._tree, self._roots)
        if any(map(_lacks, after)):
            self._tree = self._history.everything(self._question.source, self._tree)
            after = self._history.snapshots(self._tree, self._roots)
        pairs = zip(self._question.parents, self._diffs, strict=True)
        trees = [Tree(name, before(self._tree.files, diff)) for (name, _), diff in pairs]
        sides = [
            self._history.rewound(after, tree, diff, self._roots) for tree, diff in zip(trees, self._diffs, strict=True)
        ]
        after += [_nothing(side, self._tree.name) for side in (unpaired(after, sides[0]) if sides else [])]
        paired = [pair(after, side, tree.name) for side, tree in zip(sides, trees, strict=True)]
        heads = self.settings.heads
        self._refuse_unknown_environments()
        return [
            Change(
                side.environment, tuple(parents[at] for parents in paired), side, _nothing(side), heads_allowed=heads
            )
            for at, side in enumerate(after)
            if not self._question.environments or side.environment.name in self._question.environments
        ]

    def _refuse_unknown_environments(self) -> None:
        if self._question.environments:
            known = self._history.names(self._tree, self._roots)
            for name in self._question.environments:
                if name not in known:
                    raise CannotJudge(f"there is no environment {name!r} here, only {', '.join(known)}")

    def finished(self, changes: list[Change], refs: Sequence[Named] | None, against: Sequence[Named]) -> list[Change]:
        """The changes with what is published, what merging would give, and evidence.

        `refs` are the published ones; None finds them, if any rule could ask.
        """
        changes = self._with_published(changes, refs, against)
        return [
            self._with_evidence(replace(change, predictions=self._predictions(change, against))) for change in changes
        ]

    def beside(self, changes: Sequence[Change], name: str, commit: str) -> list[Snapshot]:
        """The environments of the changes as another tree has them."""
        tree = self._other(name, commit)
        return [self._elsewhere(change, tree) for change in changes]

    def _other(self, name: str, treeish: str) -> Tree:
        """Another tree, as the judged one with the difference taken back."""
        return Tree(name, before(self._tree.files, self._repository.diff(treeish, self._question.source)))

    def _elsewhere(self, change: Change, tree: Tree) -> Snapshot:
        """A change's environment in another tree, wherever it lies there."""
        return pair([change.after], self._history.compared(tree, ("",)), tree.name)[0]

    def _with_published(
        self, changes: list[Change], refs: Sequence[Named] | None, against: Sequence[Named]
    ) -> list[Change]:
        if not changes or (refs is None and not against and not self._may_be_published(changes)):
            return changes
        if refs is None:
            refs = find_published_refs(self._repository, self.settings, self._question.published)
        if not refs:
            return [replace(change, published=(change.before or (change.published,))[0]) for change in changes]
        first = {commit: at for at, (_, commit) in reversed(list(enumerate(self._question.parents)))}
        others = {name: self._other(name, commit) for name, commit in refs if commit not in first}

        def side(change: Change, name: str, commit: str) -> Snapshot:
            if name in others:
                return self._elsewhere(change, others[name])
            return change.before[first[commit]]._replace(name=name)

        return [replace(change, published=_union([side(change, *ref) for ref in refs])) for change in changes]

    def _may_be_published(self, changes: Sequence[Change]) -> bool:
        """Whether a rule could ask what is published: only what is added to a history without a fork is no matter."""
        return (
            any(entry.status != "A" and concerns(entry.path) for diff in self._diffs for entry in diff)
            or any(excess(change.after.graph, change.heads_allowed) for change in changes)
            or any(change.after.graph.duplicates for change in changes)
        )

    def _predictions(self, change: Change, against: Sequence[Named]) -> tuple[Prediction, ...]:
        return tuple(self._prediction(change, name, commit) for name, commit in against)

    def _prediction(self, change: Change, name: str, commit: str) -> Prediction:
        """What merging with a target would give: as git merges, or by path where that cannot be asked."""
        at = next((at for at, (_, parent) in enumerate(self._question.parents) if parent == commit), None)
        source = self._question.source
        if at is not None and source != INDEX and self._repository.is_ancestor(commit, source):
            return Prediction(change.before[at]._replace(name=name), change.after._replace(name="merged"))
        theirs = self._other(name, commit)
        asked = None if source == INDEX else self._repository.merge_tree(source, commit)
        if asked is not None:
            tree, conflicts = asked
            ours = {path: self._tree.files[path] for path in conflicts if path in self._tree.files}
            files: Files = {**self._other("merged", tree).files, **ours}
        else:
            base = self._other("base", self._base(commit))
            files, conflicts = merged(base.files, self._tree.files, theirs.files)
        result = self._elsewhere(change, Tree("merged", files))
        target = self._elsewhere(change, theirs)
        own_conflicts = tuple(path for path in conflicts if change.environment.holds(path))
        return Prediction(target, result, own_conflicts, self._bearers(change, target, commit))

    def _base(self, other: str) -> str:
        own = next((commit for name, commit in self._question.parents if name == "HEAD"), self._question.source)
        base = self._repository.merge_base(own, other)
        if base is None and self._repository.is_shallow():
            raise CannotJudge(
                "this is a shallow clone that lacks the commit where the two histories part "
                "(`git fetch --unshallow`, or `fetch-depth: 0` in a workflow)"
            )
        return base or NOTHING

    def _bearers(self, change: Change, target: Snapshot, commit: str) -> dict[str, str]:
        """Who brought the newest revisions of the target that the judged history lacks."""
        new = [target.graph[id_] for id_ in target.graph.topological() if id_ not in change.after.graph]
        found = {
            revision.id: self._repository.describe_addition(commit, revision.path) for revision in new[-MOST_LISTED:]
        }
        return {id_: f"{author}, {date}, commit {short}" for id_, (short, author, date) in found.items()}

    def _with_evidence(self, change: Change) -> Change:
        blobs = {revision.blob for now, olds in change.touched for revision in (now, *olds)}
        missing = {name for _, name in (*change.after.graph.missing, *change.after.graph.missing_dependencies)}
        if missing:
            missing -= {name for graph in change.baseline for _, name in (*graph.missing, *graph.missing_dependencies)}
        if not blobs and not missing:
            return change
        code = _fingerprints(self._history.content(sorted(blobs)))
        return replace(change, code=code, sightings=_sightings(self._repository, change, sorted(missing)))


def staged_on(repository: Repository) -> tuple[Named, ...]:
    """HEAD and what a merge under way brings in; the root commit is compared with nothing."""
    head = repository.resolve(["HEAD"])[0]
    if head is None:
        if repository.has_commit():
            raise CannotJudge("HEAD names a commit that is missing from the repository (`git fsck` says more)")
        return (("nothing", NOTHING),)
    others = [other for other in repository.merge_parents() if other != head]
    return (("HEAD", head), *((os.environ.get(f"GITHEAD_{other}", "MERGE_HEAD"), other) for other in others))


def _fingerprints(contents: Mapping[str, bytes]) -> dict[str, str]:
    if not contents:
        return {}
    from git_alembic.revisions.fingerprint import fingerprint

    return {blob: fingerprint(data) for blob, data in contents.items()}


def _sightings(repository: Repository, change: Change, missing: Sequence[str]) -> dict[str, Sighting]:
    if not missing:
        return {}
    from git_alembic.history.missing_parents import sightings

    return sightings(repository, change, missing)


def _lacks(side: Snapshot) -> bool:
    """Whether what was found by content names what it does not hold: it may be part of an environment elsewhere."""
    return side.environment.config is None and bool(side.graph.missing or side.graph.missing_dependencies)


def _nothing(side: Snapshot, name: str = "") -> Snapshot:
    return Snapshot(name, side.environment, RevisionGraph(()))


def _union(sides: Sequence[Snapshot]) -> Snapshot:
    if len(sides) == 1:
        return sides[0]
    names = ", ".join(dict.fromkeys(side.name for side in sides))
    revisions = (revision for side in sides for revision in side.graph.revisions)
    return Snapshot(names, sides[0].environment, RevisionGraph(revisions))
