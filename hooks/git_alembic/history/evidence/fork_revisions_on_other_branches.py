"""Finds unpublished revisions of a fork that a database may have run, because other branches have or had them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from git_alembic.git import INDEX, Repository
from git_alembic.git.refs import NamedCommit
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.graph_algorithms.allowed_heads import count_excess_heads
from git_alembic.history.snapshot_and_change import Change
from git_alembic.history.snapshot_reader import SnapshotReader
from git_alembic.revisions.revision import Revision

_MOST_COMMITS = 100  # each commit costs one call of git


def with_fork_evidence(
    repository: Repository, reader: SnapshotReader, change: Change, source: str, refs: Sequence[NamedCommit]
) -> Change:
    """Add what other remote branches have and what the published refs once had. Only for a fork."""
    graphs = [change.after.graph, *(forecast.merged.graph for forecast in change.forecasts)]
    graph = next((graph for graph in graphs if count_excess_heads(graph, change.heads_allowed)), None)
    if graph is None:
        return change
    candidates = [revision for revision in graph.revisions if revision.id not in change.published.graph]
    if not candidates:
        return change
    return replace(
        change,
        held_elsewhere=find_other_branches(repository, candidates, source, {name for name, _ in refs}),
        once_published=find_once_published(repository, reader, candidates, graph, refs),
    )


def find_other_branches(
    repository: Repository, revisions: Sequence[Revision], source: str, published: Collection[str]
) -> Mapping[str, tuple[str, ...]]:
    """Map each revision id to the remote branches, except the branch's own, with the commit that added it."""
    own_branches = repository.own_remote_branches()
    if own_branches.intersection(published):  # on the target, the merged branches count as its own
        own_branches |= _merged_branches(repository)
    tips = ["HEAD", *repository.merge_parents()] if source == INDEX else [source]
    if repository.resolve(["HEAD"])[0] is None and source == INDEX:
        return {}
    added = repository.last_additions(tips, [revision.path for revision in revisions])
    branches = {
        commit: tuple(
            name
            for name in repository.remote_branches_with(commit)
            if name not in own_branches and name not in published
        )
        for commit in list(dict.fromkeys(added.values()))[:_MOST_COMMITS]
    }
    by_revision = {revision.id: branches.get(added.get(revision.path, ""), ()) for revision in revisions}
    return {id_: names for id_, names in by_revision.items() if names}


def _merged_branches(repository: Repository) -> frozenset[str]:
    """Return the names of the branches that the merge in progress merges, with and without each remote."""
    names = repository.merge_parent_names(repository.merge_parents())
    return frozenset([*names, *(f"{remote}/{name}" for remote in repository.remotes() for name in names)])


def find_once_published(
    repository: Repository,
    reader: SnapshotReader,
    revisions: Sequence[Revision],
    graph: RevisionGraph,
    refs: Sequence[NamedCommit],
) -> frozenset[str]:
    """Return the ids of revisions that a published ref once had: it deleted them, or was forced back."""
    folders = sorted({revision.path.rpartition("/")[0] for revision in graph.revisions})
    ids = {revision.id for revision in revisions}
    once_published: set[str] = set()
    for name, commit in refs:
        deleted_files = repository.list_deletions(commit, folders) + repository.list_dropped_additions(
            name, commit, folders
        )
        once_published |= {
            file.id for file in reader.read_files(deleted_files) if isinstance(file, Revision) and file.id in ids
        }
    return frozenset(once_published)
