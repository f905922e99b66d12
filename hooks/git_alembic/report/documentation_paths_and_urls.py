"""Finds the documentation pages that are installed with the package, and their addresses."""

from __future__ import annotations

from pathlib import Path

# Other pages that messages name. The wheel has them in `_pages`.
TOPICS = ("configuration", "hooks", "limits")


def schema_path() -> Path:
    """Return the path of the JSON schema of `[tool.git-alembic]`, which docs/schema.py writes."""
    return _package() / "config" / "partial-git-alembic.json"


def pages() -> dict[str, Path]:
    """Return the pages of the rules, sorted by rule: `_rules` of the wheel, or `docs/rules` of a source tree."""
    folder = next(filter(Path.is_dir, (_package() / "_rules", _source_docs() / "rules")))
    return {path.stem: path for path in sorted(folder.glob("*.md"))}


def topics() -> dict[str, Path]:
    """Return the other pages and the JSON schema by name."""
    places = [folder / f"{topic}.md" for topic in TOPICS for folder in (_package() / "_pages", _source_docs())]
    return {"schema": schema_path(), **{path.stem: path for path in reversed(places) if path.is_file()}}


def sentence(text: str) -> str:
    """Return the first paragraph of a page after the title, on one line."""
    return " ".join(text.split("\n\n")[1].split())


def page_address(rule: str) -> str:
    """Return the address of a rule's page, below the `Documentation` of [project.urls]; "" if there is none."""
    from importlib.metadata import PackageNotFoundError, metadata

    try:
        urls = metadata("git-alembic").get_all("Project-URL") or []
    except PackageNotFoundError:
        return ""
    by_label = dict(url.split(", ", 1) for url in urls)
    return f"{by_label['Documentation']}/rules/{rule}.md" if "Documentation" in by_label else ""


def _package() -> Path:
    return Path(__file__).parents[1]


def _source_docs() -> Path:
    """Return the docs folder of a source tree. A wheel has no folder there."""
    return _package().parents[1] / "docs"
