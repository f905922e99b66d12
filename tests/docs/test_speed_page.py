"""`make bench` wrote every part of the page, and a small drawing for light and dark pages."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "speed.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("part", ["speed", "beside", "growth", "ratios"])
def test_every_part_is_filled(part: str) -> None:
    found = re.search(rf"<!-- {part} -->\n(.*?)<!-- /{part} -->", PAGE, re.DOTALL)
    assert found
    assert len(found[1].split()) > 10


@pytest.mark.parametrize(
    "tool", ["`alembic heads`", "`alembic check`", "pytest-alembic", "pylembic", "alembic-linear-migrations"]
)
def test_every_tool_is_compared(tool: str) -> None:
    assert re.search(rf"(?m)^\| .*{tool}.* [\d.]+[^|]* \|( [\d,.]+ m?s \([\d.]+ x\) \|){{3}}$", PAGE)


@pytest.mark.parametrize("scratch", ["SQLite", "SQLite, 1.5 s of imports", "PostgreSQL", "PostgreSQL server"])
@pytest.mark.parametrize(
    "what",
    [
        "`--full` : `alembic upgrade head && alembic check`",
        "one new revision on 300 : `--full`",
        "starting Python and importing Alembic and the models, nothing else : `--full`",
        "cached verdict, unrelated commit : `check`",
    ],
)
def test_drift_is_compared_on_every_kind_of_scratch(scratch: str, what: str) -> None:
    assert re.search(rf"(?m)^\| {scratch}: {re.escape(what)} \| [\d,.]+ m?s \| [\d,.]+ m?s \| [\d.]+ \|", PAGE)


def test_growth_reaches_the_promised_sizes() -> None:
    for row in (
        "| revisions | 10 | 100 | 1,000 | 5,000 | 20,000 |",
        "| environments of 10 revisions | 1 | 3 | 10 | 30 | 100 |",
        "| other files, with 100 revisions | 100 | 1,000 | 10,000 | 100,000 |",
    ):
        assert f"\n{row}\n" in PAGE


def test_the_drawing() -> None:
    svg = (DOCS / "speed.svg").read_text(encoding="utf-8")
    assert len(svg) < 60_000
    assert "prefers-color-scheme:dark" in svg
    texts = [text.text for text in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314 - our own
    assert {"revisions", "20,000", "100,000", "alembic heads", "a new revision"} <= set(texts)
