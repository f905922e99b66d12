"""A history as text for a terminal."""

from __future__ import annotations

import pytest

from git_alembic.report.graphs import DrawnView, TextDevice
from git_alembic.report.graphs.text import render_text
from tests.support.example_graphs import BROKEN, DATABASE, HOSTILE, SUBJECT, drawn_view

WHOLE = """\
alembic.ini (migrations) in the index: 6 revisions, 2 heads, 1 base

●    a  create <users> & more  (base)
├─╮
│ ◆  f  staged                 (head, staged, depends on c)
●    b
●    c
●    d                         (database engine1)
├─╮
│ ◌  t                         (only in origin/main, head there)
○    e  größe                  (head, unpublished, label shop)

database engine1: sqlite:///shop.db is at d and gone; gone is not in this history (see
  `git alembic doctor`)

● published: in origin/main   ○ unpublished   ◆ staged, not committed   ◌ not in the index"""
SEVERAL = """\
alembic.ini (migrations) in the index: 4 revisions, 2 heads, 1 base

●  a  (head, base, declared in 2 files)

●  b  (head, missing parent x)

●  c  (in a cycle)
●  d  (in a cycle)
◌  t  (only in origin/main, head there)

cannot be read: versions/u.py:3: no id
cannot be read: versions/v.py:1: no id

alembic.ini (migrations) in the index: 0 revisions, 0 heads, 0 bases; nothing is new

nothing to draw: nothing is new

● published: in origin/main   ◌ not in the index"""


def shown(*drawn_views: DrawnView, width: int = 100, color: bool = False, encoding: str = "utf-8") -> str:
    return render_text(drawn_views, SUBJECT, TextDevice(width, color, encoding))


def test_the_whole_text() -> None:
    assert shown(drawn_view(databases=(DATABASE,))) == WHOLE


def test_several_environments() -> None:
    assert shown(BROKEN, drawn_view({}, "nothing is new", others=())) == SEVERAL


@pytest.mark.parametrize(
    ("width", "legend"),
    [
        (90, ["● published: in origin/main   ○ unpublished   ◆ staged, not committed   ◌ not in the index"]),
        (
            89,
            ["● published: in origin/main", "○ unpublished", "◆ staged, not committed", "◌ not in the index"],
        ),
    ],
)
def test_a_legend_that_is_too_wide_has_a_line_per_sign(width: int, legend: list[str]) -> None:
    assert shown(drawn_view(), width=width).split("\n\n")[-1].splitlines() == legend


def test_colors_are_accents() -> None:
    colored = shown(drawn_view(databases=(DATABASE,)), color=True)
    row = next(line for line in colored.splitlines() if "staged" in line)
    assert row == ("│ ◆  \x1b[1;32mf\x1b[0m  staged                 \x1b[32m(head, staged, depends on c)\x1b[0m")


def test_the_encoding_of_the_stream() -> None:
    assert shown(drawn_view(), encoding="ascii").isascii()


def test_a_hostile_message_is_one_line() -> None:
    assert shown(HOSTILE).splitlines()[2:] == [
        r'○  a  "]; evil[<b> [31m \ &amp; # é  (head, unpublished, base)',
        "",
        "○ unpublished",
    ]
