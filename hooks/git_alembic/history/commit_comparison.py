"""Compares what a request names with its baselines, the published refs and a target: a change per environment.

It asks git which trees to compare. `SnapshotReader` reads them, and `compare_trees` compares them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from git_alembic.config.settings import Settings
from git_alembic.environments.configuration_files import is_heads_file, may_affect_environment, relevant_entries
from git_alembic.git import INDEX, NOTHING, Entry, Repository
from git_alembic.git.refs import NamedCommit
from git_alembic.git.trees import Files, Tree, undo_diff
from git_alembic.history.commits_to_compare import ComparisonRequest, ComparisonScope, find_merge_base
from git_alembic.history.environment_matching_between_trees import (
    ComparedTrees,
    TreeSnapshots,
    add_published,
    compare_trees,
    match,
)
from git_alembic.history.graph_algorithms.allowed_heads import count_excess_heads
from git_alembic.history.snapshot_and_change import Change, MergeForecast, Snapshot
from git_alembic.history.snapshot_reader import SnapshotReader, refuse_unknown_environments
from git_alembic.history.snapshots_before_the_change import choose_baselines, snapshots_before


class Comparison:
    """Compares the trees of one request. Trees other than the checked tree are read on demand."""

    def __init__(
        self,
        repository: Repository,
        reader: SnapshotReader,
        request: ComparisonRequest,
        scope: ComparisonScope | None = None,
    ) -> None:
        """Store the request. `scope` is its scope if it is already known."""
        self._repository = repository
        self._reader = reader
        self._request = request
        self._scope = scope or ComparisonScope(repository, reader.trees, request)
        self._diffs = self._scope.diffs
        self._after: Sequence[Snapshot] = ()  # all environments that the request touches
        self._refs: tuple[NamedCommit, ...] = ()  # the published refs, once they are known

    @property
    def settings(self) -> Settings:
        """The configuration of the checked tree."""
        return self._scope.settings

    def changes(self) -> list[Change]:
        """Return a change per touched environment, against every baseline. `add_context` adds the rest."""
        if not self._scope.affects_environments:
            return []
        compared = compare_trees(self._read_trees(), self.settings.heads)
        self._after = [change.after for change in compared]
        names = self._request.environments
        if names:
            refuse_unknown_environments(names, self._reader.names(*self._listed))
        return [change for change in compared if not names or change.environment.name in names]

    def add_context(
        self, changes: list[Change], refs: Sequence[NamedCommit] | None, targets: Sequence[NamedCommit]
    ) -> list[Change]:
        """Add what is published, the result of merges, and evidence to the changes.

        `refs` are the published refs. None: find them if a rule could need them.
        """
        changes = self._with_published(changes, refs, targets)
        if targets:
            forecasts = zip(*(self._forecasts(changes, name, commit) for name, commit in targets), strict=True)
            changes = [replace(change, forecasts=found) for change, found in zip(changes, forecasts, strict=True)]
        return [self._with_evidence(change, targets) for change in changes]

    def snapshots_at(self, changes: Sequence[Change], name: str, commit: str) -> list[Snapshot]:
        """Return the environments of the changes in another tree."""
        return self._in_tree(changes, self._tree_at(name, commit))

    @cached_property
    def _listed(self) -> tuple[Tree, tuple[str, ...]]:
        """The relevant part of the checked tree, and the folders to check in it.

        `changes` may add folders to the scope's.
        """
        return self._scope.listed

    def _read_trees(self) -> ComparedTrees:
        """Read the checked tree, its baselines and the other parents of a merge."""
        checked = self._read_checked()
        parents, others = choose_baselines(self._repository, self._scope, self._request)
        return ComparedTrees(
            checked,
            [self._read_baseline(checked, name, diff) for (name, _), diff in parents],
            [self._read(self._tree_at("base", self._merge_base_with(commit))) for (_, commit), _ in parents[1:]],
            [self._read(self._tree_at(*other)) for other in others],
        )

    def _read_checked(self) -> TreeSnapshots:
        tree, roots = self._listed
        snapshots = self._reader.snapshots(tree, roots)
        if any(self._reader.is_narrow(tree, snapshot) for snapshot in snapshots):
            tree = self._reader.trees.read_everything(self._request.source, tree)
            changed = {entry.path for diff in self._diffs.all for entry in diff}
            roots = tuple(sorted({*roots, *self._reader.link_folders(tree, changed)}))
            snapshots = self._reader.snapshots(tree, roots)
        self._listed = tree, roots
        return TreeSnapshots(tree, snapshots)

    def _read_baseline(self, checked: TreeSnapshots, name: str, diff: Sequence[Entry]) -> TreeSnapshots:
        tree = Tree(name, undo_diff(checked.tree.files, relevant_entries(diff)))
        roots = self._listed[1]
        return TreeSnapshots(tree, snapshots_before(self._reader, checked.snapshots, tree, diff, roots))

    def _read(self, tree: Tree) -> TreeSnapshots:
        return TreeSnapshots(tree, self._reader.read_compared(tree, ("",)))

    def _merge_base_with(self, other: str) -> str:
        """Return the merge base of the first parent and another, or the empty tree."""
        first = self._request.parents[0].commit
        return NOTHING if first == NOTHING else self._repository.merge_base(first, other) or NOTHING

    def _tree_at(self, name: str, treeish: str) -> Tree:
        """Return another tree: the checked tree with the difference undone."""
        return Tree(name, self._files_at(treeish))

    def _files_at(self, treeish: str) -> Files:
        diff = self._repository.diff(treeish, self._request.source)
        return undo_diff(self._listed[0].files, relevant_entries(diff))

    def _in_tree(self, changes: Sequence[Change], tree: Tree) -> list[Snapshot]:
        """Return the environments of the changes in another tree, wherever they are there.

        All environments are paired, because two of them can have the same ids.
        """
        numbers = {snapshot.environment: number for number, snapshot in enumerate(self._after)}
        matched = match(self._after, self._read(tree).snapshots, tree.name)
        return [matched[numbers[change.environment]] for change in changes]

    def _with_published(
        self, changes: list[Change], refs: Sequence[NamedCommit] | None, targets: Sequence[NamedCommit]
    ) -> list[Change]:
        if not changes or (refs is None and not targets and not self._may_be_published(changes)):
            return changes
        if refs is None:
            from git_alembic.history.published_refs import find_published_refs

            refs = find_published_refs(self._repository, self.settings, self._request.published_patterns)
        self._refs = tuple(refs)
        if not refs:
            return [replace(change, published=(change.baselines or (change.published,))[0]) for change in changes]
        first = self._request.parents[0].commit if self._request.parents else None
        by_ref = [
            self.snapshots_at(changes, name, commit)
            if commit != first
            else [change.baselines[0]._replace(name=name) for change in changes]
            for name, commit in refs
        ]
        return add_published(changes, by_ref)

    def _may_be_published(self, changes: Sequence[Change]) -> bool:
        """False if files were only added, without a fork or a merge. No rule needs the published refs then."""
        return (
            any(
                entry.status != "A" and may_affect_environment(entry.path) and not is_heads_file(entry.path)
                for diff in self._diffs.parents
                for entry in diff
            )
            or any(count_excess_heads(change.after.graph, change.heads_allowed) for change in changes)
            or any(change.after.graph.duplicates for change in changes)
            or any(revision.down[1:] for change in changes for revision in change.new)
        )

    def _forecasts(self, changes: Sequence[Change], name: str, commit: str) -> list[MergeForecast]:
        """Return the result of a merge with a target, per change."""
        if not changes:
            return []
        from git_alembic.history.target_merge_forecast import Sides, find_authors, forecast, merged_files

        source = self._request.source
        ours, theirs = self._listed[0].files, self._tree_at(name, commit)
        if source != INDEX and self._repository.is_ancestor(commit, source):
            merged, conflicts = Tree("merged", ours), tuple[str, ...]()
        else:
            sides = Sides(
                ours, theirs.files, lambda: self._files_at(find_merge_base(self._repository, self._request, commit))
            )
            files, conflicts = merged_files(self._repository, source, commit, sides, self._files_at)
            merged = Tree("merged", files)
        sides_of = zip(changes, self._in_tree(changes, theirs), self._in_tree(changes, merged), strict=True)
        return [
            forecast(change, target, after_merge, conflicts, find_authors(self._repository, change, target, commit))
            for change, target, after_merge in sides_of
        ]

    def _with_evidence(self, change: Change, targets: Sequence[NamedCommit]) -> Change:
        if compiled := self._reader.compile_refused(self.settings, change.new):
            change = replace(change, compiled=compiled)
        from git_alembic.history.evidence.evidence_collector import EvidenceCollector

        refs = [*self._refs, *targets]
        return EvidenceCollector(self._repository, self._reader, self._request.source, refs, self._is_release).add(
            change
        )

    def _is_release(self) -> bool:
        """True if the pushed branch, or the checked-out branch, is a release branch."""
        from git_alembic.history.target_branch import find_release_branch, is_release_branch

        if self._request.branch:
            return is_release_branch(self.settings, self._request.branch)
        own = self._request.source in (INDEX, self._repository.resolve(["HEAD"])[0])
        return own and find_release_branch(self._repository, self.settings) is not None
