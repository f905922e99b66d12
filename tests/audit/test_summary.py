"""The figures of a replay, from literal incidents."""

from __future__ import annotations

import pytest

from git_alembic.audit.incidents import Ending, Incident
from git_alembic.audit.summary import Summary


def incident(commit: str, start: int, end: int | None, **fields: bool) -> Incident:
    ended = None if end is None else Ending("end", end, "repaired")
    made = Incident(commit, start, ("db",), ("multiple-heads",), ("b", "c"), (), ended=ended, is_broken=True)
    return made if not fields else Incident(**{**vars(made), **fields})


def summary(*incidents: Incident) -> Summary:
    return Summary(commits=9, touched=5, first=0, last=1_000, incidents=incidents)


@pytest.mark.parametrize(
    ("spans", "seconds", "now"),
    [
        ([], 0, False),
        ([(0, 10), (20, 25)], 15, False),
        ([(0, 10), (5, 20)], 20, False),
        ([(0, 30), (5, 20)], 30, False),
        ([(5, 20), (0, 30)], 30, False),
        ([(100, None)], 900, True),
        ([(100, 90)], 0, False),  # clocks differ
    ],
)
def test_duration_of_broken_main_line(spans: list[tuple[int, int | None]], seconds: int, now: bool) -> None:
    found = summary(*(incident(str(number), *span) for number, span in enumerate(spans)))
    assert (found.broken_seconds, found.is_broken_now) == (seconds, now)


def test_commits_are_counted_once() -> None:
    found = summary(
        incident("1", 0, 5),
        incident("1", 0, 9),
        incident("2", 0, 5, is_stopped=False),
        incident("3", 0, 5, is_merge=True),
        incident("4", 0, None, is_broken=False),
        incident("2", 0, None, is_broken=False),  # it broke another environment
    )
    assert (found.broken_times, found.stopped_times, found.merged_times, found.lost_times) == (3, 2, 1, 1)
    assert not found.is_broken_now
