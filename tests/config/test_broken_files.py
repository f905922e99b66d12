"""Configuration that can't be read: the message, the line, and the work that it takes."""

from __future__ import annotations

import pytest

from git_alembic.config.alembic_config import ini_sections, refuse_broken_ini, toml_section
from git_alembic.config.toml_reader import load_toml
from git_alembic.errors import CannotCheck
from tests.support.project import Project

INI = "[alembic]\nscript_location = m\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<<<<<<< HEAD\n" + INI, "alembic.ini:1: invalid ini file"),
        (INI + "<<<<<<< HEAD\nx = 1\n=======\n", "alembic.ini:3: invalid ini file"),
        ("[alembic\n", "alembic.ini:1: invalid ini file"),
        (INI + "script_location = n\n", "alembic.ini:3: invalid ini file"),
        (INI + INI, "alembic.ini:3: invalid ini file"),
        (
            "[DEFAULT]\nx = 1\n[alembic]\n\nscript_location = %(y)s/m\n",
            "alembic.ini:5: script_location in [alembic] can't be interpolated: %(y)s is not defined",
        ),
        (
            "[DEFAULT]\nversion_locations = %(y)s\n[other]\nx = 1\n[alembic]\nx = 1\n",
            "alembic.ini:3: version_locations in [other] can't be interpolated: %(y)s is not defined",
        ),
    ],
)
def test_an_ini(text: str, message: str) -> None:
    with pytest.raises(CannotCheck) as refusal:
        refuse_broken_ini("alembic.ini", text)
    assert str(refusal.value) == message


@pytest.mark.parametrize("text", [INI, INI + "file_template = %Y_%(rev)s\n", "[logger_x]\nscript_location = %(y)s\n"])
def test_an_ini_that_alembic_reads(text: str) -> None:
    refuse_broken_ini("alembic.ini", text)


def test_a_location_that_grows_exponentially_is_ignored() -> None:
    bomb = "".join(f"a{n} = {f'%(a{n + 1})s' * 1000}\n" for n in range(9))
    (section,) = ini_sections("alembic.ini", f"[alembic]\nscript_location = %(a0)s\n{bomb}a9 = {'x' * 1000}\n")
    assert section.script_location is None
    found = toml_section("pyproject.toml", '[tool.alembic]\nscript_location = "%(here)9999999999s"\n')
    assert found is not None
    assert found.script_location is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[tool.alembic\nx = 1\n", "pyproject.toml:1: invalid TOML: Expected ']' at the end of a table declaration"),
        ("x = 1\n" + ".".join(["a"] * 50_000) + " = 1\n", "pyproject.toml:2: a key is nested more than 100 deep"),
        ("[" + ".".join(["'a'"] * 50_000) + "]\n", "pyproject.toml:1: a key is nested more than 100 deep"),
        ("x = {" + ".".join(["a"] * 101) + " = 1}\n", "pyproject.toml:1: a key is nested more than 100 deep"),
        ("x = " + "[" * 50_000, "pyproject.toml: a value is nested too deeply"),
    ],
)
def test_toml(text: str, message: str) -> None:
    with pytest.raises(CannotCheck) as refusal:
        load_toml("pyproject.toml", text)
    assert str(refusal.value).replace('"]"', "']'") == message  # the oldest tomli quotes differently


def test_toml_with_many_dots() -> None:
    text = f'# {"..." * 500} {"1.2 " * 500}\nx = "{"https://a.b/c " * 200}"\n{".".join("a" * 50)} = 1\n'
    assert set(load_toml("pyproject.toml", text)) == {"x", "a"}


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
