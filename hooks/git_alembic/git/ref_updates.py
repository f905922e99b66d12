"""What a push or a receive updates: git's lines as values. Pure."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass

from git_alembic.errors import CannotJudge

_HEX = frozenset("0123456789abcdef")
_ID_LENGTHS = (40, 64)  # SHA-1 and SHA-256


@dataclass(frozen=True)
class Update:
    """One ref that changes; `old` and `new` are object ids, None for nothing (a new ref, a deletion)."""

    ref: str
    old: str | None
    new: str | None
    local: str = ""  # the name that the user pushed

    @property
    def is_branch(self) -> bool:
        """Whether heads can change: a branch, or Gerrit's review of one; tags and notes cannot."""
        return self.ref.startswith(("refs/heads/", "refs/for/"))

    @property
    def branch(self) -> str:
        """The short name of the branch."""
        return self.ref.removeprefix("refs/heads/").removeprefix("refs/for/")


def lines(data: bytes) -> list[str]:
    """What git writes to a hook, line by line: a name may hold any byte but those of ASCII's controls and the space."""
    return os.fsdecode(data).replace("\r\n", "\n").split("\n")


def pushed(lines: Iterable[str]) -> list[Update]:
    """The lines of git's pre-push hook: local ref, local id, remote ref, remote id."""
    # What is pushed may be an expression with spaces in it, such as `HEAD^{/add users}`.
    rows = [_fields(line.rsplit(" ", 3), "<local ref> <local id> <remote ref> <remote id>") for line in lines if line]
    return [Update(ref, _id(old), _id(new), "" if local == "(delete)" else local) for local, new, ref, old in rows]


def received(lines: Iterable[str]) -> list[Update]:
    """The lines of git's pre-receive hook: old id, new id, ref."""
    rows = [_fields(line.split(" "), "<old id> <new id> <ref>") for line in lines if line]
    return [Update(ref, _id(old), _id(new)) for old, new, ref in rows]


def _fields(fields: list[str], form: str) -> list[str]:
    if len(fields) != form.count("> <") + 1 or not all(fields):
        line = " ".join(fields)
        raise CannotJudge(f"expected lines of the form {form} on standard input, not {line[:80]!r}")
    return fields


def _id(text: str) -> str | None:
    if len(text) not in _ID_LENGTHS or not _HEX.issuperset(text):
        raise CannotJudge(f"{text[:80]!r} on standard input is no object id")
    return text if text.strip("0") else None
