"""Loads the views of every environment of the index or of a commit, with HEAD, the published refs and the target."""

from __future__ import annotations

from collections.abc import Sequence

from git_alembic.drawing.history_view import HistoryView, Subject
from git_alembic.errors import CannotCheck
from git_alembic.git import INDEX, Repository
from git_alembic.git.refs import NamedCommit
from git_alembic.history.commit_comparison import Comparison
from git_alembic.history.commits_to_compare import ComparisonRequest, staged_parents
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.published_refs import find_published_refs
from git_alembic.history.snapshot_and_change import Snapshot
from git_alembic.history.snapshot_reader import open_reader
from git_alembic.history.target_branch import find_target


class LoadedViews:
    """All environments of one tree, or those with given names. `views` are in the order of the tree's environments."""

    def __init__(self, rev: str | None, refs: Sequence[str], environments: Sequence[str]) -> None:
        """Read the index, or the commit of `rev`, and what it is compared with. Raise CannotCheck if that fails."""
        self._repository = Repository()
        reader = open_reader(self._repository)
        source, name = self._source(rev)
        request = ComparisonRequest(source, name, (), tuple(refs), (), tuple(environments))
        self._comparison = Comparison(self._repository, reader, request)
        self._changes = self._comparison.changes()
        if not self._changes:
            raise CannotCheck(f"there is no Alembic environment in {name}")
        self._seen: dict[str, list[Snapshot]] = {}
        self.subject = self._subject(request)
        self.views = self._views()
        reader.save()

    def before(self, name: str) -> list[RevisionGraph]:
        """Return the history of each environment in a commit."""
        return [snapshot.graph for snapshot in self._other_trees(name, self._repository.commit(name))]

    def _source(self, rev: str | None) -> tuple[str, str]:
        if rev is not None:
            return self._repository.commit(rev), rev
        if self._repository.top is None:
            raise CannotCheck("there is no working tree here, so nothing is staged: pass a commit with --rev")
        return INDEX, "the index"

    def _subject(self, request: ComparisonRequest) -> Subject:
        """Return the subject. A missing target doesn't prevent the drawing."""
        staged = request.source == INDEX
        commit = None if staged else request.source
        parents = staged_parents(self._repository) if staged else ()
        try:
            refs = find_published_refs(self._repository, self._comparison.settings, request.published_patterns)
            aim = find_target(self._repository, self._comparison.settings)
        except CannotCheck as error:
            if request.published_patterns:
                raise
            return Subject(request.name, commit, parents, None, None, str(error))
        head = self._repository.resolve(["HEAD"])[0]
        head_ref = (NamedCommit("HEAD", head),) if head else ()
        return Subject(request.name, commit, parents, tuple(refs) or head_ref, aim)

    def _views(self) -> list[HistoryView]:
        subject = self.subject
        names: dict[str, str] = {}
        for name, commit in (*subject.parents, *([subject.target] if subject.target else [])):
            names[commit] = f"{names[commit]}, {name}" if commit in names else name
        others = [self._other_trees(name, commit) for commit, name in names.items()]
        parents = [self._other_trees(name, commit) for name, commit in subject.parents]
        refs = [self._other_trees(name, commit) for name, commit in subject.published_commits or ()]
        return [
            HistoryView(
                change.after,
                tuple(snapshots[position] for snapshots in parents),
                None if subject.published_commits is None else tuple(snapshots[position] for snapshots in refs),
                tuple(snapshots[position] for snapshots in others),
            )
            for position, change in enumerate(self._changes)
        ]

    def _other_trees(self, name: str, commit: str) -> list[Snapshot]:
        if commit not in self._seen:
            self._seen[commit] = self._comparison.snapshots_at(self._changes, name, commit)
        return self._seen[commit]
