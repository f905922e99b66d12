"""Commands to paste as one block."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from git_alembic.findings.finding import Command
from git_alembic.findings.shell_commands import shell_block, shell_line

A, B, C = Command(("a",)), Command(("b",)), Command(("c",))
STOPS = Command(("m",), exits_with_1=True)
LONG = Command(("x" * 200,))


@pytest.mark.parametrize(
    ("commands", "lines"),
    [
        ((), ()),
        ((A, B), ("a && b",)),
        ((STOPS, B, C), ("(m; b) && c",)),
        ((A, STOPS, B, C), ("a && (m; b) && c",)),
        ((STOPS, STOPS, B, C), ("(m; m; b) && c",)),
        ((STOPS,), ("m",)),
        ((LONG, STOPS, B, C), ("x" * 200 + " &&", "(m; b) &&", "c")),
    ],
)
def test_block(commands: tuple[Command, ...], lines: tuple[str, ...]) -> None:
    assert shell_block(commands) == lines


@pytest.mark.parametrize(
    ("fix", "line"),
    [
        (Command(("alembic", "merge", "-m", "merge heads", "a")), "alembic merge -m 'merge heads' a"),
        (Command(("git", "add", "it's")), """git add 'it'"'"'s'"""),
        (Command(("git", "add", "")), "git add ''"),
        (Command(("git", "add", "größe.py")), "git add 'größe.py'"),
        (Command(("git", "add", "a\\b\tc")), r"git add $'a\x5cb\x09c'"),
        (Command(("git", "add", "\ud800")), r"git add $'\x5cud800'"),
        (Command(("alembic", "heads"), cwd="my server"), "(cd 'my server' && alembic heads)"),
        (Command(("alembic", "heads"), cwd=""), "alembic heads"),
        (Command((), cwd="server", note="Ask the author."), ""),
    ],
)
def test_shell_line(fix: Command, line: str) -> None:
    assert shell_line(fix) == line


def test_bash_reads_a_shell_line(tmp_path: Path) -> None:
    folder = "-a\n'b' \x1b"
    (tmp_path / folder).mkdir()
    arguments = ("plain", "two words", "it's", "a\n\\n\x1b", "\udcff\udc80f", "größe\u2028", "$HOME `x` $'y'", "")
    line = shell_line(Command(("printf", r"%s\0", *arguments), cwd=folder))
    output = subprocess.run(["bash", "-c", line], cwd=tmp_path, capture_output=True, check=True).stdout
    assert output == b"".join(argument.encode("utf-8", "surrogateescape") + b"\0" for argument in arguments)
