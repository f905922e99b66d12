"""Which files of a tree configure environments, and the listing of their folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from git_alembic.environments import tree_reader
from git_alembic.environments.configuration_files import is_configuration, list_matched
from git_alembic.environments.tree_listing import Tree, drop_strays, likely_roots, root_pathspecs
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


def test_configuration_is_recognized_by_the_whole_name() -> None:
    listed = ["alembic.ini", "a/b.ini", "pyproject.toml", "m/env.py", ".gitmodules", "app.py", "a/wsgi.py", ".flaskenv"]
    matched = list_matched([*listed, ".env", *STRAYS, "m/versions/a.py", "a/x.toml", "env.pyc"])
    assert matched == [*listed, ".env", *STRAYS]
    assert list(filter(is_configuration, matched)) == [*listed, ".env"]


@pytest.mark.parametrize(
    ("roots", "expected"),
    [
        ((), []),
        (("",), ["."]),
        (("db/migrations", "a"), [":(literal)a/", ":(literal)db/migrations/", ":(glob)*.py", ":(glob)db/*.py"]),
        (("a[1]/m",), [":(literal)a[1]/m/", ":(glob)*.py", ":(glob)a\\[1]/*.py"]),
    ],
)
def test_pathspecs_of_roots(roots: tuple[str, ...], expected: list[str]) -> None:
    assert root_pathspecs(roots) == expected


def test_strays_are_dropped_unless_a_root_or_the_code_above_it_has_them() -> None:
    paths = ["db/m/myapp.py", "db/myapp.py", "myapp.py", "other/myapp.py", "other/alembic.ini", "db/m/versions/a.py"]
    listed = {path: ("100644", path) for path in paths}
    kept = [path for path in paths if not path.startswith("other/")]
    assert list(drop_strays(listed, list_matched(listed), ["db/m"])) == kept


def test_likely_roots_are_above_a_folder_of_versions() -> None:
    paths = ["db/m/versions/a.py", "db/m/versions/2024/b.py", "x/versions.py", "versions/c.py", "n/versions/d.py"]
    assert likely_roots(paths) == {"db/m", "n"}


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
