"""The file with the heads of an environment: its text, and how it differs from the history. Pure.

It has one line per head. If two branches both add a revision, both change the same line and git reports a conflict. If
each branch label may have a head, a line is `label@id`, as Alembic writes it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from git_alembic.history.graph import RevisionGraph
from git_alembic.history.graph_algorithms.allowed_heads import label_of_line

_MARKER = re.compile(r"<{7}|={7}$|>{7}|\|{7}")


class HeadsFile(NamedTuple):
    """The file in the checked tree; `text` is None if there is none, `is_unmerged` if git left it with a conflict."""

    text: str | None = None
    is_unmerged: bool = False
    merge_driver: str = ""  # git's attribute `merge`, if it has been looked up

    @property
    def is_missing(self) -> bool:
        return self.text is None and not self.is_unmerged

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines that are not blank."""
        return tuple(self._numbered_lines.values())

    @property
    def _numbered_lines(self) -> dict[int, str]:
        stripped = (line.strip() for line in (self.text or "").split("\n"))
        return {number: line for number, line in enumerate(stripped, 1) if line}

    @property
    def marker_line(self) -> int:
        """The number of the first line that marks a conflict, 0 if there is none."""
        return next((number for number, line in self._numbered_lines.items() if _MARKER.match(line)), 0)

    @property
    def is_foreign(self) -> bool:
        """True if it has lines that are neither heads nor conflict markers."""
        return any(" " in line for line in self.lines if not _MARKER.match(line))

    @property
    def heads(self) -> tuple[str, ...]:
        """The ids without labels."""
        return tuple(map(_id, self.lines))

    def line_of(self, head: str) -> int:
        """Return the number of the first line with a head."""
        return next(number for number, line in self._numbered_lines.items() if _id(line) == head)


def heads_text(graph: RevisionGraph, allowed: int | str) -> str:
    """Return the correct text of the file for a history."""
    return "".join(f"{line}\n" for line in sorted(_line(graph, head, allowed) for head in graph.heads))


def agrees(file: HeadsFile, graph: RevisionGraph, allowed: int | str) -> bool:
    """True if the file has the heads of the history, in any order and with any line endings."""
    if file.is_unmerged:
        return False
    return sorted(file.heads) == sorted(HeadsFile(heads_text(graph, allowed)).heads)


def _id(line: str) -> str:
    return line.rpartition("@")[2]


def _line(graph: RevisionGraph, head: str, allowed: int | str) -> str:
    label = "" if isinstance(allowed, int) else label_of_line(graph, head)
    return f"{label}@{head}" if label else head
