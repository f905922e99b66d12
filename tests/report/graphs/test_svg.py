"""A history as an image."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from git_alembic.report.graphs import DrawnView
from git_alembic.report.graphs.svg import LANE, LETTER, MARGIN, ROW, render_svg
from git_alembic.terminal.text_width import count_columns
from tests.support.example_graphs import BROKEN, DATABASE, HOSTILE, SUBJECT, drawn_view

SVG = "{http://www.w3.org/2000/svg}"


def drawn(*drawn_views: DrawnView) -> ET.Element:
    text = render_svg(drawn_views, SUBJECT)
    assert text.isascii()
    return ET.fromstring(text)  # noqa: S314 - our own image


def texts(image: ET.Element) -> list[str]:
    return ["".join(text.itertext()) for text in image.iter(f"{SVG}text")]


def places(image: ET.Element, kind: str) -> list[tuple[float, float]]:
    """Return (lane, row) of the signs of a class. The first row is below the title."""
    found = (circle for circle in image.iter(f"{SVG}circle") if circle.get("class", "").endswith(kind))
    circles = ((float(circle.get("cx", "")), float(circle.get("cy", ""))) for circle in found)
    return [((x - MARGIN - 6) / LANE, (y - MARGIN) / ROW - 1.5) for x, y in circles]


def test_texts() -> None:
    assert texts(drawn(drawn_view(databases=(DATABASE,)))) == [
        "alembic.ini (migrations) in the index: 6 revisions, 2 heads, 1 base",
        *("a", "create <users> & more", "base"),
        *("f", "staged", "head", "staged", "depends on c"),
        "b",
        "c",
        *("d", "database engine1"),
        *("t", "only in origin/main", "head there"),
        *("e", "größe", "head", "unpublished", "label shop"),
        "database engine1: sqlite:///shop.db is at d and gone; gone is not in this history (see `git alembic doctor`)",
        "published: in origin/main",
        "unpublished",
        "staged, not committed",
        "not in the index",
    ]


def test_signs_are_on_their_lanes() -> None:
    history = {"a": "", "b": "a", "f": "a"}
    image = drawn(drawn_view(history, others=()))
    assert places(image, " published")[:2] == [(0, 0), (0, 2)]
    staged = [path.get("d", "") for path in image.iter(f"{SVG}path") if path.get("class", "").startswith("c ")]
    assert staged[0].startswith(f"M{MARGIN + 6 + LANE} {MARGIN + ROW * 2.5 - 7:g}l7 7")


def test_lines_between_the_rows() -> None:
    image = drawn(drawn_view({"a": "", "b": "a", "f": "a"}, others=()))
    lines = [path.get("d") for path in image.iter(f"{SVG}path") if path.get("class", "").startswith("e ")]
    x, y = MARGIN + 6, MARGIN + ROW * 1.5
    assert lines == [
        f"M{x} {y:g}V{y + ROW:g}",
        f"M{x} {y:g}C{x} {y + ROW * 0.6:g} {x + LANE} {y + ROW * 0.4:g} {x + LANE} {y + ROW:g}",
        f"M{x} {y + ROW:g}V{y + 2 * ROW:g}",
    ]


def test_a_dependency_is_an_arc_to_the_left_of_the_lanes() -> None:
    (arc,) = (path for path in drawn(drawn_view()).iter(f"{SVG}path") if path.get("class") == "d")
    start, _, bend, *_ = (float(number) for number in arc.get("d", "").replace("M", "").replace("C", " ").split())
    assert bend < start
    assert not [path for path in drawn(drawn_view({"a": ""})).iter(f"{SVG}path") if path.get("class") == "d"]


def test_heads_have_a_bold_pill() -> None:
    pills = [rect.get("class") for rect in drawn(drawn_view()).iter(f"{SVG}rect")]
    assert pills == ["bg", "m", *("m head", "m", "m"), *("m", "m"), *("m head", "m", "m")]


def test_a_collapsed_run_is_a_gap_with_dots() -> None:
    image = drawn(drawn_view({"a": "", "b": "a", "c": "b", "d": "c", "e": "d"}, others=()))
    assert [y for _, y in places(image, "f")] == [pytest.approx(1 + at / ROW) for at in (-5, 0, 5)]
    assert "3 revisions" in texts(image)


@pytest.mark.parametrize("drawn_views", [(drawn_view(),), (BROKEN, drawn_view()), (drawn_view({}, others=()),)])
def test_everything_is_inside_the_image(drawn_views: tuple[DrawnView, ...]) -> None:
    image = drawn(*drawn_views)
    width, height = float(image.get("width", "")), float(image.get("height", ""))
    assert image.get("viewBox") == f"0 0 {width:g} {height:g}"
    for text in image.iter(f"{SVG}text"):
        assert MARGIN <= float(text.get("x", "")) < width
        assert MARGIN <= float(text.get("y", "")) <= height


def test_nothing_in_a_row_overlaps() -> None:
    image = drawn(drawn_view(databases=(DATABASE,)))
    rows: dict[float, list[tuple[float, float]]] = {}
    for text in image.iter(f"{SVG}text"):
        start = float(text.get("x", ""))
        rows.setdefault(float(text.get("y", "")), []).append(
            (start, start + count_columns("".join(text.itertext())) * LETTER)
        )
    for spans in rows.values():
        for (_, end), (start, _) in pairwise(sorted(spans)):
            assert end < start
    pills = [rect for rect in image.iter(f"{SVG}rect") if "rx" in rect.attrib]
    for rect in pills:
        left, right = float(rect.get("x", "")), float(rect.get("x", "")) + float(rect.get("width", ""))
        inside = [(start, end) for start, end in rows[float(rect.get("y", "")) + 13] if left < start < right]
        assert [end < right for _, end in inside] == [True]


def test_hostile_messages_are_text() -> None:
    image = drawn(HOSTILE)
    assert '"]; evil[<b> [31m \\ &amp; # é' in texts(image)
