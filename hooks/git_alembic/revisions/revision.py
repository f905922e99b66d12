"""The content of a file of a version folder: a revision, or something that cannot be read as one."""

import sys
from typing import NamedTuple

PYTHON = f"Python {sys.version_info[0]}.{sys.version_info[1]}"
REFUSED = f"not valid {PYTHON}: "  # the start of a problem that another Python may not have
NOT_TEXT = "which isn't a string"  # the end of a reason: Alembic can't load such an identifier either
TOO_NEW = f"can only be compiled by a Python newer than {PYTHON}"  # the start of a doubt
_PYTHON_2 = (  # Python 3's messages for syntax that only Python 2 accepts
    "Missing parentheses in call to 'print'",
    "Missing parentheses in call to 'exec'",
    "multiple exception types must be parenthesized",
    "leading zeros in decimal integer literals are not permitted",
    "invalid decimal literal",
    "inconsistent use of tabs and spaces",
)


class Problem(NamedTuple):
    """What is wrong with a file, as the predicate of a sentence about it, and the line."""

    why: str
    line: int


class Revision(NamedTuple):
    """What one revision file declares, and where.

    `path` is relative to the repository root with "/". Surrogates stand for bytes that are not UTF-8. `blob` is git's
    id of the content. Lines count from 1; 0 means unknown. `doc_id` and `doc_down` come from the "Revision ID:" and
    "Revises:" lines of the docstring, None without such a line. `allowed` are the rules in "# git-alembic: allow[…]"
    comments. A label or dependency that needs a run of the file is its source text in angle brackets. `problem` says
    why Alembic would reject the file although its identifiers could be read, None for a healthy file. `doubt` says why
    the file could not be compiled here if Alembic may accept it.
    """

    path: str
    blob: str
    id: str
    down: tuple[str, ...]  # () is a base
    depends: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    message: str = ""  # first line of the docstring
    id_line: int = 0
    down_line: int = 0
    doc_id: str | None = None
    doc_down: tuple[str, ...] | None = None
    allowed: tuple[str, ...] = ()
    problem: str | None = None
    problem_line: int = 0
    doubt: str | None = None
    doubt_line: int = 0


class Unreadable(NamedTuple):
    """A file that Alembic would load as a revision, but whose identifiers need a run of the file."""

    path: str
    blob: str
    reason: str
    line: int = 0
    allowed: tuple[str, ...] = ()


def is_refused_here(revision: Revision) -> bool:
    """True if our own Python could not compile the file, but another Python may."""
    return (revision.doubt or "").startswith(TOO_NEW) or (revision.problem or "").startswith(REFUSED)


def is_python_2_problem(why: str) -> bool:
    """True if the problem is the syntax of Python 2."""
    return why.startswith(REFUSED) and why.removeprefix(REFUSED).startswith(_PYTHON_2)
