"""Dates as git reads them, at any time of day."""

from __future__ import annotations

import pytest

from git_alembic.git import Repository
from git_alembic.git.commit_dates import parse_date
from tests.support.project import Project

MARCH_8 = 1772928000  # 2026-03-08 00:00 UTC
LATE = 23 * 3600 + 59 * 60 + 59


@pytest.mark.parametrize("now", [MARCH_8 + 1, MARCH_8 + LATE], ids=["at night", "before midnight"])
@pytest.mark.parametrize(
    ("date", "time_of_day", "expected"),
    [
        ("2026-03-08", "00:00:00", MARCH_8),
        (" 2026-3-8 ", "23:59:59", MARCH_8 + LATE),
        ("2026-03-08 12:00", "23:59:59", MARCH_8 + 12 * 3600),
        ("2026-03-08T12:00:00+02:00", "00:00:00", MARCH_8 + 10 * 3600),
    ],
)
def test_a_date_does_not_depend_on_the_time_of_day(
    project: Project, monkeypatch: pytest.MonkeyPatch, *, now: int, date: str, time_of_day: str, expected: int
) -> None:
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("GIT_TEST_DATE_NOW", str(now))
    assert parse_date(Repository(str(project.path)), date, time_of_day) == expected


def test_a_span_ends_now(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_TEST_DATE_NOW", str(MARCH_8))
    assert parse_date(Repository(str(project.path)), "2 days ago", "00:00:00") == MARCH_8 - 2 * 86_400
