"""The findings of rules, as values."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from git_alembic.config.settings import Severity
    from git_alembic.history.graph import RevisionGraph
    from git_alembic.history.snapshot_and_change import Change


BY_HAND = "by hand"  # the title of a repair that needs no other words


class Command(NamedTuple):
    """One command to paste into a shell. `cwd` is relative to the repository root.

    `exits_with_1`: it does its part all the same, like a merge with a conflict. The next command resolves that.
    """

    argv: tuple[str, ...]
    cwd: str = "."
    note: str = ""
    exits_with_1: bool = False


class Repair(NamedTuple):
    """One way to repair: its title, which follows "To repair:", and its commands in order.

    Without commands, the title says what the user must do.
    """

    title: str
    commands: tuple[Command, ...] = ()


@dataclass(frozen=True)
class Fork:
    """A fork to draw: the lines of `graph` that lead to `heads`. `holders` maps a head to the names of what has it.

    Two forks are equal if their heads and holders are equal.
    """

    graph: "RevisionGraph" = field(compare=False, repr=False)
    heads: tuple[str, ...]
    holders: tuple[tuple[str, str], ...]


class Finding(NamedTuple):
    """One offense against one rule.

    `path` is relative to the repository root. `line` counts from 1 (0: no line). `message` is one sentence. `why` says
    what happens without a repair. `details` are lines below the message. `repairs` are alternatives, the best first.
    `consequences` are findings that disappear with this one.
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
    severity: "Severity" = "error"
    consequences: tuple["Finding", ...] = ()


class CausingFinding(NamedTuple):
    """An error of a change that can cause other findings.

    `is_unknown`: it hides a file, and no baseline shows what is in the file.
    """

    cause: Finding
    change: "Change"
    repaired: "RevisionGraph"
    is_unknown: bool
