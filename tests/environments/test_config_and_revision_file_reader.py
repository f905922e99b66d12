"""Reading a tree: what git is asked, and which files are found."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from git_alembic.environments import config_and_revision_file_reader
from git_alembic.environments.config_and_revision_file_reader import open_trees
from git_alembic.git import INDEX, Repository
from git_alembic.git.trees import Tree
from tests.support.project import INI, Project
from tests.support.refusal_message import refusal

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
        monkeypatch.setattr(config_and_revision_file_reader, "likely_roots", lambda _: set[str]())
        assert (dict(tree.files), roots) == (dict(self.read(staged)[0].files), ("migrations",))


def staged(project: Project, files: Mapping[str, str | None]) -> tuple[list[str], tuple[str, ...]]:
    """Stage the files (None: remove it), and return the listed paths and the roots of this difference to HEAD."""
    for path, text in files.items():
        if text is None:
            project.git("rm", "-q", path)
        else:
            project.write(path, text)
    project.git("add", "-A")
    repository = Repository(str(project.path))
    tree, roots = open_trees(repository).read_touched(INDEX, "staged", [repository.diff("HEAD", INDEX)])
    assert tree.name == "staged"
    return sorted(tree.files), roots


REVISION = "revision = 'z'\ndown_revision = None\n"
START = {
    "alembic.ini": INI,
    "migrations/env.py": "",
    "migrations/versions/a.py": REVISION,
    "other/versions/b.py": REVISION,
}
BASE = "alembic.ini migrations/env.py migrations/versions/a.py"


class TestTouched:
    """Only what the difference can affect is listed."""

    @pytest.fixture(autouse=True)
    def start(self, empty: Project) -> None:
        for path, text in START.items():
            empty.write(path, text)
        empty.commit("start")

    @pytest.mark.parametrize(
        ("files", "expected", "roots"),
        [
            ({"README": "x"}, "alembic.ini migrations/env.py", ()),
            ({"tool.py": "x = 1\n"}, "alembic.ini migrations/env.py", ()),
            ({"migrations/versions/c.py": REVISION}, f"{BASE} migrations/versions/c.py", ("migrations",)),
            (
                {"migrations/helper.py": ""},
                "alembic.ini migrations/env.py migrations/helper.py migrations/versions/a.py",
                ("migrations",),
            ),
            ({"migrations/versions/a.py": None}, "alembic.ini migrations/env.py", ("migrations",)),
            ({"migrations/env.py": "x = 1\n"}, BASE, ("migrations",)),
            ({"alembic.ini": f"{INI}x = 1\n"}, BASE, ("migrations",)),
            ({"alembic.ini": None}, "migrations/env.py migrations/versions/a.py", ("migrations",)),
            (
                {"other/versions/c.py": REVISION},
                "alembic.ini migrations/env.py other/versions/b.py other/versions/c.py",
                ("other",),
            ),
            ({"new/x.py": REVISION}, "alembic.ini migrations/env.py new/x.py", ("new",)),
            (
                {"db/env.py": "", "db/a/x.py": REVISION},
                "alembic.ini db/a/x.py db/env.py migrations/env.py",
                ("db",),
            ),
            (
                {"alembic.ini": "[alembic]\nscript_location = other\n", "other/env.py": ""},
                f"{BASE} other/env.py other/versions/b.py",
                ("migrations", "other"),
            ),
        ],
    )
    def test_files_and_roots(
        self, empty: Project, files: dict[str, str | None], expected: str, roots: tuple[str, ...]
    ) -> None:
        assert staged(empty, files) == (expected.split(), roots)

    def test_the_code_above_the_root_and_nothing_beside_it(self, empty: Project) -> None:
        code = ("app/a/cli.py", "app/cli.py", "cli.py", "app/x/cli.py", "app/a/m/x/deep.py", "app/a/m/x/deep.txt")
        listed, roots = staged(empty, {**dict.fromkeys(code, "x = 1\n"), "app/a/m/versions/z.py": REVISION})
        assert roots == ("app/a/m",)
        assert " ".join(listed) == (
            "alembic.ini app/a/cli.py app/a/m/versions/z.py app/a/m/x/deep.py app/cli.py cli.py migrations/env.py"
        )

    def test_places_that_the_settings_name(self, empty: Project) -> None:
        text = '[tool.git-alembic]\nenvironments = [{ name = "x", version_locations = ["other/versions"] }]\n'
        assert staged(empty, {"pyproject.toml": text, "other/versions/c.py": ""}) == (
            ["alembic.ini", "migrations/env.py", "other/versions/b.py", "other/versions/c.py", "pyproject.toml"],
            ("other/versions",),
        )

    def test_files_behind_links(self, empty: Project) -> None:
        staged(empty, {"shared/a.py": REVISION, "shared/b.py": REVISION})
        empty.commit("share")
        (empty.path / "migrations/versions/link.py").symlink_to("../../shared/a.py")
        (empty.path / "migrations/versions/out.py").symlink_to("/etc/hosts.py")
        assert staged(empty, {}) == (
            [*BASE.split(), "migrations/versions/link.py", "migrations/versions/out.py", "shared/a.py"],
            ("migrations",),
        )


class TestBrokenConfiguration:
    SENTENCE = "alembic.ini:1: invalid ini file"

    def test_it_stops_a_change_of_the_file_and_is_a_note_for_others(self, project: Project) -> None:
        project.write("alembic.ini", "nonsense\n")
        assert refusal(lambda: staged(project, {})) == self.SENTENCE
        project.commit("break it")
        project.revision("c", "b")
        project.git("add", "-A")
        repository = Repository(str(project.path))
        trees = open_trees(repository)
        _, roots = trees.read_touched(INDEX, "staged", [repository.diff("HEAD", INDEX)])
        assert (roots, trees.notes) == (
            ("migrations",),
            [f"{self.SENTENCE}, so git-alembic looks for environments without using it"],
        )

    def test_an_ini_far_from_every_environment(self, project: Project) -> None:
        assert staged(project, {"fixtures/alembic.ini": "nonsense\n"})[1] == ()


class TestWhole:
    def test_every_environment(self, empty: Project) -> None:
        for path, text in {**START, "db/one/env.py": "", "db/one/steps/x.py": REVISION, "x/tool.py": ""}.items():
            empty.write(path, text)
        head = empty.commit()
        repository = Repository(str(empty.path))
        trees = open_trees(repository)
        tree, roots = trees.read_whole(head, "HEAD")
        assert (tree.name, roots) == ("HEAD", ("db/one", "migrations", "other"))
        assert sorted(tree.files) == sorted([*START, "db/one/env.py", "db/one/steps/x.py"])
        assert sorted(trees.read_everything(head, tree).files) == sorted([*tree.files, "x/tool.py"])

    def test_settings_that_name_a_missing_environment(self, project: Project) -> None:
        text = '[tool.git-alembic]\nenvironments = [{ name = "x", script_location = "gone" }]\n'
        project.write("pyproject.toml", text)
        head = project.commit()
        repository = Repository(str(project.path))
        trees = open_trees(repository)
        message = (
            'pyproject.toml: [tool.git-alembic] environment "x": no file in the folder gone is staged or committed'
        )
        assert refusal(lambda: trees.read_whole(head, "HEAD")) == message
        project.revision("c", "b")
        assert refusal(lambda: staged(project, {})) == message
        project.git("reset", "-q", "--hard")
        assert staged(project, {"README": "x"})[1] == ()

    def test_a_submodule_with_revisions(self, empty: Project) -> None:
        text = '[tool.git-alembic]\nenvironments = [{ name = "x", version_locations = ["vendor/v"] }]\n'
        empty.write("pyproject.toml", text)
        commit = empty.commit()
        empty.git("update-index", "--add", "--cacheinfo", f"160000,{commit},vendor/v")
        trees = open_trees(Repository(str(empty.path)))
        assert refusal(lambda: trees.read_whole(INDEX, "staged")) == (
            "vendor/v is a submodule, so its revisions are not in this repository"
        )
