"""Commands to paste as one block."""

from __future__ import annotations

import pytest

from git_alembic.findings.finding import Command
from git_alembic.findings.shell_commands import shell_block

A, B, C = Command(("a",)), Command(("b",)), Command(("c",))
STOPS = Command(("m",), stops=True)
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
