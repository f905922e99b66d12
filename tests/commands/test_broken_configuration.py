"""Configuration that can't be read, in whole commands."""

from __future__ import annotations

import pytest

from tests.support.project import Project

INI = "[alembic]\nscript_location = m\n"


class TestChecks:
    @pytest.mark.parametrize(
        ("path", "text", "reason"),
        [
            ("alembic.ini", "<<<<<<< x\n" + INI, "alembic.ini:1: invalid ini file"),
            ("alembic.ini", "[alembic]\nscript_location = %(y)s\n", "alembic.ini:2: script_location in [alembic]"),
            ("pyproject.toml", "[tool.alembic\n", "pyproject.toml:1: invalid TOML"),
        ],
    )  # fmt: skip
    def test_a_commit_that_breaks_the_configuration(self, project: Project, path: str, text: str, reason: str) -> None:
        project.write(path, text)
        project.git("add", "-A")
        assert project.check()["reason"].startswith(reason)
        project.revision("c", "b")
        project.git("add", "-A")
        assert project.check()["reason"].startswith(reason)

    def test_a_commit_after_it_gets_a_warning(self, project: Project) -> None:
        project.write("alembic.ini", "<<<<<<< x\n" + INI)
        project.commit()
        project.revision("c", "b")
        project.git("add", "-A")
        done = project.run("check")
        assert (done.returncode, done.stderr) == (
            0,
            "git-alembic: alembic.ini:1: invalid ini file, so git-alembic looks for environments without using it\n",
        )

    def test_other_files_do_not_matter(self, project: Project) -> None:
        project.write("fixtures/alembic.ini", "<<<<<<< x\n")
        project.write("{{cookiecutter.x}}/migrations/env.py", "")
        project.write("{{cookiecutter.x}}/alembic.ini", "{% if x %}\n")
        project.revision("c", "b")
        project.git("add", "-A")
        assert project.rules() == []


class TestNestedSettings:
    REASON = (
        "shop/pyproject.toml: [tool.git-alembic] is read only from the pyproject.toml in the repository root: "
        "move it there"
    )

    def shop(self, project: Project) -> None:
        """Make an environment with its own pyproject.toml in a subfolder."""
        project.write("shop/alembic.ini", "[alembic]\nscript_location = %(here)s/migrations\n")
        project.write("shop/migrations/env.py", "")
        project.revision("s", folder="shop/migrations/versions")
        project.write("shop/pyproject.toml", "[tool.git-alembic]\nheads = 2\n")
        project.git("add", "-A")

    def test_a_commit_that_adds_or_uses_them(self, project: Project) -> None:
        self.shop(project)
        assert project.check()["reason"] == self.REASON
        project.commit()
        assert project.check("--rev", "HEAD")["reason"] == self.REASON
        project.revision("t", "s", folder="shop/migrations/versions")
        project.git("add", "-A")
        assert project.check()["reason"] == self.REASON

    def test_other_commits(self, project: Project) -> None:
        self.shop(project)
        project.commit()
        project.revision("c", "b")
        project.git("add", "-A")
        assert project.rules() == []
        project.write("shop/pyproject.toml", "[tool.other]\nname = 'git-alembic'\n")
        project.revision("t", "s", folder="shop/migrations/versions")
        project.git("add", "-A")
        assert project.rules() == []

    def test_settings_beside_no_environment(self, project: Project) -> None:
        project.write("lib/pyproject.toml", "[tool.git-alembic]\nheads = 2\n")
        project.write("lib/a.py", "")
        project.git("add", "-A")
        assert project.rules() == []
