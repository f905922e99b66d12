"""`uncommitted-transaction`: where env.py begins it, and what the version table has."""

from __future__ import annotations

import pytest

from git_alembic.database.causes.uncommitted_transaction import find
from git_alembic.database.database_state import CodeLine
from git_alembic.database.diagnosis import Cause
from tests.support.whole_diagnoses import facts

BEGINS = (
    "{} begins a transaction before context.configure and never commits it, so Alembic's changes to the database are "
    "rolled back"
)
ADVICE = (
    "Alembic does not commit a transaction that is already open, so env.py has to commit it",
    (
        "Until then, `alembic stamp` and `alembic upgrade` have no effect. Call `connection.commit()` before "
        "context.configure, or run everything inside `with connection.begin():`"
    ),
    "then run `git alembic doctor` again",
)


@pytest.mark.parametrize(
    ("place", "where", "rows", "table"),
    [
        (CodeLine("db/env.py", 12), "db/env.py:12", ("b",), "the version table alembic_version holds 'b'"),
        (CodeLine(None, None), "env.py", (), "the version table alembic_version contains no revisions"),
        (CodeLine(None, 3), "env.py", None, "the version table alembic_version does not exist"),
    ],
)
def test_the_whole_cause(place: CodeLine, where: str, rows: tuple[str, ...] | None, table: str) -> None:
    assert list(find(facts(rows, uncommitted=place))) == [
        Cause("uncommitted-transaction", BEGINS.format(where), (table, *ADVICE), rows or ())
    ]


def test_no_transaction() -> None:
    assert list(find(facts(("b",)))) == []
