"""What a rule says, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "warning", "off"]


@dataclass(frozen=True, slots=True)
class Fix:
    """One command that repairs, as an argv; `cwd` is relative to the repository root."""

    command: tuple[str, ...]
    cwd: str = "."
    note: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
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
    severity: Severity = field(default="error")
