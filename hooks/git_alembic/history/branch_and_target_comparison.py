"""Compares a branch with its target: its whole history, its changes since it left the target, and a merge of both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from git_alembic.config.settings import Settings
from git_alembic.git import NOTHING, Repository
from git_alembic.git.refs import NamedCommit
from git_alembic.history.commit_comparison import Comparison
from git_alembic.history.commits_to_compare import ComparisonRequest, known_merge_base
from git_alembic.history.published_refs import find_published_refs
from git_alembic.history.snapshot_and_change import Change
from git_alembic.history.snapshot_reader import SnapshotReader
from git_alembic.history.target_branch import find_own_remote, find_release_branch, find_target


class BranchChanges(NamedTuple):
    """Two views of a branch.

    `whole` has a change per environment, without a baseline. `since` has a change per environment that differs from the
    commit where the branch left the target, with the forecast of a merge. Both know what is published.
    """

    whole: list[Change]
    since: list[Change]
    settings: Settings
    target: NamedCommit | None
    start: str  # the commit where the branch left the target


class BranchScope(NamedTuple):
    """The tree that is checked as the branch, and the options."""

    source: str  # a commit or the index
    name: str
    head: str | None  # the commit of the branch; None before its first commit
    published_patterns: tuple[str, ...] = ()
    targets: tuple[NamedCommit, ...] = ()
    environments: tuple[str, ...] = ()
    target: NamedCommit | None = None  # replaces the target of the settings
    merged: tuple[NamedCommit, ...] = ()  # the other parents of a merge in progress


def compare_branch(repository: Repository, reader: SnapshotReader, scope: BranchScope) -> BranchChanges:
    """Compare a branch with its target. Raise CannotCheck if a shallow clone lacks their merge base."""
    settings = reader.trees.settings.of_commit(scope.source)
    target = scope.target or find_branch_target(repository, settings)
    head_ref = [NamedCommit("HEAD", scope.head)] if scope.head else []
    release = find_release_branch(repository, settings)
    refs = [] if release else find_published_refs(repository, settings, scope.published_patterns)
    refs = refs or ([target] if target else []) or head_ref
    start = _start(repository, scope, target, refs)
    parents = (NamedCommit(_start_name(start, target, scope.head), start), *scope.merged)
    request = ComparisonRequest(
        scope.source, scope.name, parents, scope.published_patterns, environments=scope.environments
    )
    since = Comparison(repository, reader, request)
    targets = [*([target] if target else []), *scope.targets]
    since_changes = since.add_context(since.changes(), refs, targets)
    everything = Comparison(repository, reader, request._replace(parents=()))
    whole = everything.add_context(everything.changes(), refs, ())
    return BranchChanges(whole, since_changes, settings, target, start)


def find_branch_target(repository: Repository, settings: Settings) -> NamedCommit | None:
    """Return the branch that the current branch is merged into. For a release branch, return its own remote branch."""
    release = find_release_branch(repository, settings)
    return find_own_remote(repository, release) if release else find_target(repository, settings)


def _start(repository: Repository, scope: BranchScope, target: NamedCommit | None, refs: Sequence[NamedCommit]) -> str:
    """Return the commit where the branch left the target, or the published line if there is no target."""
    if scope.head is None:
        return NOTHING
    line = target or refs[0]
    return known_merge_base(repository, scope.head, line.commit, f"the branch and {line.name}") or scope.head


def _start_name(start: str, target: NamedCommit | None, head: str | None) -> str:
    """Return a name of the merge base that `git checkout` accepts."""
    if start == head:
        return "HEAD"
    return target.name if target and target.commit == start else start[:12]
