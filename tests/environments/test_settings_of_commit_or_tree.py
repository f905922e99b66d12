"""The settings of a tree and of a commit, with those of the clone."""

from __future__ import annotations

import pytest

from git_alembic.config.settings import Settings
from git_alembic.environments.config_and_revision_file_reader import open_trees
from git_alembic.environments.settings_of_commit_or_tree import SettingsReader
from git_alembic.git import INDEX, Repository
from tests.support.project import Project
from tests.support.refusal_message import refusal

TWO = Settings(heads=2)
WRONG = 'pyproject.toml: [tool.git-alembic] heads must be a positive integer or "one-per-label", not 0'


def write(project: Project, heads: int) -> None:
    project.write("pyproject.toml", f"[tool.git-alembic]\nheads = {heads}\n")
    project.git("add", "-A")


def read(project: Project, source: str) -> list[Settings]:
    """Return the settings of a commit or the index, read in both ways."""
    repository = Repository(str(project.path))
    reader = open_trees(repository).settings
    files = repository.listing(source, ["pyproject.toml"])
    found = [reader.of_commit(source), reader.of_tree(files)]
    assert found == [reader.of_commit_or_default(source), reader.of_tree_or_default(files)]
    return found


def test_each_tree_has_its_own(empty: Project) -> None:
    bare = empty.commit()
    write(empty, 2)
    assert read(empty, bare) == [Settings(), Settings()]
    assert read(empty, INDEX) == [TWO, TWO]
    two = empty.commit()
    write(empty, 3)
    assert read(empty, two) == [TWO, TWO]
    assert read(empty, INDEX) == [Settings(heads=3)] * 2


def test_git_config_comes_first(empty: Project) -> None:
    bare = empty.commit()
    empty.git("config", "alembic.target", "origin/x")
    write(empty, 2)
    own = Settings(target="origin/x", set_by_git=frozenset({"target"}))
    assert read(empty, bare) == [own, own]
    assert read(empty, INDEX) == [own._replace(heads=2)] * 2


def test_settings_that_are_wrong(empty: Project) -> None:
    write(empty, 0)
    head = empty.commit()
    empty.git("config", "alembic.fetch", "never")
    repository = Repository(str(empty.path))
    reader = open_trees(repository).settings
    files = repository.listing(head, ["pyproject.toml"])
    assert refusal(lambda: reader.of_commit(head)) == refusal(lambda: reader.of_tree(files)) == WRONG
    default = Settings(fetch="never", set_by_git=frozenset({"fetch"}))
    assert [reader.of_commit_or_default(head), reader.of_tree_or_default(files), reader.default] == [default] * 3


@pytest.mark.parametrize(
    ("mode", "expected"), [("100644", TWO), ("100755", TWO), ("120000", Settings()), ("160000", Settings())]
)
def test_only_a_file_has_settings(empty: Project, mode: str, expected: Settings) -> None:
    reader = SettingsReader(Repository(str(empty.path)), lambda _: {"blob": b"[tool.git-alembic]\nheads = 2\n"})
    assert reader.of_tree({"pyproject.toml": (mode, "blob")}) == expected


def test_each_version_is_parsed_once(empty: Project) -> None:
    reader = SettingsReader(Repository(str(empty.path)), lambda _: {"blob": b"[tool.git-alembic]\nheads = 2\n"})
    files = {"pyproject.toml": ("100644", "blob")}
    assert reader.of_tree(files) is reader.of_tree(files)
