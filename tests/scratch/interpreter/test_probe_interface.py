"""An interpreter that can't run the probe."""

from __future__ import annotations

from typing import Any

import pytest

from git_alembic.scratch.interpreter.probe_interface import refuse_unusable
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
