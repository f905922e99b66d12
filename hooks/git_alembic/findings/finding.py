"""What a rule finds, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from git_alembic.config.settings import Severity
    from git_alembic.history.graph import RevisionGraph


class Fix(NamedTuple):
    """One command that repairs, as an argv; `cwd` is relative to the repository root.

    `stops`: git stops at a conflict and exits with 1. The next command resolves it.
    """

    command: tuple[str, ...]
    cwd: str = "."
    note: str = ""
    stops: bool = False


class Repair(NamedTuple):
    """One way to repair: what it does, in words that follow "To repair:", and its commands, in order.

    Without commands, the words say what the user has to do.
    """

    title: str
    commands: tuple[Fix, ...] = ()


@dataclass(frozen=True)
class Fork:
    """A fork to draw: the lines of `graph` that lead to `heads`. `holders` maps a head to the names of who has it.

    Two forks are equal if their heads and holders are.
    """

    graph: RevisionGraph = field(compare=False, repr=False)
    heads: tuple[str, ...]
    holders: tuple[tuple[str, str], ...]


class Finding(NamedTuple):
    """One offense against one rule.

    `path` is relative to the repository root, `line` counts from 1 (0: no line). `message` is one sentence, `why` says
    what happens if nothing is done, `details` are lines below the message. `repairs` are alternatives, the best first.
    `consequences` are findings that go away with this one.
    """

    rule: str
    path: str
    line: int
    revisions: tuple[str, ...]
    message: str
    why: str = ""
    repairs: tuple[Repair, ...] = ()
    details: tuple[str, ...] = ()
    fork: Fork | None = None
    environment: str = ""
    severity: Severity = "error"
    consequences: tuple[Finding, ...] = ()

    @property
    def fixes(self) -> tuple[Fix, ...]:
        """The commands of all repairs, each repair's title as the note of its first command."""
        found = []
        for repair in self.repairs:
            commands = repair.commands or (Fix(()),)
            found += [commands[0]._replace(note=repair.title), *commands[1:]]
        return tuple(found)
