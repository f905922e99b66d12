"""Each promise of docs/security.md and CONTRIBUTING.md has a test, a session or a command that exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TESTS = {path.name: path for path in (ROOT / "tests").glob("**/test_*.py")}
SECURITY = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## What is promised")[2]
PROMISES = CONTRIBUTING.partition("\n## ")[0]
NAMED = re.findall(r"`(test_\w+\.py)(?:::(\w+))?`", SECURITY + PROMISES)
COMMANDS = {  # other commands that can keep a promise, and their places
    r"`nox -s (\w+)`": ("noxfile.py", "(?m)^def {}\\("),
    r"`make (\w+)`": ("Makefile", "(?m)^{}:"),
    r"`(\.[\w./]+)`": (".ci/run", ""),
}


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_a_test_that_is_named_exists(file: str, name: str) -> None:
    text = TESTS[file].read_text(encoding="utf-8")
    assert re.search(rf"(?m)^(?:def|class) {name}\b" if name else r"def test_", text)


@pytest.mark.parametrize("form", COMMANDS)
def test_a_session_or_command_that_is_named_exists(form: str) -> None:
    file, pattern = COMMANDS[form]
    found = re.findall(form, PROMISES)
    assert found
    for name in found:
        assert (
            re.search(pattern.format(name), (ROOT / file).read_text(encoding="utf-8"))
            if pattern
            else (ROOT / name).is_file()
        )


def _rows(page: str) -> list[str]:
    headings = ("| promise |", "|---")
    return [line for line in page.splitlines() if line.startswith("|") and not line.startswith(headings)]


def test_every_promise_names_one() -> None:
    assert len(_rows(SECURITY)) > 20
    assert len(_rows(PROMISES)) > 10
    assert [row for row in _rows(SECURITY) if "`test_" not in row] == []
    assert [row for row in _rows(PROMISES) if not re.search(r"`(test_|nox -s |make )", row.split("|")[2])] == []


def test_sessions_cover_the_promised_versions() -> None:
    """The tested versions are the promised versions."""
    nox = (ROOT / "noxfile.py").read_text(encoding="utf-8")
    for version in ("3.10", "3.11", "3.12", "3.13", "3.14"):
        assert f'"{version}"' in nox
    for project in (
        'OLDEST_PROJECT, ("alembic==1.9.',
        '"sqlalchemy==1.4.',
        '"sqlalchemy==2.0.',
        '"3.13", ("alembic", "sqlalchemy")',
    ):
        assert project in nox


@pytest.mark.parametrize("file", ["noxfile.py", ".github/workflows/test.yml"])
def test_listed_tests_exist(file: str) -> None:
    listed = re.findall(r"(?:tests/)?([\w/]*test_\w+\.py)", (ROOT / file).read_text(encoding="utf-8"))
    assert len(listed) > 5
    assert [path for path in listed if not (ROOT / "tests" / path).is_file()] == []
