"""Sentences about incidents and durations."""

from __future__ import annotations

import pytest

from git_alembic.audit.incidents import Incident
from git_alembic.audit.summary import Summary
from git_alembic.report.audit.wording import duration, headline, notes, other_sentences
from tests.support.example_audits import DAY, FORK, LOST, YEAR, broken, summary

HEADLINES = {
    "In 9,028 commits over 12 years, the migration history was never broken.": summary(),
    "In 1 commit, the migration history was never broken.": summary(commits=1, last=0),
    "In 9,028 commits over 12 years, the migration history was broken once, for 2 days; "
    "the hooks would have stopped it.": summary(*broken(1)),
    "In 9,028 commits over 12 years, the migration history was broken once, for 2 days; "
    "the hooks would have stopped none.": summary(*broken(1, missed=1)),
    "In 9,028 commits over 12 years, the migration history was broken 14 times, for 2 days in total; "
    "the hooks would have stopped 13.": summary(*broken(14, missed=1)),
    "In 9,028 commits over 12 years, the migration history was broken twice, for 2 days in total; "
    "the hooks would have stopped both.": summary(*broken(2)),
    "In 9,028 commits over 3 months, the migration history was broken once, for 95 days, and it still is; "
    "the hooks would have stopped it.": summary(FORK, last=96 * DAY),
}


@pytest.mark.parametrize(("line", "found"), HEADLINES.items())
def test_headline(line: str, found: Summary) -> None:
    assert headline(found) == line


def test_other_sentences() -> None:
    merge = Incident(**{**vars(FORK), "is_merge": True})
    edited = Incident(**{**vars(LOST), "commit": "9" * 40, "rules": ("changed-down-revision",)})
    assert other_sentences(summary(LOST)) == [
        "The hooks would have stopped 1 commit that deleted revisions that may have been applied to databases.",
        "348 commits touch an Alembic environment.",
    ]
    assert other_sentences(summary(merge, LOST, edited, touched=1)) == [
        (
            "The hooks would also have stopped 2 commits that changed the order of published revisions (1), "
            "deleted revisions that may have been applied to databases (1)."
        ),
        (
            "One of the commits that broke it is a merge: local hooks don't run for merges made in a web interface, "
            "so run the check in CI or on the server too."
        ),
        "1 commit touches an Alembic environment.",
    ]


def test_notes() -> None:
    found = summary(
        brief=[FORK] * 5, python_2_files=2, unchecked=[("1" * 40, "no\nTOML"), ("2" * 40, "x")], lines_by_label=["db"]
    )
    assert notes(found) == [
        "Resolved within 10 minutes, so the commits probably landed together: multiple-heads (5) in db",
        "2 revision files use Python 2 syntax; only the identifiers were read.",
        (
            "db: this report accepts one head per branch label. "
            'Set `heads = "one-per-label"` in [tool.git-alembic], or the hooks will report these heads.'
        ),
        "2 commits could not be checked: the first is 1111111111 (no\\nTOML)",
    ]
    assert notes(summary(brief=[LOST])) == [
        (
            "Resolved within 10 minutes, so the commits probably landed together: "
            "deleted-revision (squash) a, b, c and 4 more in db"
        )
    ]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (1, "1 second"),
        (119, "119 seconds"),
        (120, "2 minutes"),
        (7_200, "2 hours"),
        (2 * DAY, "2 days"),
        (YEAR, "365 days"),
    ],
)
def test_duration(seconds: int, text: str) -> None:
    assert duration(seconds) == text
