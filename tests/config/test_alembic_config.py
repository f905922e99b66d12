"""Configuration that can't be read: the message, the line, and the work that it takes."""

from __future__ import annotations

import subprocess
import sys

import pytest

from git_alembic.config.alembic_config import Section, ini_sections, refuse_broken_ini, toml_section
from git_alembic.errors import CannotCheck

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
    "text",
    [
        "[tool.alembic]\nscript_location = 'db'\n",
        "  [ tool . 'alembic' ]\nscript_location = 'db'\n",
        '["tool"."alembic"]\nscript_location = "db"\n',
        "[tool]\nalembic = { script_location = 'db' }\n",
        "[tool]\nalembic.script_location = 'db'\n",
        "tool.alembic.script_location = 'db'\n",
        "tool = { alembic = { script_location = 'db' } }\n",
        "[tool.alembic.more]\n[tool.alembic]\nscript_location = 'db'\n",
    ],
)
def test_every_spelling_of_a_table(text: str) -> None:
    assert toml_section("pyproject.toml", text) == Section(script_location="db")


def test_other_tools_cost_no_toml_parser() -> None:
    code = (
        "import sys; from git_alembic.config.alembic_config import toml_section; "
        "toml_section('pyproject.toml', '[project]\\ndependencies = [\"alembic\"]\\n[tool.git-alembic]\\n[tool.x]'); "
        "print('tomllib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
