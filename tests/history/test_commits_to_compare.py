"""Whether a difference between trees can matter."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pytest

from git_alembic.config.settings import Settings
from git_alembic.environments.config_and_revision_file_reader import TreeReader
from git_alembic.environments.settings_of_commit_or_tree import SettingsReader
from git_alembic.git import INDEX, NOTHING, Entry, Repository
from git_alembic.git.refs import NamedCommit
from git_alembic.git.trees import Tree
from git_alembic.history.commits_to_compare import (
    ComparisonRequest,
    ComparisonScope,
    RequestDiffs,
    find_merge_base,
    list_diffs,
    staged_parents,
)
from tests.support.project import Project
from tests.support.refusal_message import refusal

NO_REPOSITORY = Repository("nowhere")
REQUEST = ComparisonRequest("commit", "staged", (NamedCommit("HEAD", "parent"),))


def diff(*paths: str) -> list[Entry]:
    return [Entry(path, "100644", "100644", "old", "new") for path in paths]


@pytest.mark.parametrize(
    ("diffs", "expected"),
    [
        (RequestDiffs([diff("README.md")], []), False),
        (RequestDiffs([diff("README.md", "app/versions/a.py")], []), True),
        (RequestDiffs([[], diff("alembic.ini")], []), True),
        (RequestDiffs([[]], [diff("app/versions/a.py")]), True),
        (RequestDiffs([], []), False),
    ],
)
def test_a_difference_from_any_tree_can_matter(diffs: RequestDiffs, expected: bool) -> None:
    assert diffs.may_affect_environments(REQUEST) is expected


@pytest.mark.parametrize("request_", [REQUEST._replace(checks_whole_tree=True), REQUEST._replace(parents=())])
def test_a_whole_tree_always_matters(request_: ComparisonRequest) -> None:
    assert RequestDiffs([], []).may_affect_environments(request_)


@pytest.mark.parametrize(
    ("diffs", "expected"),
    [
        (RequestDiffs([diff("a.py"), diff("a.py", "pyproject.toml")], []), True),
        (RequestDiffs([diff("app/pyproject.toml", "zzz.toml")], []), False),
        (RequestDiffs([[]], [diff("pyproject.toml")]), False),
    ],
)
def test_settings_change_with_those_of_a_parent(diffs: RequestDiffs, expected: bool) -> None:
    assert diffs.changes_settings is expected


class LiteralSettings(SettingsReader):
    """Knows which commits ask for a file with the heads."""

    def __init__(self, with_heads_file: Collection[str]) -> None:
        self.with_heads_file = with_heads_file

    def of_commit(self, commit: str) -> Settings:
        return Settings(heads_file=commit in self.with_heads_file)


class LiteralTrees(TreeReader):
    """Knows the settings of commits, and which folders a check concerns."""

    def __init__(self, with_heads_file: Collection[str], folders: tuple[str, ...] = ("touched",)) -> None:
        self.settings, self.folders = LiteralSettings(with_heads_file), folders

    def read_whole(self, source: str, name: str) -> tuple[Tree, tuple[str, ...]]:
        return Tree(name, {source: ("", "")}), ("whole",)

    def read_touched(self, source: str, name: str, diffs: Sequence[Sequence[Entry]]) -> tuple[Tree, tuple[str, ...]]:
        return Tree(name, {source: ("", "")}), self.folders if any(diffs) else ()


MERGE = REQUEST._replace(parents=(NamedCommit("HEAD", "parent"), NamedCommit("topic", "other")))
CONFIGURED = RequestDiffs([diff("pyproject.toml"), []], [])
ADDED = RequestDiffs([diff("app/versions/a.py"), []], [])


@pytest.mark.parametrize(
    ("request_", "diffs", "with_heads_file", "expected"),
    [
        (MERGE, ADDED, (), "touched"),
        (MERGE._replace(checks_whole_tree=True), ADDED, (), "whole"),
        (MERGE._replace(parents=()), ADDED, (), "whole"),
        (MERGE, CONFIGURED, (), "touched"),
        (MERGE, CONFIGURED, ("commit",), "whole"),
        (MERGE, CONFIGURED, ("commit", "HEAD", "other", "topic"), "whole"),
        (MERGE, CONFIGURED, ("commit", "parent"), "touched"),
        (MERGE, CONFIGURED, ("parent",), "touched"),
        (MERGE, ADDED, ("commit",), "touched"),
    ],
    ids=[
        "a merge",
        "every environment",
        "no parents",
        "other settings",
        "settings that start files with the heads",
        "only another parent has such settings",
        "the first parent has such settings",
        "settings that end files with the heads",
        "the same settings",
    ],
)
def test_the_folders_to_check(
    request_: ComparisonRequest, diffs: RequestDiffs, with_heads_file: tuple[str, ...], expected: str
) -> None:
    scope = ComparisonScope(NO_REPOSITORY, LiteralTrees(with_heads_file), request_, diffs)
    assert scope.listed == (Tree("staged", {"commit": ("", "")}), (expected,))


@pytest.mark.parametrize(
    ("diffs", "folders", "expected"),
    [(ADDED, ("touched",), True), (ADDED, (), False), (RequestDiffs([diff("README.md")], []), ("touched",), False)],
)
def test_whether_an_environment_is_concerned(diffs: RequestDiffs, folders: tuple[str, ...], *, expected: bool) -> None:
    assert ComparisonScope(NO_REPOSITORY, LiteralTrees((), folders), MERGE, diffs).affects_environments is expected


def repository(project: Project) -> Repository:
    return Repository(str(project.path))


class TestStagedBaseline:
    def test_head(self, project: Project) -> None:
        assert staged_parents(repository(project)) == (("HEAD", project.git("rev-parse", "HEAD").strip()),)

    def test_the_first_commit_is_compared_with_nothing(self, empty: Project) -> None:
        assert staged_parents(repository(empty)) == (("nothing", NOTHING),)

    def test_the_other_parents_of_a_merge(self, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        head = project.git("rev-parse", "HEAD").strip()
        project.switch("topic", "HEAD")
        other = project.commit("other")
        project.switch("main")
        first, last = "0" * 40, "f" * 40
        (project.path / ".git" / "MERGE_HEAD").write_text(f"{head}\n{first}\n{other}\n{last}\n")
        monkeypatch.setenv(f"GITHEAD_{other}", "topic")
        others = (("MERGE_HEAD", first), ("topic", other), ("MERGE_HEAD", last))
        assert staged_parents(repository(project)) == (("HEAD", head), *others)

    def test_a_missing_commit(self, project: Project) -> None:
        project.git("update-ref", "--no-deref", "refs/heads/other", "HEAD")
        (project.path / ".git" / "refs" / "heads" / "main").write_text("1" * 40 + "\n")
        output = refusal(lambda: staged_parents(repository(project)))
        assert output == "HEAD names a commit that is missing from the repository (see `git fsck`)"


class TestMergeBase:
    def test_of_the_index_and_of_a_commit(self, project: Project) -> None:
        base = project.git("rev-parse", "HEAD").strip()
        project.switch("topic", "HEAD")
        topic = project.commit("topic")
        project.switch("main")
        other = project.commit("other")
        for source in (INDEX, other):
            assert find_merge_base(repository(project), REQUEST._replace(source=source), topic) == base
        assert find_merge_base(repository(project), REQUEST._replace(source=topic), topic) == topic

    def test_unrelated_histories_have_the_empty_tree(self, project: Project) -> None:
        root = project.git("commit-tree", "-m", "root", "HEAD^{tree}").strip()
        assert find_merge_base(repository(project), REQUEST._replace(source=INDEX), root) == NOTHING

    def test_the_first_commit(self, empty: Project) -> None:
        assert find_merge_base(repository(empty), REQUEST._replace(source=INDEX), NOTHING) == NOTHING

    def test_a_shallow_clone_may_lack_it(self, project: Project) -> None:
        head = project.git("rev-parse", "HEAD").strip()
        root = project.git("commit-tree", "-m", "root", "HEAD^{tree}").strip()
        (project.path / ".git" / "shallow").write_text(f"{root}\n")
        index = REQUEST._replace(source=INDEX)
        assert find_merge_base(repository(project), index, head) == head
        assert refusal(lambda: find_merge_base(repository(project), index, root)).startswith("this shallow clone")


def test_the_differences_from_parents_and_merge_bases(project: Project) -> None:
    base = project.git("rev-parse", "HEAD").strip()
    project.write("ours.txt", "x")
    parent = project.commit("parent")
    project.switch("topic", base)
    project.write("theirs.txt", "x")
    target = project.commit("target")
    project.switch("main")
    project.write("staged.txt", "x")
    project.git("add", "-A")
    targets = (NamedCommit("topic", target),)
    checked = ComparisonRequest(INDEX, "staged", (NamedCommit("HEAD", parent),), targets=targets)
    diffs = list_diffs(repository(project), checked)
    assert [[entry.path for entry in diff] for diff in diffs.parents] == [["staged.txt"]]
    assert [[entry.path for entry in diff] for diff in diffs.targets] == [["ours.txt", "staged.txt"]]
    assert diffs.all == [*diffs.parents, *diffs.targets]
