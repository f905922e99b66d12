"""Every page shows the figures of docs/speed.json."""

from __future__ import annotations

from pathlib import Path

import pytest

from docs import figures

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("page", figures.PLACES)
def test_a_page_shows_the_measured_figures(page: str) -> None:
    """`python docs/figures.py` writes them."""
    text = (ROOT / page).read_text(encoding="utf-8")
    assert figures.fill(text, figures.parts(figures.load()), figures.PLACES[page]) == text


def test_a_run_without_a_server_leaves_out_its_row() -> None:
    measured = figures.load()
    measured["ratios"] = [row for row in measured["ratios"] if not row[0].startswith("PostgreSQL server:")]
    assert "a server" in figures.parts(figures.load())["drift"]
    assert "a server" not in figures.parts(measured)["drift"]


def test_a_figure_is_replaced() -> None:
    page = "a\n<!-- x -->\n\nold\n\n<!-- /x -->\nb\n"
    assert figures.fill(page, {"x": "new"}, ["x"]) == page.replace("old", "new")


def test_a_page_without_the_place_is_an_error() -> None:
    with pytest.raises(AssertionError, match="x"):
        figures.fill("a\n", {"x": "new"}, ["x"])


@pytest.mark.parametrize("page", sorted(set(ROOT.glob("docs/**/*.md")) - {ROOT / page for page in figures.PLACES}))
def test_no_other_page_has_a_place_for_figures(page: Path) -> None:
    assert "<!-- /" not in page.read_text(encoding="utf-8")
