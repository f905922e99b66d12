"""The console blocks and the picture show what the commands print today."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from tests.support.doc_scenes import ExampleProject, fork
from tests.support.transcripts import BLOCK, ROOT, commands, matches, pages, script, with_real_output

WITH_CONSOLE = [path.relative_to(ROOT) for path in pages() if "```console" in path.read_text(encoding="utf-8")]


def test_the_pages_are_found() -> None:
    """An empty list would skip every test below."""
    assert {Path("README.md"), Path("docs/start.md"), Path("docs/commands/check.md")} <= set(WITH_CONSOLE)


@pytest.mark.parametrize("page", WITH_CONSOLE, ids=str)
def test_console_blocks(page: Path, tmp_path: Path) -> None:
    """`python tests/support/transcripts.py FILE` writes the output into the page. Then read it."""
    text = (ROOT / page).read_text(encoding="utf-8")
    assert with_real_output(text, tmp_path) == text


@pytest.mark.parametrize("page", pages(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_other_block_shows_a_prompt(page: Path) -> None:
    text = BLOCK.sub("", page.read_text(encoding="utf-8"))
    assert re.findall(r"(?m)^ *```console|^ *\$ .*", text) == []


def test_the_picture_shows_a_real_run(tmp_path: Path) -> None:
    """Compares only the text, because rich may change its drawing in a new version."""
    svg = (ROOT / "docs" / "picture.svg").read_text(encoding="utf-8")
    matrix = svg[svg.index('<g class="run-matrix">') :]
    shown = re.sub(r"\s", "", unescape("".join(re.findall(r"<text[^>]*>([^<]*)</text>", matrix))))
    typed = re.findall(r"(?m)^COMMANDS = \((.*)\)$", (ROOT / "docs" / "picture.py").read_text(encoding="utf-8"))[0]
    project = ExampleProject(tmp_path / "home")
    fork(project)
    run = "".join(f"$ {command}\n{project.run(command)}" for command in re.findall(r'"([^"]+)"', typed))
    assert shown == re.sub(r"\s", "", run)
    assert re.findall(r"(?:href|src|url)\W*https?:", svg) == []


@pytest.mark.parametrize(
    ("expected", "output", "matching"),
    [
        ("a\n", "a\n", True),
        ("a\n", "b\n", False),
        ("a\n", "", False),
        ("", "", True),
        ("a\n[…]\nb\n", "a\nb\n", True),
        ("a\n[…]\nb\n", "a\n\nx\nb\n", True),
        ("a\n[…]\nb\n", "a\nx\n", False),
        ("[…]\n", "", True),
        ("a.c\n", "abc\n", False),
    ],
)
def test_matches(expected: str, output: str, matching: bool) -> None:
    assert matches(expected, output) is matching


def test_commands_of_a_block() -> None:
    body = "$ one \\\n>   more\nout\n\n$ two\n"
    found = list(commands(body))
    assert [(script(typed), out) for typed, out in found] == [("one \\\n  more\n", "out\n\n"), ("two\n", "")]


def test_a_wrong_output_is_replaced(tmp_path: Path) -> None:
    text = (
        "x\n<!-- scene: empty -->\n```console\n$ echo 1; echo 2\n1\n$ pwd\n/\n```\n\n```console\n$ echo 3\n[…]\n```\n"
    )
    right = text.replace("2\n1\n", "2\n1\n2\n").replace("\n/\n", "\n/home/ada/shop\n")
    assert with_real_output(text, tmp_path) == right
