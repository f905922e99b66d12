"""The forecast of branches as Markdown."""

from __future__ import annotations

from git_alembic.report.conflicts.markdown import branch_views, render_markdown
from tests.support.example_forecasts import ALL, HOSTILE, LATE, READY, authored, forecast
from tests.support.literal_branches import branch

WHOLE = """\
5 unmerged branches compared with main: 4 change the history, and 4 of them collide.

| branch | new revisions | author | age | collides with |
|---|---|---|---|---|
| origin/clean-up |  | Di | 30 days | would lose revisions when merged with main, origin/stack and origin/ready; \
cannot be read: v/x.py |
| #7 | g | Cy | 3 months | forks with main, origin/stack and origin/ready |
| origin/ready | c | Ada | 1 day | would lose revisions when merged with origin/clean-up; forks with #7 |
| origin/stack | c, d, e, f | Bo | less than a minute | would lose revisions when merged with origin/clean-up; \
forks with #7 |

Merge order:

1. origin/ready: clean
2. origin/stack: clean
3. #7: re-parent 'g'
4. origin/clean-up: repair it first: origin/clean-up and main would lose 'b'; \
origin/stack and origin/clean-up would lose 'b'

The remote-tracking branches were last fetched 2 hours ago (`--fetch` fetches them again)."""
FOCUS = """\
- origin/ready will collide with origin/clean-up by Di, 30 days old: lost revisions 'b'
- origin/ready will collide with #7 by Cy, 3 months old: a fork with the heads 'c' and 'g'"""


def test_all_branches() -> None:
    assert render_markdown(forecast(*ALL)) == WHOLE


def test_no_branch() -> None:
    assert render_markdown(forecast(READY, compared=1, unrelated=("x",))).split("\n\n")[-2:] == [
        "x and main have unrelated histories, so git refuses to merge them.",
        "The remote-tracking branches were last fetched 2 hours ago (`--fetch` fetches them again).",
    ]
    assert render_markdown(forecast(compared=0)).split("\n\n")[0] == (
        "There are no unmerged branches to compare with main."
    )
    assert "|" not in render_markdown(forecast(compared=0))


def test_one_branch() -> None:
    assert render_markdown(forecast(*ALL, focus="origin/ready")) == FOCUS
    assert render_markdown(forecast(READY, focus="origin/ready")) == "origin/ready does not collide with any branch."


def test_comments_on_pull_requests() -> None:
    assert list(branch_views(forecast(READY, LATE))) == [
        (
            "- #7 will collide with main: a fork with the heads 'b' and 'g'\n"
            "- #7 will collide with origin/ready by Ada, 1 day old: a fork with the heads 'c' and 'g'"
        ),
        "- origin/ready will collide with #7 by Cy, 3 months old: a fork with the heads 'c' and 'g'",
    ]
    assert list(branch_views(forecast(LATE))) == [""]  # it collides only with the target


def test_a_comment_has_twenty_lines_of_a_kind() -> None:
    many = [authored(branch(f"b{number:02}", {f"r{number:02}": "b"}), "Ada", number) for number in range(22)]
    (first, *_) = branch_views(forecast(*many))
    assert len(first.splitlines()) == 21
    assert first.endswith("\n- … and with 1 more")


def test_the_numbers_of_pull_requests_are_links() -> None:
    named = READY._replace(aliases=("merge-requests/12/head",))
    merged = LATE._replace(name="merge-requests/9/head")
    rows = render_markdown(forecast(named, merged)).splitlines()[4:6]
    assert rows == [
        "| !9 | g | Cy | 3 months | forks with main and origin/ready (!12) |",
        "| origin/ready (!12) | c | Ada | 1 day | forks with !9 |",
    ]


def test_what_a_repository_names_is_text() -> None:
    hostile = HOSTILE._replace(changes=branch("x", {"a|\n<b>": "b"}).changes)
    lines = render_markdown(forecast(hostile)).splitlines()
    assert lines[4] == (
        r"| origin/\<b\>\|\`x\`\\x1b\[2J\\n::error:: | a\|\\n\<b\> | "
        "@\u200b"
        r"all \| \<i\> | 2 days | fine |"
    )
