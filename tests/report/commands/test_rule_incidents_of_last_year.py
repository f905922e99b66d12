"""What `init` prints about the last year, on narrow and wide terminals."""

from __future__ import annotations

import pytest

from git_alembic.audit.rule_suggestions_for_init import Tally
from git_alembic.report.commands.rule_incidents_of_last_year import describe_last_year

TALLIES = [Tally("multiple-heads", "error", 9, 0, 0), Tally("edited-revision", "warning", 0, 1, 8)]
TABLE = """\
rule             severity  reported  repaired later  repairs  stayed
multiple-heads   error     9         9               0        0
edited-revision  warning   9         0               1        8"""
BLOCKS = """\
multiple-heads, error: 9
    repaired later: 9
    repairs: 0
    stayed: 0
edited-revision, warning: 9
    repaired later: 0
    repairs: 1
    stayed: 8"""


@pytest.mark.parametrize(("width", "counts"), [(40, BLOCKS), (67, BLOCKS), (68, TABLE), (120, TABLE)])
def test_the_counts_fit(width: int, counts: str) -> None:
    text = describe_last_year(2835, 207, TALLIES, width)
    assert f"\n\nThe hooks would have reported:\n\n{counts}\n\nErrors stop the commit" in text
    assert max(map(len, text.splitlines())) <= min(width, 79)
    assert text.endswith("\n`git alembic audit` lists the commits.")


def test_nothing() -> None:
    assert describe_last_year(1, 0, []) == (
        "In the last year: 1 commit; 0 of them touch an Alembic environment.\nThe hooks would have reported nothing."
    )
