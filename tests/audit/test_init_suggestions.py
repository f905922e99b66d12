"""Which rules `git alembic init` suggests to make milder."""

from __future__ import annotations

import pytest

from git_alembic.audit.init_suggestions import Tally


@pytest.mark.parametrize(
    ("tally", "strict"),
    [
        (Tally("x", "error", 0, 1, 2), True),
        (Tally("x", "error", 2, 1, 2), True),
        (Tally("x", "error", 3, 1, 2), False),
        (Tally("x", "error", 0, 1, 1), False),
        (Tally("x", "warning", 0, 0, 99), False),
    ],
)
def test_a_rule_is_too_strict(tally: Tally, strict: bool) -> None:
    assert tally.is_too_strict is strict
