"""An interpreter that can't run the probe, what the probe is told about an environment, and files of revisions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from git_alembic.environments.environment import Environment
from git_alembic.scratch.interpreter.probe_interface import (
    describe_environment,
    name_files,
    refuse_unusable,
    version_folder,
)
from git_alembic.scratch.interpreter.project_python import Interpreter
from tests.support.refusal_message import refusal

PYTHON = Interpreter("/p/python", "the first on PATH")
VERSIONS = {"alembic": "1.7", "sqlalchemy": "1.4"}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (
            {"missing": "alembic"},
            ("/p/python (the first on PATH) cannot import alembic: set `python` in [tool.git-alembic] to the "
            "interpreter that has the project's packages"),
        ),
        (
            {"outdated": "", "versions": VERSIONS},
            ("/p/python (the first on PATH) has Alembic 1.7 and SQLAlchemy 1.4; git-alembic needs Alembic 1.9 and "
            "SQLAlchemy 1.4.36 or newer there"),
        ),
        (
            {"outdated": "no hook", "versions": VERSIONS},
            ("/p/python (the first on PATH) has Alembic 1.7 and SQLAlchemy 1.4; git-alembic needs Alembic 1.9 and "
            "SQLAlchemy 1.4.36 or newer there (no hook)"),
        ),
    ],
)  # fmt: skip
def test_refusals(answer: dict[str, Any], expected: str) -> None:
    assert refusal(lambda: refuse_unusable(PYTHON, answer)) == expected


def test_any_other_answer() -> None:
    refuse_unusable(PYTHON, {"versions": VERSIONS, "run": {}})


FOUND = {
    "config": None,
    "toml": None,
    "section": "alembic",
    "script_location": "m",
    "versions": ["m/versions"],
    "version_locations": [],
    "more_versions": "",
    "wrapper": "alembic",
}


@pytest.mark.parametrize(
    ("environment", "more", "changes"),
    [
        (Environment("m", "m", ("m/versions",)), "", {}),
        (Environment("m", "m", ("m/a", "b")), "", {"versions": ["m/a", "b"], "version_locations": ["m/a", "b"]}),
        (Environment("m", "m", ("m/versions",)), "/more", {"more_versions": "/more"}),
        (
            Environment("m", "m", ("m/a",), config="s/alembic.ini", section="two"),
            "",
            {"config": "s/alembic.ini", "toml": "s/pyproject.toml", "section": "two", "versions": ["m/a"]},
        ),
        (
            Environment("m", "m", ("m/versions",), config="pyproject.toml"),
            "",
            {"config": "alembic.ini", "toml": "pyproject.toml"},
        ),
        (
            Environment("m", "m", ("m/versions",), config="m/alembic.ini", wrapper="flask"),
            "",
            {"config": "m/alembic.ini", "toml": "m/pyproject.toml", "wrapper": "flask"},
        ),
    ],
)
def test_description(environment: Environment, more: str, changes: dict[str, Any]) -> None:
    assert describe_environment(environment, more) == {**FOUND, **changes}


CODE = {"b": b"first", "a": b"second", "../x y\n": b"third"}


def test_names_keep_the_order_and_are_safe() -> None:
    assert name_files(CODE) == {"0000_b.py": b"first", "0001_a.py": b"second", "0002____x_y_.py": b"third"}


def test_the_folder_is_removed() -> None:
    with version_folder(CODE) as folder:
        assert {file.name: file.read_bytes() for file in Path(folder).iterdir()} == name_files(CODE)
    assert not Path(folder).exists()
    with version_folder({}) as folder:
        assert folder == ""
