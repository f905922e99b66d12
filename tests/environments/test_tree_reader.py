"""Reading a tree: what git is asked, and which files are found."""

from __future__ import annotations

from pathlib import Path

import pytest

from git_alembic.environments import tree_reader
from git_alembic.environments.tree_listing import Tree
from git_alembic.environments.tree_reader import open_trees
from git_alembic.git import INDEX, Repository
from tests.support.project import Project

STRAYS = {  # files that match a pathspec of the configuration by the end of their names only
    "jobs/myapp.py": "",
    "jobs/cron/testenv.py": "",
    "jobs/prod.env": "",
    "myenv.py": "",
    "versions/oldapp.py": "",
}


class TestOneListing:
    """A change in a folder `versions` is listed together with the configuration."""

    @pytest.fixture
    def staged(self, project: Project) -> Project:
        for path, text in STRAYS.items():
            project.write(path, text)
        project.commit("strays")
        project.revision("z", "b")
        project.git("add", "-A")
        return project

    def read(self, project: Project) -> tuple[Tree, tuple[str, ...]]:
        repository = Repository(str(project.path))
        return open_trees(repository).read_touched(INDEX, "staged", [repository.diff("HEAD", INDEX)])

    def test_git_lists_the_index_once(self, staged: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        trace = tmp_path / "trace"
        monkeypatch.setenv("GIT_TRACE", str(trace))
        _, roots = self.read(staged)
        assert roots == ("migrations",)
        assert trace.read_text().count("built-in: git ls-files") == 1

    def test_it_gives_the_same_files_as_two_listings(self, staged: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        tree, roots = self.read(staged)
        monkeypatch.setattr(tree_reader, "likely_roots", lambda _: set[str]())
        assert (dict(tree.files), roots) == (dict(self.read(staged)[0].files), ("migrations",))
