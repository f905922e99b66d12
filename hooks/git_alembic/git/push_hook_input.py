"""The lines that git writes to its push hooks, as values. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from git_alembic.errors import CannotCheck
from git_alembic.git.text_encoding import decode

_HEX = frozenset("0123456789abcdef")
_ID_LENGTHS = (40, 64)  # SHA-1 and SHA-256


@dataclass(frozen=True)
class RefUpdate:
    """One ref that a push changes. `old` and `new` are object ids. None means that the ref is new or deleted."""

    ref: str
    old: str | None
    new: str | None
    local: str = ""  # the name that the user pushed

    @property
    def is_branch(self) -> bool:
        """True for a branch, and for Gerrit's review of a branch. Tags and notes never change heads."""
        return self.ref.startswith(("refs/heads/", "refs/for/"))

    @property
    def branch(self) -> str:
        """Return the short name of the branch."""
        return self.ref.removeprefix("refs/heads/").removeprefix("refs/for/")


def decode_lines(data: bytes) -> list[str]:
    """Split what git writes to a hook. A ref name can contain any byte except ASCII controls and spaces."""
    return decode(data).replace("\r\n", "\n").split("\n")


def parse_pre_push_lines(lines: Iterable[str]) -> list[RefUpdate]:
    """Parse the lines of git's pre-push hook: local ref, local id, remote ref, remote id."""
    # The local ref can be an expression with spaces, such as `HEAD^{/add users}`.
    rows = [_fields(line.rsplit(" ", 3), "<local ref> <local id> <remote ref> <remote id>") for line in lines if line]
    return [RefUpdate(ref, _id(old), _id(new), "" if local == "(delete)" else local) for local, new, ref, old in rows]


def parse_pre_receive_lines(lines: Iterable[str]) -> list[RefUpdate]:
    """Parse the lines of git's pre-receive hook: old id, new id, ref."""
    rows = [_fields(line.split(" "), "<old id> <new id> <ref>") for line in lines if line]
    return [RefUpdate(ref, _id(old), _id(new)) for old, new, ref in rows]


def _fields(fields: list[str], form: str) -> list[str]:
    if len(fields) != form.count("> <") + 1 or not all(fields):
        line = " ".join(fields)
        raise CannotCheck(f"expected lines of the form {form} on standard input, not {line[:80]!r}")
    return fields


def _id(text: str) -> str | None:
    if len(text) not in _ID_LENGTHS or not _HEX.issuperset(text):
        raise CannotCheck(f"{text[:80]!r} on standard input isn't an object id")
    return text if text.strip("0") else None
