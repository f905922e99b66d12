"""The words of every drawing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from git_alembic.drawing.history_view import DatabaseMark
from git_alembic.drawing.node import Node
from git_alembic.git.refs import NamedCommit
from git_alembic.report.graphs.title_and_legend import Footnote, footnotes, inscription, meanings, title
from tests.support.example_graphs import BROKEN, PUBLISHED, SUBJECT, drawn_view
from tests.support.literal_changes import ENVIRONMENT


def test_titles() -> None:
    line = {"a": "", "b": "a"}
    assert title(drawn_view(line, others=()), SUBJECT) == (
        "alembic.ini (migrations) in the index: 2 revisions, 1 head, 1 base"
    )
    shown = drawn_view({}, "only new revisions")
    assert title(shown, SUBJECT) == (
        "alembic.ini (migrations) in the index: 0 revisions, 0 heads, 0 bases; only new revisions"
    )
    view = replace(shown.view, shown=shown.view.shown._replace(environment=ENVIRONMENT._replace(name="migrations")))
    assert title(shown._replace(view=view, extent=""), SUBJECT) == (
        "migrations in the index: 0 revisions, 0 heads, 0 bases"
    )


def published(*names: str) -> tuple[NamedCommit, ...]:
    return tuple(NamedCommit(name, "0" * 40) for name in names)


@pytest.mark.parametrize(
    ("refs", "words"),
    [
        (None, "in the history"),
        ((), "in the history"),
        (published("main"), "published: in main"),
        (published("a", "b", "c"), "published: in a, b, c"),
        (published("a", "b", "c", "d", "e"), "published: in a, b, c and 2 more"),
    ],
)
def test_what_the_signs_mean(refs: tuple[NamedCommit, ...] | None, words: str) -> None:
    assert meanings([drawn_view()], replace(SUBJECT, published_commits=refs)) == {
        "published": words,
        "unpublished": "unpublished",
        "staged": "staged, not committed",
        "elsewhere": "not in the index",
    }


def test_signs_that_do_not_occur_need_no_words() -> None:
    assert meanings([drawn_view(PUBLISHED, others=())], SUBJECT) == {}
    assert list(meanings([drawn_view(PUBLISHED)], SUBJECT)) == ["published", "elsewhere"]
    shown = drawn_view()
    rest = tuple(node._replace(kind="rest") for node in shown.nodes)
    assert meanings([shown._replace(nodes=rest)], SUBJECT) == {}


DOCTOR = "(see `git alembic doctor`)"


@pytest.mark.parametrize(
    ("revisions", "tables", "sentence"),
    [
        (("d",), 3, "sqlite:///x.db is at d, 2 revisions to run"),
        (("e", "f"), 3, "sqlite:///x.db is at e and f, 0 revisions to run"),
        (("b", "f"), 3, "sqlite:///x.db is at b and f, 2 revisions to run"),
        ((), 0, "sqlite:///x.db is not at any revision, 6 revisions to run"),
        ((), 1, f"sqlite:///x.db is not at any revision, but has 1 table {DOCTOR}"),
        (("x",), 1, f"sqlite:///x.db is at x; x is not in this history {DOCTOR}"),
        (("x", "b", "y"), 1, f"sqlite:///x.db is at x and b and y; x and y are not in this history {DOCTOR}"),
    ],
)
def test_where_a_database_is(revisions: tuple[str, ...], tables: int, sentence: str) -> None:
    mark = DatabaseMark("", "sqlite:///x.db", revisions, tables)
    assert list(footnotes(drawn_view(databases=(mark,)), SUBJECT)) == [Footnote("database", sentence, "path")]


def test_other_notes() -> None:
    unknown = replace(SUBJECT, reason="no remote")
    assert [str(note) for note in footnotes(BROKEN, unknown)] == [
        "cannot be read: versions/u.py:3: no id",
        "cannot be read: versions/v.py:1: no id",
        "could not determine which revisions are published: no remote",
    ]
    assert list(map(str, footnotes(drawn_view({}, others=()), SUBJECT))) == ["nothing to draw: the history is empty"]
    assert list(map(str, footnotes(drawn_view({}, "nothing new", others=()), SUBJECT))) == [
        "nothing to draw: nothing new"
    ]


@pytest.mark.parametrize(
    ("fields", "lines"),
    [
        ({}, ("a",)),
        ({"text": "add a"}, ("a", "add a")),
        ({"marks": ("head", "base")}, ("a", "(head, base)")),
        ({"text": "x\x1b" * 40, "marks": ("head",)}, ("a", f"{'x ' * 29}x…", "(head)")),
    ],
)
def test_the_lines_of_a_node(fields: dict[str, Any], lines: tuple[str, ...]) -> None:
    assert inscription(Node(("a",), (), "a", **fields)) == lines
