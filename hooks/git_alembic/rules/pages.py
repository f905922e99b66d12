"""The pages of the rules, as they were installed: what `explain` shows is also the help in SARIF."""

from __future__ import annotations

from pathlib import Path


def pages() -> dict[str, Path]:
    """The pages by rule, sorted: `_rules` of the installed package, `docs/rules` of a checkout."""
    package = Path(__file__).parents[1]
    folder = next(filter(Path.is_dir, (package / "_rules", package.parents[1] / "docs" / "rules")))
    return {path.stem: path for path in sorted(folder.glob("*.md"))}


def sentence(text: str) -> str:
    """The first paragraph of a page after the title, on one line."""
    return " ".join(text.split("\n\n", 2)[1].split())
