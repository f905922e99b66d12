"""A replayed history for people: sentences, Markdown, and an HTML file that loads nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

import pytest

from git_alembic.audit.incidents import Ending, Incident
from git_alembic.audit.summary import Summary
from git_alembic.report.audit import render_summary
from git_alembic.report.audit.wording import duration, headline, notes, other_sentences

DAY = 86_400
YEAR = 31_557_600
END = Ending("e" * 40, 3 * DAY, "merge revision m")
FORK = Incident("f" * 40, DAY, ("db",), ("multiple-heads",), ("b", "c"), ("2 heads: 'b', 'c'",), is_broken=True)
FORK_THAT_ENDED = Incident(**{**vars(FORK), "ended": END})
LOST = Incident("d" * 40, DAY, ("db",), ("deleted-revision",), tuple("abcdefg"), ("7 were deleted",), kind="squash")


def summary(*incidents: Incident, **fields: Any) -> Summary:  # noqa: ANN401 - the fields of a summary
    values = {"commits": 9_028, "touched": 348, "first": 0, "last": 12 * YEAR, "activity": (0, DAY, 12 * YEAR)}
    return Summary(**{**values, "incidents": incidents, **fields})


def broken(number: int, *, missed: int = 0) -> list[Incident]:
    return [
        Incident(**{**vars(FORK_THAT_ENDED), "commit": f"{at:040}", "is_stopped": at >= missed}) for at in range(number)
    ]


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


TEXT = """\
In 9,028 commits over 12 years, the migration history was broken once, for 2 days; the hooks would have stopped it.
The hooks would also have stopped 1 commit that deleted revisions that may have been applied to databases.
348 commits touch an Alembic environment.

rule                       commit      date        revisions            lasted  ended by                    where
multiple-heads             ffffffffff  1970-01-02  b, c                 2 days  merge revision m (eeeeeee)  db
deleted-revision (squash)  dddddddddd  1970-01-02  a, b, c and 4 more                                       db

Warnings:
  edited-revision  1,234

On branches:
  multiple-heads (error)  2"""


def test_text() -> None:
    found = summary(
        FORK_THAT_ENDED, LOST, warnings={"edited-revision": 1_234}, on_branches={("error", "multiple-heads"): 2}
    )
    output = render_summary(found, "text", "shop", {})
    assert re.sub(" +", " ", output) == re.sub(" +", " ", TEXT)


def test_a_table_that_is_too_wide_for_the_terminal_becomes_blocks() -> None:
    found = summary(FORK_THAT_ENDED, LOST)
    wide = render_summary(found, "text", "shop", {})
    width = max(map(len, wide.splitlines()))
    assert render_summary(found, "text", "shop", {}, width) == wide
    narrow = render_summary(found, "text", "shop", {}, 60)
    assert max(map(len, narrow.splitlines())) <= 60
    assert narrow.endswith(
        """\

1970-01-02  ffffffffff  multiple-heads
    b, c
    in db
    2 days, merge revision m (eeeeeee)

1970-01-02  dddddddddd  deleted-revision (squash)
    a, b, c and 4 more
    in db"""
    )


def test_an_open_incident_is_marked() -> None:
    plain = Incident(**{**vars(LOST), "kind": ""})
    rows = render_summary(summary(FORK, plain), "text", "shop", {}).splitlines()
    assert ["still there" in row for row in rows if "ffffffffff" in row] == [True]
    assert ["never brought back" in row for row in rows if "dddddddddd" in row] == [True]


HOSTILE = {"f" * 40: "<script>alert(1)</script> | @everyone #1 *b* \x1b[31m \udcff"}


def test_markdown_escapes_foreign_text() -> None:
    output = render_summary(summary(FORK_THAT_ENDED), "markdown", "<b>shop", HOSTILE)
    (row,) = (line for line in output.splitlines() if "ffffffffff" in line)
    assert r"\<script\>alert(1)\</script\> \| @" + "\u200b" + r"everyone \#1 \*b\*" in row
    assert output.startswith(r"# Alembic history of \<b\>shop")
    assert "\x1b" not in output


class Elements(HTMLParser):
    """Collects tags with their attributes, and the nesting of tags that must be closed."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, Mapping[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in ("meta", "rect", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def elements(page: str) -> list[tuple[str, Mapping[str, str | None]]]:
    parser = Elements()
    parser.feed(page)
    parser.close()
    assert parser.open == []
    return parser.found


@pytest.mark.parametrize("found", [summary(), summary(FORK_THAT_ENDED, LOST, FORK), summary(activity=(5,), last=5)])
def test_html_is_complete_and_loads_nothing(found: Summary) -> None:
    page = render_summary(found, "html", "shop", HOSTILE)
    tags = elements(page)
    assert {"script", "link", "img", "iframe", "base", "object"}.isdisjoint(tag for tag, _ in tags)
    assert not [attributes for _, attributes in tags if {"src", "srcset", "onclick"} & attributes.keys()]
    assert not re.search(r"url\(|@import|https?:", page)
    assert page.isascii()
    assert headline(found) in page


def test_html_links_each_mark_of_the_timeline_to_its_incident() -> None:
    tags = elements(render_summary(summary(FORK_THAT_ENDED, LOST), "html", "shop", {}))
    targets = {attributes["id"] for _, attributes in tags if "id" in attributes}
    links = [attributes["href"] for tag, attributes in tags if tag == "a"]
    assert links == ["#i1", "#i2"]
    assert targets == {"i1", "i2"}


def test_html_shows_at_which_time_something_happened() -> None:
    page = render_summary(summary(FORK_THAT_ENDED, last=100 * DAY, activity=(0, 100 * DAY)), "html", "shop", {})
    assert '<a class="bad" href="#i1"' in page
    assert 'style="left:1.98%;width:1.96%"' in page  # the second of a hundred days, and the two days after it
    assert re.findall(r"<span[^>]*>(\w{3} 1970)</span>", page) == ["Feb 1970", "Mar 1970", "Apr 1970"]
