"""`unreachable`: each kind of failure has its own sentence."""

from __future__ import annotations

import pytest

from git_alembic.database.causes import unreachable
from git_alembic.database.inspection_result import Attempt, InspectionResult
from git_alembic.scratch.result import Failure

AT = Attempt("postgresql", "psycopg2", "db.example.org", 5432, "app", "ada", connected=False)


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        (
            'could not translate host name "db.example.org" to address: Name or service not known',
            "the hostname db.example.org could not be resolved",
        ),
        ("connection refused", "no server is listening at db.example.org:5432"),
        (
            'FATAL: password authentication failed for user "ada"',
            "the server at db.example.org:5432 rejected the login of user ada",
        ),
        (
            "(1045, \"Access denied for user 'ada'\")",
            "the server at db.example.org:5432 rejected the login of user ada",
        ),
        ('FATAL: database "app" does not exist', "the server at db.example.org:5432 has no database named app"),
        ("timeout expired", "the server at db.example.org:5432 did not answer in time"),
        ("FATAL: sorry, too many clients already", "the server at db.example.org:5432 has too many connections"),
        (
            "SSL error: certificate verify failed",
            "a secure connection to the server at db.example.org:5432 failed",
        ),
        ("something new", "cannot connect to db.example.org:5432"),
    ],
)
def test_each_failure_to_connect_has_its_sentence(message: str, sentence: str) -> None:
    failure = Failure("error", "environment", "OperationalError", message)
    found = unreachable.find(InspectionResult(failure=failure, attempts=(AT,)), ("pip",))
    assert found is not None
    assert (found.cause, found.message, found.severity) == ("unreachable", sentence, "cannot-judge")
