"""The `[tool.git-alembic]` table: the values that are read, and the messages for wrong values."""

from __future__ import annotations

import subprocess
import sys

import pytest

from git_alembic.config.settings import DriftSettings, EnvironmentSettings, Settings
from git_alembic.config.settings_parser import parse_settings
from git_alembic.errors import CannotCheck

EVERYTHING = """
[project]
name = "shop"

[tool.git-alembic]
target = "origin/main"
published = ["origin/main", "refs/tags/v*"]
heads = "one-per-label"
python = ".venv/bin/python"
fetch = "never"
unreadable = "ask-project"
fail-on-warning = true
warn-conflicts = true
environments = [{ name = "billing", config = "services/billing/alembic.ini", section = "billing" },
                { name = "auth", script_location = "auth/migrations", version_locations = ["auth/a", "auth/b"] }]
[tool.git-alembic.rules]
renamed-revision = "error"
model-drift = "off"
[tool.git-alembic.drift]
database = "sqlite"
new-only = false
env = { SECRET_KEY = "x" }
"""


def test_every_key_is_read() -> None:
    assert parse_settings(EVERYTHING) == Settings(
        target="origin/main",
        published=("origin/main", "refs/tags/v*"),
        heads="one-per-label",
        python=".venv/bin/python",
        fetch="never",
        unreadable="ask-project",
        fail_on_warning=True,
        warn_conflicts=True,
        environments=(
            EnvironmentSettings("billing", config="services/billing/alembic.ini", section="billing"),
            EnvironmentSettings("auth", script_location="auth/migrations", version_locations=("auth/a", "auth/b")),
        ),
        rules={"renamed-revision": "error", "model-drift": "off"},
        drift=DriftSettings(database="sqlite", new_only=False, env={"SECRET_KEY": "x"}),
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        '[project]\nname = "shop"\n',
        '[project]\ndependencies = ["git-alembic"]\n',
        "tool = 1 # git-alembic\n",
        "[tool.git-alembic]\n",
        "[tool.alembic]\nscript_location = 'x'\n",
        "not TOML at all, which is no business of ours",
    ],
)
def test_nothing_set_gives_the_defaults(text: str) -> None:
    assert parse_settings(text) == Settings(
        target=None,
        published=(),
        heads=1,
        python=None,
        fetch="auto",
        unreadable="fail",
        environments=(),
        rules={},
        drift=DriftSettings("scratch", new_only=True, env={}),
    )


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ('tagret = "x"', '[tool.git-alembic] has no key "tagret" (did you mean "target"?)'),
        ("zzz = 1", '[tool.git-alembic] has no key "zzz"'),
        ("target = 1", "[tool.git-alembic] target must be a non-empty string, not 1"),
        ('target = ""', '[tool.git-alembic] target must be a non-empty string, not ""'),
        (
            "python = []",
            "[tool.git-alembic] python must be the path to an executable, or a command as a list of arguments, not []",
        ),
        (
            'python = ["uv", 1]',
            (
                "[tool.git-alembic] python must be the path to an executable, or a command as a list of arguments, not "
                '["uv", 1]'
            ),
        ),
        ('published = "main"', '[tool.git-alembic] published must be a list of strings, not "main"'),
        ("published = [1]", "[tool.git-alembic] published must be a list of strings, not [1]"),
        ("heads = 0", '[tool.git-alembic] heads must be a positive integer or "one-per-label", not 0'),
        ("heads = true", '[tool.git-alembic] heads must be a positive integer or "one-per-label", not true'),
        ('heads = "two"', '[tool.git-alembic] heads must be a positive integer or "one-per-label", not "two"'),
        (
            'fetch = "alway"',
            '[tool.git-alembic] fetch must be one of "auto", "never", "always", not "alway" (did you mean "always"?)',
        ),
        ("fetch = false", '[tool.git-alembic] fetch must be one of "auto", "never", "always", not false'),
        (
            'unreadable = "ask_project"',
            (
                '[tool.git-alembic] unreadable must be one of "fail", "ask-project", not "ask_project"'
                ' (did you mean "ask-project"?)'
            ),
        ),
        ("rules = []", "[tool.git-alembic] rules must be a table, not []"),
        (
            'rules = { multiple-heads = "warn" }',
            (
                '[tool.git-alembic.rules] multiple-heads must be one of "error", "warning", "off", not "warn"'
                ' (did you mean "warning"?)'
            ),
        ),
        ("drift = 1", "[tool.git-alembic.drift] must be a table, not 1"),
        (
            "drift = { new_only = true }",
            '[tool.git-alembic.drift] has no key "new_only" (did you mean "new-only"?)',
        ),
        ('drift = { new-only = "yes" }', '[tool.git-alembic.drift] new-only must be true or false, not "yes"'),
        (
            'drift = { database = "sqlit" }',
            (
                '[tool.git-alembic.drift] database must be "scratch", "sqlite", "embedded-postgresql" or the URL of a'
                ' postgresql, mysql, mariadb, mssql or oracle server, not "sqlit" (did you mean "sqlite"?)'
            ),
        ),
        (
            'drift = { database = "postgres://me:secret@host/db" }',
            (
                '[tool.git-alembic.drift] database must be "scratch", "sqlite", "embedded-postgresql" or the URL of a'
                ' postgresql, mysql, mariadb, mssql or oracle server, not "postgres://…" (did you mean "postgresql"?)'
            ),
        ),
        ("drift = { env = { A = 1 } }", "[tool.git-alembic.drift] env must be a table of strings, not a table"),
        ("environments = 1", "[tool.git-alembic] environments must be a list of tables, not 1"),
        ('environments = ["a"]', '[tool.git-alembic.environments] must be a table, not "a"'),
        ('environments = [{ config = "a" }]', '[tool.git-alembic.environments] has an entry without a "name"'),
        (
            'environments = [{ name = "a", version_locations = [] }]',
            '[tool.git-alembic.environments] "a" needs one of "config", "script_location" or "version_locations"',
        ),
        (
            'environments = [{ name = "a" }]',
            '[tool.git-alembic.environments] "a" needs one of "config", "script_location" or "version_locations"',
        ),
        (
            'environments = [{ name = "a", script-location = "b" }]',
            '[tool.git-alembic.environments] has no key "script-location" (did you mean "script_location"?)',
        ),
        (
            'environments = [{ name = "a", config = "b" }, { name = "a", config = "c" }]',
            '[tool.git-alembic.environments] has two environments named "a"',
        ),
    ],
)
def test_wrong_values_are_refused(lines: str, message: str) -> None:
    with pytest.raises(CannotCheck) as caught:
        parse_settings(f"[tool.git-alembic]\n{lines}\n")
    assert str(caught.value) == f"pyproject.toml: {message}"


def test_a_value_instead_of_a_table_is_refused() -> None:
    with pytest.raises(CannotCheck, match=r"^pyproject\.toml: \[tool\.git-alembic\] must be a table, not 1$"):
        parse_settings("[tool]\ngit-alembic = 1\n")


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("[tool.git-alembic]\n\ntarget = = 1\n", "pyproject.toml:3: invalid TOML: Invalid value"),
        ("[tool.git-alembic]\n<<<<<<< HEAD\nheads = 1\n", "pyproject.toml:2: invalid TOML: Invalid statement"),
        ('[tool.git-alembic]\ntarget = "', "pyproject.toml:2: invalid TOML: "),
    ],
)
def test_broken_toml_is_reported_with_its_line(text: str, start: str) -> None:
    with pytest.raises(CannotCheck) as caught:
        parse_settings(text)
    assert str(caught.value).startswith(start)


def test_only_a_table_of_ours_costs_a_toml_parser() -> None:
    code = (
        "import sys; from git_alembic.config.settings_parser import parse_settings; parse_settings('[project]'); "
        "print(sorted({'tomllib', 'difflib', 'json'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
