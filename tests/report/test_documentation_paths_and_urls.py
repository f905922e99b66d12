"""The pages that are installed with the package."""

from __future__ import annotations

import importlib.metadata
from email.message import Message
from pathlib import Path

import pytest

from git_alembic.report import documentation_paths_and_urls
from git_alembic.rules.rule_defaults import BY_SLUG


def test_every_rule_has_its_page() -> None:
    found = documentation_paths_and_urls.pages()
    assert list(found) == sorted(BY_SLUG)
    assert {slug: path.name for slug, path in found.items()} == {slug: f"{slug}.md" for slug in BY_SLUG}


def test_a_wheel_has_them_in_its_own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_rules/b.md", "_rules/a.md", "_rules/a.txt", "_pages/hooks.md", "docs/rules/c.md", "docs/limits.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("", encoding="utf-8")
    (tmp_path / "docs/hooks.md").write_text("", encoding="utf-8")
    monkeypatch.setattr(documentation_paths_and_urls, "_package", lambda: tmp_path)
    monkeypatch.setattr(documentation_paths_and_urls, "_source_docs", lambda: tmp_path / "docs")
    assert list(documentation_paths_and_urls.pages().items()) == [
        ("a", tmp_path / "_rules/a.md"),
        ("b", tmp_path / "_rules/b.md"),
    ]
    assert documentation_paths_and_urls.topics() == {
        "schema": documentation_paths_and_urls.schema_path(),
        "hooks": tmp_path / "_pages/hooks.md",
        "limits": tmp_path / "docs/limits.md",
    }


def test_the_topics() -> None:
    """From a source tree and from an installed wheel."""
    assert {name: path.name for name, path in documentation_paths_and_urls.topics().items()} == {
        "schema": "partial-git-alembic.json",
        **{name: f"{name}.md" for name in ("configuration", "hooks", "limits")},
    }


def test_the_sentence_of_a_page() -> None:
    assert documentation_paths_and_urls.sentence("# title\n\nOne\nsentence.\n\nMore.\n\nAnd more.") == "One sentence."


def test_the_address_of_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    values = Message()
    monkeypatch.setattr(importlib.metadata, "metadata", lambda name: {"git-alembic": values}[name])
    assert documentation_paths_and_urls.page_address("x") == ""
    values["Project-URL"] = "Source, https://example.org/a, b"
    assert documentation_paths_and_urls.page_address("x") == ""
    values["Project-URL"] = "Documentation, https://example.org/docs"
    assert documentation_paths_and_urls.page_address("x") == "https://example.org/docs/rules/x.md"


def test_there_is_no_address_without_an_installation(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str) -> Message:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "metadata", fail)
    assert documentation_paths_and_urls.page_address("x") == ""
