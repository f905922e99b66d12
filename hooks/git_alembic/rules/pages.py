"""The pages of the documentation that are installed with the package, and their addresses."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parents[1]
_DOCS = _PACKAGE.parents[1] / "docs"  # of a source tree
SCHEMA = _PACKAGE / "config" / "partial-git-alembic.json"  # of `[tool.git-alembic]`; docs/schema.py writes it
# Other pages that messages name. The wheel has them in `_pages`.
TOPICS = ("configuration", "hooks", "limits")


def pages() -> dict[str, Path]:
    """Return the pages of the rules, sorted by rule: `_rules` of the wheel, or `docs/rules` of a source tree."""
    folder = next(filter(Path.is_dir, (_PACKAGE / "_rules", _DOCS / "rules")))
    return {path.stem: path for path in sorted(folder.glob("*.md"))}


def topics() -> dict[str, Path]:
    """Return the other pages by name."""
    places = [folder / f"{topic}.md" for topic in TOPICS for folder in (_PACKAGE / "_pages", _DOCS)]
    return {"schema": SCHEMA, **{path.stem: path for path in reversed(places) if path.is_file()}}


def sentence(text: str) -> str:
    """Return the first paragraph of a page after the title, on one line."""
    return " ".join(text.split("\n\n", 2)[1].split())


def page_address(rule: str) -> str:
    """Return the address of a rule's page, below the `Documentation` of [project.urls]; "" if there is none."""
    from importlib.metadata import PackageNotFoundError, metadata

    try:
        urls = metadata("git-alembic").get_all("Project-URL") or []
    except PackageNotFoundError:
        return ""
    known = dict(url.split(", ", 1) for url in urls)
    return f"{known['Documentation']}/rules/{rule}.md" if "Documentation" in known else ""
