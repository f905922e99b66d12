"""The page of each rule: what `explain` prints, what the site shows, and what SARIF carries as help."""

from __future__ import annotations

import re
from pathlib import Path


def pages() -> dict[str, Path]:
    """The pages by rule, sorted: `_rules` of the installed package, `docs/rules` of a checkout."""
    package = Path(__file__).parent
    folder = next(filter(Path.is_dir, (package / "_rules", package.parents[1] / "docs" / "rules")))
    return {path.stem: path for path in sorted(folder.glob("*.md"))}


def page(rule: str) -> str:
    """The page in Markdown; "" where there is no such rule."""
    path = pages().get(rule)
    return path.read_text(encoding="utf-8") if path else ""


def sentence(text: str) -> str:
    """The first paragraph after the title of a page, on one line."""
    return " ".join(text.split("\n\n", 2)[1].split())


def unlinked(text: str) -> str:
    """A page for where its neighbours are not at hand: links to them are their names alone."""
    return re.sub(r"\[([^\]]+)\]\([^)]+\.md[^)]*\)", r"\1", text)
