"""Writing and reading the text of the file with the heads."""

from __future__ import annotations

import pytest

from git_alembic.history.heads_file import HeadsFile, agrees, heads_text
from tests.support.literal_changes import History, graph, revision

LABELS: History = {
    "z": revision("z", labels=("auth", "core")),
    "a": revision("a", labels=("shop",)),
    "b": revision("b"),
}


@pytest.mark.parametrize(
    ("history", "allowed", "text"),
    [
        ({}, 1, ""),
        ({"a": "", "b": "a"}, 1, "b\n"),
        ({"a": "", "c": "a", "b": "a"}, 2, "b\nc\n"),
        ({"a": "", "b": revision("b", depends=("a",))}, 2, "a\nb\n"),
        (LABELS, 3, "a\nb\nz\n"),
        (LABELS, "one-per-label", "auth@z\nb\nshop@a\n"),
    ],
)
def test_text(history: History, allowed: int | str, text: str) -> None:
    assert heads_text(graph(history), allowed) == text
    assert agrees(HeadsFile(text), graph(history), allowed)


@pytest.mark.parametrize(
    ("text", "heads", "marker_line", "is_foreign"),
    [
        (None, (), 0, False),
        ("", (), 0, False),
        ("b\r\n\r\n a \r\n", ("b", "a"), 0, False),
        ("shop@b\n", ("b",), 0, False),
        ("<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> topic\n", None, 1, False),
        ("a\n||||||| 4b825dc\nb\n", None, 2, False),
        ("=======b\n", ("=======b",), 0, False),
        ("a\nHeads of departments\n", None, 0, True),
    ],
)
def test_lines_of_a_file(text: str | None, heads: tuple[str, ...] | None, marker_line: int, is_foreign: bool) -> None:
    file = HeadsFile(text)
    assert (file.marker_line, file.is_foreign) == (marker_line, is_foreign)
    assert heads is None or file.heads == heads


def test_the_line_of_a_head() -> None:
    assert HeadsFile("\nb\n\nshop@a\n").line_of("a") == 4
    assert HeadsFile("a\nb\n").line_of("b") == 2


def test_nothing_agrees_while_git_has_a_conflict() -> None:
    assert not agrees(HeadsFile(is_unmerged=True), graph({}), 1)
    assert agrees(HeadsFile(), graph({}), 1)
