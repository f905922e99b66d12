"""Which files an environment loads, and its commands."""

from __future__ import annotations

import pytest

from git_alembic.environments.environment import Environment


@pytest.mark.parametrize(
    ("path", "flat", "recursive"),
    [
        ("m/versions/a.py", True, True),
        ("m/versions/.hidden.py", True, True),
        ("m/versions/helper.py", True, True),
        ("m/versions/__init__.py", False, False),
        ("m/versions/__init__more.py", False, False),
        ("m/versions/.#a.py", False, False),
        ("m/versions/a.pyc", False, False),
        ("m/versions/a.py.bak", False, False),
        ("m/versions/2026/a.py", False, True),
        ("m/versions/2026/__init__.py", False, False),
        ("m/versions/__pycache__/a.py", False, False),
        ("m/versions_old/a.py", False, False),
        ("m/a.py", False, False),
    ],
)
def test_holds(path: str, *, flat: bool, recursive: bool) -> None:
    assert Environment("m", "m", ("other", "m/versions")).holds(path) is flat
    assert Environment("m", "m", ("other", "m/versions"), recursive=True).holds(path) is recursive


def test_holds_at_the_root() -> None:
    assert Environment(".", "", ("",)).holds("a.py")
    assert not Environment(".", "", ("",)).holds("x/a.py")


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        (Environment("a", "m", ()), ("alembic", "merge", "x")),
        (Environment("a", "m", (), config="alembic.ini"), ("alembic", "merge", "x")),
        (Environment("a", "m", (), config="s/alembic.ini", cwd="s"), ("alembic", "merge", "x")),
        (Environment("a", "m", (), config="s/pyproject.toml", cwd="s"), ("alembic", "merge", "x")),
        (Environment("a", "m", (), config="s/alembic.ini"), ("alembic", "-c", "s/alembic.ini", "merge", "x")),
        (
            Environment("a", "m", (), config="s/c/alembic.ini", cwd="s"),
            ("alembic", "-c", "c/alembic.ini", "merge", "x"),
        ),
        (Environment("a", "m", (), config="db.ini"), ("alembic", "-c", "db.ini", "merge", "x")),
        (
            Environment("a", "m", (), config="s/alembic.ini", section="b"),
            ("alembic", "-c", "s/alembic.ini", "-n", "b", "merge", "x"),
        ),
        (Environment("a", "migrations", (), wrapper="flask"), ("flask", "db", "merge", "x")),
        (Environment("a", "s/migrations", (), wrapper="flask", cwd="s"), ("flask", "db", "merge", "x")),
        (Environment("a", "s/migrations", (), wrapper="flask"), ("flask", "db", "merge", "-d", "s/migrations", "x")),
        (Environment("a", "", (), wrapper="flask"), ("flask", "db", "merge", "-d", ".", "x")),
    ],
)
def test_command(environment: Environment, expected: tuple[str, ...]) -> None:
    assert environment.command("merge", "x") == expected


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        (Environment("a", "m", (), runner=("uv", "run")), ("uv", "run", "alembic", "heads")),
        (
            Environment("a", "m", (), wrapper="flask", runner=("uv", "run")),
            ("uv", "run", "flask", "db", "heads", "-d", "m"),
        ),
    ],
)
def test_command_with_a_runner(environment: Environment, expected: tuple[str, ...]) -> None:
    assert environment.command("heads") == expected


@pytest.mark.parametrize(
    ("config", "ini"),
    [
        (None, None),
        ("alembic.ini", "alembic.ini"),
        ("s/db.ini", "s/db.ini"),
        ("pyproject.toml", "alembic.ini"),
        ("s/pyproject.toml", "s/alembic.ini"),
    ],
)
def test_ini_that_alembic_reads(config: str | None, ini: str | None) -> None:
    assert Environment("a", "m", (), config=config).ini == ini


@pytest.mark.parametrize(
    ("folder", "flat", "recursive"),
    [
        ("v", True, True),
        ("v/2026", False, True),
        ("v/__pycache__", False, False),
        ("vv", False, False),
        ("", False, False),
    ],
)
def test_loaded_folders(folder: str, *, flat: bool, recursive: bool) -> None:
    assert Environment("a", "m", ("v",)).loads(folder) is flat
    assert Environment("a", "m", ("v",), recursive=True).loads(folder) is recursive
