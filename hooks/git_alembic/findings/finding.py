"""What a rule says, as values."""

from __future__ import annotations

from typing import Literal, NamedTuple

Severity = Literal["error", "warning", "off"]


class Fix(NamedTuple):
    """One command that repairs, as an argv; `cwd` is relative to the repository root."""

    command: tuple[str, ...]
    cwd: str = "."
    note: str = ""


class Finding(NamedTuple):
    """One offence against one rule.

    `path` is relative to the repository root, `line` counts from 1 (0: no line). `message` is one sentence,
    `why` a clause on what happens if nothing is done, `details` what the message ends with a colon for, one by one,
    `drawing` some lines for the terminal or "".
    """

    rule: str
    path: str
    line: int
    revisions: tuple[str, ...]
    message: str
    why: str = ""
    fixes: tuple[Fix, ...] = ()
    details: tuple[str, ...] = ()
    drawing: str = ""
    environment: str = ""
    severity: Severity = "error"
