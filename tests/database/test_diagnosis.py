"""The verdict of doctor."""

from __future__ import annotations

import pytest

from git_alembic.database.diagnosis import Cause, Diagnosis

OK, WARNING = Cause("up-to-date", "fine", severity="ok"), Cause("wrong-target", "hm", severity="warning")
ERROR, UNREACHABLE = Cause("behind", "behind"), Cause("unreachable", "no server", severity="cannot-judge")


@pytest.mark.parametrize(
    ("diagnosis", "verdict", "exit_code", "reason"),
    [
        (Diagnosis(), "clean", 0, None),
        (Diagnosis(causes=(OK, WARNING)), "clean", 0, None),
        (Diagnosis(causes=(OK, ERROR)), "findings", 1, None),
        (Diagnosis(causes=(ERROR, UNREACHABLE)), "cannot-judge", 2, "no server"),
        (Diagnosis(causes=(ERROR,), reasons=("no Python",)), "cannot-judge", 2, "no Python"),
        (
            Diagnosis(causes=(UNREACHABLE, UNREACHABLE), reasons=("no Python", "no Python")),
            "cannot-judge",
            2,
            "no Python; no server",
        ),
    ],
)
def test_verdicts(diagnosis: Diagnosis, verdict: str, exit_code: int, reason: str | None) -> None:
    assert (diagnosis.verdict, diagnosis.exit_code, diagnosis.reason) == (verdict, exit_code, reason)
