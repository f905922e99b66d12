"""`python` is a command: its use in doctor, sync, graph and check."""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from git_alembic.errors import CannotCheck
from git_alembic.scratch.interpreter.project_python import Interpreter
from git_alembic.scratch.revisions_read_by_project_python import compile_by_command
from tests.support.model_projects import EMAIL, Modeled, program

WHY = "`python` in [tool.git-alembic]"


@pytest.fixture
def modeled(empty: Modeled) -> Modeled:
    return Modeled(empty.path).start()


def command_in(folder: Path, project: Modeled) -> list[str]:
    """Return a command that starts in another folder, like a container."""
    folder.mkdir(exist_ok=True)
    script = folder.parent / "docker"
    words = [str(script), "exec"]
    program(script, f'shift; cd {folder} && exec {sys.executable} "$@"')
    project.write("pyproject.toml", f"[tool.git-alembic]\npython = {json.dumps(words)}\n")
    project.git("add", "pyproject.toml")
    return words


def diagnose(project: Modeled) -> dict[str, Any]:
    done = project.run("doctor", "--format", "json")
    assert done.stdout, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


class TestDoctor:
    """Doctor runs in the command's start folder, which has the database."""

    @pytest.mark.parametrize("subfolder", ["", "backend"])
    def test_the_database_of_the_container(self, empty: Modeled, tmp_path: Path, subfolder: str) -> None:
        project = Modeled(empty.path).start()
        if subfolder:
            (project.path / subfolder).mkdir()
            project.git("mv", "app", "migrations", "alembic.ini", subfolder)
        place = tmp_path / "place"
        command_in(place, project)
        shutil.copytree(project.path / subfolder, place, ignore=shutil.ignore_patterns(".git"), dirs_exist_ok=True)
        with closing(sqlite3.connect(place / "app.db")) as database:
            database.executescript("CREATE TABLE alembic_version (version_num VARCHAR(32)); CREATE TABLE users (id)")

        found = diagnose(project)

        assert [cause["cause"] for cause in found["causes"]] == ["empty-version-table"]
        assert not (project.path / subfolder / "app.db").exists()

    def test_other_files_there(self, modeled: Modeled, tmp_path: Path) -> None:
        words = command_in(tmp_path / "place", modeled)
        place = tmp_path / "place"
        shutil.copytree(modeled.path, place, ignore=shutil.ignore_patterns(".git"), dirs_exist_ok=True)
        modeled.models(EMAIL)

        assert diagnose(modeled)["reason"] == (
            f"alembic.ini: app/models.py is a different one in {place}, where {' '.join(words)} runs: bring the files "
            "there up to date with the working tree (build the image again, or mount the working tree)"
        )

    def test_a_revision_is_missing_there(self, modeled: Modeled, tmp_path: Path) -> None:
        words = command_in(tmp_path / "place", modeled)
        place = tmp_path / "place"
        shutil.copytree(modeled.path, place, ignore=shutil.ignore_patterns(".git"), dirs_exist_ok=True)
        modeled.step("b", "a")

        assert str(diagnose(modeled)["reason"]).startswith(
            f"alembic.ini: migrations/versions/b_x.py is missing in {place}, where {' '.join(words)} runs"
        )

    def test_the_project_is_not_there(self, modeled: Modeled, tmp_path: Path) -> None:
        words = command_in(tmp_path / "place", modeled)

        assert str(diagnose(modeled)["reason"]).startswith(
            f"alembic.ini: {' '.join(words)} starts in {tmp_path / 'place'}, which has no migrations/env.py"
        )


def test_sync_moves_nothing(modeled: Modeled, tmp_path: Path) -> None:
    words = command_in(tmp_path / "place", modeled)

    done = modeled.run("sync", "--yes")

    assert done.returncode == 2
    assert " ".join(done.stderr.split()) == (
        "git-alembic: alembic.ini: `git alembic sync` can migrate a database only with an interpreter on this "
        f"machine, but {WHY} is a command that may run elsewhere: run Alembic with it yourself, for "
        f"example `{' '.join(words)} -m alembic upgrade head`"
    )


class TestComputedIdentifiers:
    """`unreadable = "ask-project"` runs a revision file through the command."""

    def test_they_are_loaded(self, modeled: Modeled, tmp_path: Path) -> None:
        words = command_in(tmp_path / "place", modeled)
        settings = f'[tool.git-alembic]\nunreadable = "ask-project"\npython = {json.dumps(words)}\n'
        modeled.write("pyproject.toml", settings)
        modeled.write("app/ids.py", "LAST = 'b'\n")
        text = "from app.ids import LAST\nrevision = LAST\ndown_revision = 'a'\nprint('noise')\n"
        modeled.write("migrations/versions/b_x.py", text)
        modeled.git("add", "-A")

        found = modeled.check()

        assert (found["reason"], found["environments"][0]["heads"]) == (None, ["b"])


class TestSyntax:
    """A newer Python behind a command decides on syntax if the user has set the command."""

    def interpreter(self, folder: Path) -> Interpreter:
        """Return a Python that claims to be newer and has no packages."""
        script = folder / "newer.py"
        script.write_text(
            "import sys\nassert sys.argv[1:4] == ['-I', '-S', '-c']\nstart = sys.argv[4]\nsys.argv[1:] = sys.argv[5:]\n"
            "class Version(tuple):\n    pass\nsys.version_info = Version((3, 99, 0))\nexec(start)\n"
        )
        return Interpreter("newer", WHY, (sys.executable, str(script)))

    def test_a_problem_and_a_valid_file(self, tmp_path: Path) -> None:
        found = compile_by_command(str(tmp_path), self.interpreter(tmp_path), {"good": b"x = 1\n", "bad": b"x = (\n"})

        assert found["good"] is None
        assert found["bad"] is not None
        assert found["bad"].why.startswith("not valid Python 3.99: ")

    def test_a_python_that_is_no_newer(self, tmp_path: Path) -> None:
        python = Interpreter("same", WHY, (sys.executable,))

        assert compile_by_command(str(tmp_path), python, {"bad": b"x = (\n"}) == {}

    def test_a_command_that_does_not_start(self, tmp_path: Path) -> None:
        with pytest.raises(CannotCheck, match="that program does not exist"):
            compile_by_command(str(tmp_path), Interpreter("x", WHY, ("no-such-program", "y")), {"bad": b"x = (\n"})

    @pytest.mark.parametrize("set_by", ["pyproject.toml", "git config", "variable"])
    def test_a_check_starts_only_a_command_of_the_user(
        self, modeled: Modeled, tmp_path: Path, set_by: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        trace = tmp_path / "started"
        program(tmp_path / "docker", f'touch {trace}; shift; exec {sys.executable} "$@"')
        words = [str(tmp_path / "docker"), "exec"]
        if set_by == "pyproject.toml":
            modeled.write("pyproject.toml", f"[tool.git-alembic]\npython = {json.dumps(words)}\n")
        elif set_by == "git config":
            modeled.git("config", "alembic.python", " ".join(words))
        else:
            monkeypatch.setenv("GIT_ALEMBIC_PYTHON", " ".join(words))
        modeled.write("migrations/versions/b_x.py", "revision = 'b'\ndown_revision = 'a'\nx = (\n")
        modeled.git("add", "-A")

        found = modeled.check()

        assert trace.exists() == (set_by != "pyproject.toml")
        if set_by == "pyproject.toml":
            assert "a check never runs a command configured in pyproject.toml" in found["reason"]
        else:
            assert [finding["rule"] for finding in found["findings"]] == ["unreadable-revision"]
