"""What a change knows of its two sides, over literal histories."""

from __future__ import annotations

import pytest

from git_alembic.history.change import counted


@pytest.mark.parametrize(
    ("number", "expected"), [(0, "0 revisions"), (1, "1 revision"), (2, "2 revisions"), (11, "11 revisions")]
)
def test_a_number_has_its_noun(number: int, expected: str) -> None:
    assert counted(number, "revision") == expected
