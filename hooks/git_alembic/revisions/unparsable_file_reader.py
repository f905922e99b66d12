"""Reads a file that Python cannot parse line by line: a Python 2 file, or one with merge conflict markers."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import islice

from git_alembic.revisions.static_evaluation.builtins_and_operators_on_constants import NotConstant
from git_alembic.revisions.static_evaluation.constant_expressions import Binding
from git_alembic.revisions.static_evaluation.control_flow import find_bindings
from git_alembic.revisions.syntax_tree import STRING_OR_COMMENT, parse

_ASSIGNING = r"\(?[A-Za-z_]\w*[ \t]*(?:[,:)].*|\+)?="
_MOST_LINES = 20  # lines of one assignment
_MOST_ASSIGNMENTS = 2_000


def blank_strings(text: str) -> list[str]:
    """Return the lines of a text with blanks instead of strings and comments."""
    return re.sub(STRING_OR_COMMENT, lambda match: re.sub(r"[^\n]", " ", match[0]), text).split("\n")


def find_assignments(blanked: list[str]) -> Iterator[tuple[int, int]]:
    """Yield the assignments at the start of a line: the first line, and the line after the last, counted from 0."""
    lines = enumerate(blanked)
    for start, line in lines:
        if re.match(_ASSIGNING, line):
            end = _end(blanked, start)
            yield start, end
            for _ in range(start + 1, end):  # the other lines of the assignment
                next(lines)


def _end(blanked: list[str], start: int) -> int:
    depth = 0
    for number, line in enumerate(blanked[start : start + _MOST_LINES], start):
        depth += sum(line.count(opening) for opening in "([{") - sum(line.count(closing) for closing in ")]}")
        if depth <= 0 and not line.endswith("\\"):
            return number + 1
    return start + 1


def read_bindings(text: str) -> dict[str, Binding] | NotConstant:
    """Return what the assignments of a file bind, each parsed separately, or NotConstant if there are too many."""
    lines, blanked = text.split("\n"), blank_strings(text)
    statements: list[ast.stmt] = []
    unreadable: dict[str, int] = {}
    spans = find_assignments(blanked)
    for start, end in islice(spans, _MOST_ASSIGNMENTS):
        tree = parse("\n".join(lines[start:end]))
        if isinstance(tree, ast.Module):
            statements += ast.increment_lineno(tree, start).body
        else:
            target = re.match(r"\(?(\w+)", blanked[start])
            unreadable.update({target[1]: start + 1} if target else {})
    if more := next(spans, None):
        return NotConstant(f"can't be read: the file assigns more than {_MOST_ASSIGNMENTS:,} names", more[0] + 1)
    names = find_bindings(statements, text.encode("utf-8", "replace"))
    if isinstance(names, NotConstant):
        return names
    why = "can't be read from its assignment"
    bindings = [*names.items(), *((name, Binding(NotConstant(why, line), line)) for name, line in unreadable.items())]
    return dict(sorted(bindings, key=lambda pair: pair[1].line))  # the last binding of a name counts


def has_conflict_around(text: str, lines: set[int]) -> bool:
    """True if one of the lines is between merge conflict markers."""
    inside = False
    for number, line in enumerate(text.split("\n"), 1):
        inside = (inside or line.startswith("<<<<<<<")) and not line.startswith(">>>>>>>")
        if inside and number in lines:
            return True
    return False


def find_docstring(text: str) -> str:
    """Return the docstring of a file, or ""."""
    for match in re.finditer(STRING_OR_COMMENT, text):
        if not match[0].startswith("#"):
            before = re.sub(r"#[^\n]*", "", text[: match.start()]).strip(" \t\f\nrRuU\ufeff")
            return "" if before else match[0].strip("\"'")
    return ""
