"""A source file by its lines, where Python cannot parse it: what is written for Python 2, or holds a conflict."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from git_alembic.revisions.bindings import bindings
from git_alembic.revisions.constants import Binding, Computed
from git_alembic.revisions.source import STRING_OR_COMMENT, parse

_ASSIGNING = r"\(?[A-Za-z_]\w*[ \t]*(?:[,:)].*|\+)?="


def skeleton(text: str) -> list[str]:
    """The lines of a text with blanks for its strings and comments."""
    return re.sub(STRING_OR_COMMENT, lambda found: re.sub(r"[^\n]", " ", found[0]), text).split("\n")


def assignments(blanked: list[str]) -> Iterator[tuple[int, int]]:
    """The assignments that start a line of a skeleton, first and after the last line, counted from 0."""
    at = 0
    while at < len(blanked):
        end = _end(blanked, at) if re.match(_ASSIGNING, blanked[at]) else at
        if end > at:
            yield at, end
        at = max(end, at + 1)


def _end(blanked: list[str], start: int) -> int:
    depth = 0
    for at, line in enumerate(blanked[start : start + 20], start):
        depth += sum(line.count(opening) for opening in "([{") - sum(line.count(closing) for closing in ")]}")
        if depth <= 0 and not line.endswith("\\"):
            return at + 1
    return start + 1


def names_by_line(text: str) -> dict[str, Binding]:
    """What the assignments of a file that does not parse bind, each parsed on its own."""
    lines, blanked = text.split("\n"), skeleton(text)
    statements: list[ast.stmt] = []
    unreadable: dict[str, int] = {}
    for start, end in assignments(blanked):
        tree = parse("\n".join(lines[start:end]))
        if isinstance(tree, ast.Module):
            statements += ast.increment_lineno(tree, start).body
        else:
            named = re.match(r"\(?(\w+)", blanked[start])
            unreadable.update({named[1]: start + 1} if named else {})
    names = bindings(statements, may_walrus=":=" in text)
    for name, line in unreadable.items():
        if name not in names or names[name].line < line:
            names[name] = Binding(Computed("cannot be read from its line", line), line)
    return names


def in_conflict(text: str, lines: set[int]) -> bool:
    inside = False
    for number, line in enumerate(text.split("\n"), 1):
        inside = (inside or line.startswith("<<<<<<<")) and not line.startswith(">>>>>>>")
        if inside and number in lines:
            return True
    return False


def first_string(text: str) -> str:
    """The docstring of a file that does not parse, or ""."""
    for found in re.finditer(STRING_OR_COMMENT, text):
        if not found[0].startswith("#"):
            before = re.sub(r"#[^\n]*", "", text[: found.start()]).strip(" \t\f\nrRuU\ufeff")
            return "" if before else found[0].strip("\"'")
    return ""
