"""What a rule finds, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from git_alembic.config.settings import Severity
    from git_alembic.history.graph import RevisionGraph


class Fix(NamedTuple):
    """One command that repairs, as an argv; `cwd` is relative to the repository root."""

    command: tuple[str, ...]
    cwd: str = "."
    note: str = ""


@dataclass(frozen=True)
class Fork:
    """A fork to draw: the lines of `graph` that lead to `heads`. `holders` maps a head to the names of who has it.

    `notes` are lines for below the drawing. Two forks are equal if their heads and holders are.
    """

    graph: RevisionGraph = field(compare=False, repr=False)
    heads: tuple[str, ...]
    holders: tuple[tuple[str, str], ...]
    notes: tuple[str, ...] = ()


class Finding(NamedTuple):
    """One offence against one rule.

    `path` is relative to the repository root, `line` counts from 1 (0: no line). `message` is one sentence,
    `why` a clause on what happens if nothing is done, `details` what the message ends with a colon for, one by one.
    """

    rule: str
    path: str
    line: int
    revisions: tuple[str, ...]
    message: str
    why: str = ""
    fixes: tuple[Fix, ...] = ()
    details: tuple[str, ...] = ()
    fork: Fork | None = None
    environment: str = ""
    severity: Severity = "error"
