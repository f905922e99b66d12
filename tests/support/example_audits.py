"""Incidents and summaries for the tests of audit reports."""

from __future__ import annotations

from typing import Any

from git_alembic.audit.incidents import Ending, Incident
from git_alembic.audit.summary import Summary

DAY = 86_400
YEAR = 31_557_600
END = Ending("e" * 40, 3 * DAY, "merge revision m")
FORK = Incident("f" * 40, DAY, ("db",), ("multiple-heads",), ("b", "c"), ("2 heads: 'b', 'c'",), is_broken=True)
FORK_THAT_ENDED = Incident(**{**vars(FORK), "ended": END})
LOST = Incident("d" * 40, DAY, ("db",), ("deleted-revision",), tuple("abcdefg"), ("7 were deleted",), kind="squash")


def summary(*incidents: Incident, **fields: Any) -> Summary:
    values = {"commits": 9_028, "touched": 348, "first": 0, "last": 12 * YEAR, "activity": (0, DAY, 12 * YEAR)}
    return Summary(**{**values, "incidents": incidents, **fields})


def broken(number: int, *, missed: int = 0) -> list[Incident]:
    return [
        Incident(**{**vars(FORK_THAT_ENDED), "commit": f"{at:040}", "is_stopped": at >= missed}) for at in range(number)
    ]


HOSTILE = {"f" * 40: "<script>alert(1)</script> | @everyone #1 *b* \x1b[31m \udcff"}
