"""`up-to-date`: the last cause, which needs no condition."""

from __future__ import annotations

import pytest

from git_alembic.database.causes import find_causes
from git_alembic.database.diagnosis import Cause
from git_alembic.revisions.revision import Revision
from tests.support.whole_diagnoses import LINE, facts


@pytest.mark.parametrize(
    ("rows", "history", "message"),
    [
        (("c",), LINE, "the database is at 'c', the head of the history"),
        ((), (), "the history has no revisions yet, and none were applied to the database"),
    ],
)
def test_messages(rows: tuple[str, ...], history: tuple[Revision, ...], message: str) -> None:
    assert find_causes(facts(rows, history)) == [Cause("up-to-date", message, revisions=rows, severity="ok")]
