"""A line of first parents is found as it was at a past moment."""

from __future__ import annotations

import pytest

from git_alembic.conflicts.branches_at_date import _commits_before
from git_alembic.git.commits import FirstParent

# a (10) <- b (20) <- c (30); b <- d (40); r (25) is a root; the target contains everything below `a`
LINES = {
    "a": FirstParent("target", 10),
    "b": FirstParent("a", 20),
    "c": FirstParent("b", 30),
    "d": FirstParent("b", 40),
    "r": FirstParent(None, 25),
}


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        (5, {"c": None, "d": None, "r": None}),
        (10, {"c": "a", "d": "a", "r": None}),
        (25, {"c": "b", "d": "b", "r": "r"}),
        (39, {"c": "c", "d": "b", "r": "r"}),
        (40, {"c": "c", "d": "d", "r": "r"}),
    ],
)
def test_commits_before(time: int, expected: dict[str, str | None]) -> None:
    for tips in (list(expected), list(reversed(expected))):
        found = _commits_before(LINES, [*tips, "target"], time)
        assert {tip: found[tip] for tip in expected} == expected
        assert found["target"] is None
