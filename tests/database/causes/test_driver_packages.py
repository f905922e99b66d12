"""The package of a missing driver."""

from __future__ import annotations

import pytest

from git_alembic.database.causes.driver_packages import find_missing_package
from git_alembic.scratch.scratch_result import Failure

GREENLET = ("an asynchronous engine needs greenlet", "greenlet")


def failure(kind: str, message: str, name: str | None = None) -> Failure:
    return Failure(kind, "environment", "ModuleNotFoundError", message, name=name)


@pytest.mark.parametrize(
    ("raised", "found"),
    [
        (
            failure("module", "No module named 'psycopg2'", "psycopg2"),
            ("the driver psycopg2 is not installed in the project's Python", "psycopg2-binary"),
        ),
        (
            failure("module", "No module named 'mysql.connector'", "mysql.connector"),
            ("the driver mysql is not installed in the project's Python", "mysql-connector-python"),
        ),
        (failure("module", "No module named 'shop'", "shop"), None),
        (failure("module", "cannot import", None), None),
        (failure("project", "psycopg2 is not happy", "psycopg2"), None),
        (failure("module", "No module named 'greenlet'", "greenlet"), GREENLET),
        (failure("project", "the greenlet library is required to use this function"), GREENLET),
        (failure("project", "greenlet_spawn has not been called"), None),
        (failure("project", "a password is required"), None),
    ],
)
def test_packages(raised: Failure, found: tuple[str, str] | None) -> None:
    assert find_missing_package(raised) == found
