"""The sections of alembic.ini and pyproject.toml, and the messages about those that can't be read."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from git_alembic.config.alembic_config import Section, ini_sections, is_template, refuse_broken_ini, toml_section
from git_alembic.config.path_containment import HERE
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
        (
            "[z]\nscript_location = z\nx = 1\n[b]\n# script_location =\nSCRIPT_LOCATION: %(y)s\n",
            "alembic.ini:6: script_location in [b] can't be interpolated: %(y)s is not defined",
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


def written(*lines: str) -> Section:
    """Return the section of an alembic.ini with these lines."""
    (section,) = ini_sections("alembic.ini", "\n".join(("[alembic]", *lines)))
    return section


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], Section()),
        (["script_location = %(here)s/m"], Section(script_location=f"{HERE}/m")),
        (["name = shop", "script_location = db/%(name)s"], Section(script_location="db/shop")),
        (["script_location = %(gone)s"], Section()),
        (["script_location = a\0b"], Section(script_location="a\ufffdb")),
        (["recursive_version_locations = true", "sourceless = true"], Section(recursive=True, sourceless=True)),
        (["recursive_version_locations = True", "sourceless = yes"], Section(recursive=False, sourceless=False)),
    ],
)
def test_values_of_a_section(lines: list[str], expected: Section) -> None:
    assert written(*lines) == expected


@pytest.mark.parametrize(
    ("separators", "text", "versions", "folders"),
    [
        ([], "a b,c, d", ("a", "b", "c", "d"), ("a", "b", "c", "d")),
        ([], "a:b", ("a:b",), ("a", "b")),
        ([], "", (), ()),
        (["path_separator = space"], "a  b,c", ("a", "b,c"), ("a", "b,c")),
        (["path_separator = :"], "a b: c", ("a b", "c"), ("a b", "c")),
        (["path_separator = ;"], "a;b ", ("a", "b"), ("a", "b")),
        (["path_separator = newline"], "a b\n  c", ("a b", "c"), ("a b", "c")),
        (["path_separator = os  # a comment"], f"a b{os.pathsep}c", ("a b", "c"), ("a b", "c")),
        (["version_path_separator = ;"], "a b;c", ("a b", "c"), ("a", "b;c")),
        (["version_path_separator = ;", "path_separator = space"], "a b;c", ("a", "b;c"), ("a", "b;c")),
        (["path_separator = nonsense"], "a b", ("a", "b"), ("a", "b")),
    ],
)
def test_lists(separators: list[str], text: str, versions: tuple[str, ...], folders: tuple[str, ...]) -> None:
    found = written(*separators, f"version_locations = {text}", f"prepend_sys_path = {text}")
    assert (found.version_locations, found.prepend_sys_path) == (versions, folders)


def test_sections_that_are_no_environment() -> None:
    names = ["loggers", "handlers", "formatters", "post_write_hooks", "logger_root", "handler_x", "formatter_x"]
    text = "".join(f"[{name}]\n" for name in [*names, "alembic", "billing", "loggers2"])
    assert [section.name for section in ini_sections("alembic.ini", text)] == ["alembic", "billing", "loggers2"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("[tool.other]\nalembic = 1\n", None),
        ("[tool]\nalembic = 1\n", None),
        ("tool = 1  # alembic\n", None),
        ("[tool.alembic]\n", Section()),
        ("[tool.alembic]\nscript_location = '%(here)s/m'\n", Section(script_location=f"{HERE}/m")),
        ("[tool.alembic]\nscript_location = '%(x)s/m'\n", Section()),
        ("[tool.alembic]\nscript_location = 1\n", Section()),
        ('[tool.alembic]\nscript_location = "a\\u0000b"\n', Section(script_location="a\ufffdb")),
        (
            "[tool.alembic]\nversion_locations = ['a b', '', 1, '%(here)s/c']\nprepend_sys_path = ['.']\n",
            Section(version_locations=("a b", f"{HERE}/c"), prepend_sys_path=(".",)),
        ),
        ("[tool.alembic]\nversion_locations = 'a'\n", Section()),
        (
            "[tool.alembic]\nrecursive_version_locations = true\nsourceless = true\n",
            Section(recursive=True, sourceless=True),
        ),
        (
            "[tool.alembic]\nrecursive_version_locations = false\nsourceless = 'true'\n",
            Section(recursive=False, sourceless=False),
        ),
    ],
)
def test_table_of_pyproject(text: str, expected: Section | None) -> None:
    assert toml_section("pyproject.toml", text) == expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (Section("a"), Section("b", "m", ("v",), True, True, ("p",)), Section("a", "m", ("v",), True, True, ("p",))),
        (
            Section("a", "n", ("w",), False, False, ("q",)),
            Section("b", "m", ("v",), True, True, ("p",)),
            Section("a", "n", ("w",), False, False, ("q",)),
        ),
        (Section("a", "", ()), Section("b", "m", ("v",)), Section("a", "m", ("v",))),
    ],
)
def test_first_section_over_the_second(first: Section, second: Section, expected: Section) -> None:
    assert first.over(second) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ name }}", True),
        ("{% if x %}", True),
        ("${NAME}", True),
        ("<% name %>", True),
        ("@@name@@", True),
        ("sqlalchemy.url = driver://user:pass@host/%(x)s", False),
        ("{x} $x <x> a@b", False),
    ],
)
def test_template(text: str, expected: bool) -> None:
    assert is_template(text) is expected
