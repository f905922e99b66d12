"""What a push or a receive updates: git's lines as values. Pure."""

from __future__ import annotations

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


def pushed(lines: Iterable[str]) -> list[Update]:
    """The lines of git's pre-push hook: local ref, local id, remote ref, remote id."""
    rows = [_fields(line, 4, "<local ref> <local id> <remote ref> <remote id>") for line in lines if line.strip()]
    return [Update(ref, _id(old), _id(new), "" if local == "(delete)" else local) for local, new, ref, old in rows]


def received(lines: Iterable[str]) -> list[Update]:
    """The lines of git's pre-receive hook: old id, new id, ref."""
    rows = [_fields(line, 3, "<old id> <new id> <ref>") for line in lines if line.strip()]
    return [Update(ref, _id(old), _id(new)) for old, new, ref in rows]


def _fields(line: str, number: int, form: str) -> list[str]:
    fields = line.split()
    if len(fields) != number:
        raise CannotJudge(f"expected lines of the form {form} on standard input, not {line.strip()[:80]!r}")
    return fields


def _id(text: str) -> str | None:
    if len(text) not in _ID_LENGTHS or not _HEX.issuperset(text):
        raise CannotJudge(f"{text[:80]!r} on standard input is no object id")
    return text if text.strip("0") else None
