"""docs/doctor.md and docs/sync.md show what is printed."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Project
from living import Living, SqliteFile
from test_doctor import ahead, behind, deleted, empty_version_table, overlapping, two_heads, unstamped

DOCS = Path(__file__).parents[1] / "docs"
BUILT: dict[str, Callable[[Living], None]] = {
    "behind": behind,
    "unstamped": unstamped,
    "empty-version-table": empty_version_table,
    "overlapping-revisions": overlapping,
    "multiple-heads": two_heads,
    "unknown-revision": deleted,
    "ahead": ahead,
}


class _Beside(SqliteFile):
    """A file in the folder of the project."""

    def url(self, driver: str = "") -> str:
        return f"sqlite{f'+{driver}' if driver else ''}:///{self.path.name}"


@pytest.fixture
def living(empty: Project) -> Living:
    return Living(empty, _Beside(empty.path / "dev.db"), "plain")


def printed(living: Living, *command: str) -> str:
    """A command and what it prints of the database, as on a terminal of 80 columns."""
    done = living.project.run(*command, env=living.variables(COLUMNS="80"))
    said = done.stdout.split("\n\ngit-alembic: ")[0].rstrip("\n")
    return f"$ git alembic {' '.join(command)}\n{said}\n"


def shown(page: str) -> dict[str, str]:
    """The consoles of a page, by the heading that they stand under."""
    text = (DOCS / page).read_text(encoding="utf-8")
    found = {}
    for section in text.split("\n## ")[1:]:
        console = re.search(r"```console\n(.*?)```", section, re.DOTALL)
        if console:
            found[section.split("\n", 1)[0].strip("`")] = console[1]
    return found


def test_each_cause_is_shown_as_it_is_printed(living: Living) -> None:
    start = living.project.git("rev-parse", "HEAD").strip()
    pages = shown("doctor.md")
    assert list(pages) == list(BUILT)
    for cause, build in BUILT.items():
        living.project.git("reset", "-q", "--hard", start)
        living.project.git("clean", "-qfd")
        build(living)
        assert pages[cause] == printed(living, "doctor")


def test_the_plan_of_sync_is_shown_as_it_is_printed(living: Living) -> None:
    ahead(living)
    assert shown("sync.md")["What it shows"] == printed(living, "sync", "--dry-run")


def test_the_pages_are_ascii() -> None:
    for page in ("doctor.md", "sync.md"):
        subprocess.run(["grep", "-q", "console", DOCS / page], check=True)
        assert (DOCS / page).read_text(encoding="utf-8").isascii()
