"""What a check compares, and which paths differ: enough to tell whether a commit affects an environment."""

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from git_alembic.environments.configuration_files import SETTINGS, may_affect_environment
from git_alembic.errors import CannotCheck
from git_alembic.git import INDEX, NOTHING, Entry, Repository
from git_alembic.git.refs import NamedCommit
from git_alembic.git.trees import Tree

if TYPE_CHECKING:
    from git_alembic.config.settings import Settings
    from git_alembic.environments.config_and_revision_file_reader import TreeReader


class ComparisonRequest(NamedTuple):
    """What to check: a named commit or the index, against parents. Without parents, check everything with no baseline.

    The first parent is the baseline. Other parents are those of a merge. They are baselines if they are published.
    """

    source: str
    name: str
    parents: tuple[NamedCommit, ...]
    published_patterns: tuple[str, ...] = ()
    targets: tuple[NamedCommit, ...] = ()
    environments: tuple[str, ...] = ()
    checks_whole_tree: bool = False  # check every environment of the tree, not only those that differ from the parents
    branch: str = ""  # the pushed branch


class RequestDiffs(NamedTuple):
    """The differences of the checked tree: from each parent, and from the merge base with each target."""

    parents: list[list[Entry]]
    targets: list[list[Entry]]

    @property
    def all(self) -> list[list[Entry]]:
        """All differences that matter. For a merge, this is everything since the two sides diverged."""
        return [*self.parents, *self.targets]

    @property
    def changes_settings(self) -> bool:
        """True if the configuration of git-alembic differs from that of a parent."""
        return any(entry.path == SETTINGS for diff in self.parents for entry in diff)

    def may_affect_environments(self, request: ComparisonRequest) -> bool:
        """True if a difference can matter to any environment, or if all environments are checked."""
        everything = request.checks_whole_tree or not request.parents
        return everything or any(may_affect_environment(entry.path) for diff in self.all for entry in diff)


def list_diffs(repository: Repository, request: ComparisonRequest) -> RequestDiffs:
    """Return the differences from git."""
    source = request.source
    return RequestDiffs(
        [repository.diff(commit, source) for _, commit in request.parents],
        [repository.diff(find_merge_base(repository, request, commit), source) for _, commit in request.targets],
    )


class ComparisonScope:
    """The part of the checked tree that a request checks."""

    def __init__(
        self, repository: Repository, trees: "TreeReader", request: ComparisonRequest, diffs: RequestDiffs | None = None
    ) -> None:
        """Store the request. `diffs` are its differences if they are already known."""
        self.request = request
        self.diffs = diffs or list_diffs(repository, request)
        self._trees = trees

    @cached_property
    def listed(self) -> tuple[Tree, tuple[str, ...]]:
        """The relevant part of the checked tree, and the folders to check in it."""
        request = self.request
        if request.checks_whole_tree or not request.parents or self._starts_heads_files:
            return self._trees.read_whole(request.source, request.name)
        return self._trees.read_touched(request.source, request.name, self.diffs.all)

    @property
    def affects_environments(self) -> bool:
        """True if a difference of the request can matter to an environment of the checked tree."""
        return self.diffs.may_affect_environments(self.request) and bool(self.listed[1])

    @property
    def settings(self) -> "Settings":
        """The configuration of the checked tree."""
        return self._trees.settings.of_tree(self.listed[0].files)

    @property
    def _starts_heads_files(self) -> bool:
        """True if the change sets `heads-file`, so that every environment needs its file."""
        if not self.diffs.changes_settings:
            return False
        if not self._trees.settings.of_commit(self.request.source).has_heads_files:
            return False
        return not self._trees.settings.of_commit_or_default(self.request.parents[0].commit).has_heads_files


def find_merge_base(repository: Repository, request: ComparisonRequest, other: str) -> str:
    """Return the merge base of the checked tree and a commit, or the empty tree if they are unrelated."""
    commit: str | None = request.source
    if commit == INDEX:
        (commit,) = repository.resolve(["HEAD"])
    base = known_merge_base(repository, commit, other, "the two histories") if commit else None
    return base or NOTHING


def known_merge_base(repository: Repository, first: str, second: str, names: str) -> str | None:
    """Return the merge base of two commits, or None. CannotCheck if a shallow clone may hide it from the `names`."""
    base = repository.merge_base(first, second)
    if base is None and repository.is_shallow():
        raise CannotCheck(
            f"this shallow clone doesn't contain the merge base of {names} "
            "(run `git fetch --unshallow`, or set `fetch-depth: 0` in a workflow)"
        )
    return base


def staged_parents(repository: Repository) -> tuple[NamedCommit, ...]:
    """Return HEAD and the other parents of a merge in progress. The root commit has only an empty tree."""
    (head,) = repository.resolve(["HEAD"])
    if head is None:
        if repository.has_commit():
            raise CannotCheck("HEAD names a commit that is missing from the repository (see `git fsck`)")
        return (NamedCommit("nothing", NOTHING),)
    others = [other for other in repository.merge_parents() if other != head]
    names = repository.merge_parent_names(others) if others else ()
    return (NamedCommit("HEAD", head), *map(NamedCommit, names, others))
