"""Why a database or a history can't be checked."""

from __future__ import annotations

import pytest

from git_alembic.database.inspection_result import DatabaseState, Url, Version
from git_alembic.database.unreadable_reasons import (
    describe_broken_history,
    describe_foreign_version_table,
    describe_project_failure,
)
from git_alembic.revisions.revision import Revision
from git_alembic.scratch.scratch_result import Failure
from tests.support.whole_diagnoses import facts, revision


@pytest.mark.parametrize(
    ("version", "reason"),
    [
        (Version(), ""),
        (Version(exists=True, columns=("id", "version_num")), ""),
        (
            Version(exists=True, columns=("id", "name")),
            (
                "the table app.versions was not created by Alembic: it has the columns id, name, and no "
                "version_num; set a different version_table in env.py, or rename this table"
            ),
        ),
    ],
)
def test_a_version_table_of_another_program(version: Version, reason: str) -> None:
    database = DatabaseState("", Url("", "sqlite"), "sqlite", version_table="app.versions", version=version)
    assert describe_foreign_version_table(database) == reason


@pytest.mark.parametrize(
    ("rows", "history", "problem"),
    [
        (("a",), (revision("a"),), ""),
        (("a",), (revision("a"), revision("b", "x")), "'b' comes after 'x', which is missing from this checkout"),
        (("a",), (revision("a", "b"), revision("b", "a")), "it contains a cycle"),
        (
            ("a",),
            (revision("a", "b"), revision("b", "a"), revision("c", "x")),
            "'c' comes after 'x', which is missing from this checkout",
        ),
        (("z",), (revision("a", "x"),), ""),  # `unknown-revision` explains it
    ],
)
def test_a_broken_history(rows: tuple[str, ...], history: tuple[Revision, ...], problem: str) -> None:
    expected = f"Alembic cannot load the history: {problem} (see `git alembic check`)" if problem else ""
    assert describe_broken_history(facts(rows, history)) == expected


BLOCKED = "the project's code tried to write to the database{}, and git-alembic blocked it: {}"


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        (
            Failure("variable", "environment", "KeyError", "'SHOP_URL'", name="SHOP_URL"),
            "the project's settings need the environment variable SHOP_URL, which is not set",
        ),
        (
            Failure("application", "environment", "NoAppException", "Could not locate it.", name="shop:app"),
            "the Flask application was not found: Could not locate it. Set FLASK_APP, for example to shop:app",
        ),
        (Failure("application", "environment", "NoAppException", "Could not locate it."), ""),
        (
            Failure("refused", "environment", "RefusedWrite", "INSERT INTO t", path="env.py", line=7),
            BLOCKED.format(" at env.py:7", "INSERT INTO t"),
        ),
        (
            Failure("project", "environment", "E", "meanwhile: a\nmeanwhile: no INSERT in a read-only transaction"),
            BLOCKED.format("", "no INSERT in a read-only transaction"),
        ),
        (
            Failure("project", "environment", "OperationalError", "attempt to write a readonly database"),
            BLOCKED.format("", "attempt to write a readonly database"),
        ),
        (Failure("project", "environment", "ValueError", "no"), ""),
    ],
)
def test_a_failure_of_the_projects_code(failure: Failure, reason: str) -> None:
    assert describe_project_failure(failure) == reason
