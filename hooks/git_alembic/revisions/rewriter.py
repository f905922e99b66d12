"""Changes the identifiers in the bytes of a revision file, and nothing else."""

from __future__ import annotations

import ast
import re
from typing import NoReturn

from git_alembic.errors import CannotCheck
from git_alembic.revisions.docstring import REVISES, REVISION_ID
from git_alembic.revisions.parser import read_revision
from git_alembic.revisions.revision import Revision
from git_alembic.revisions.syntax_tree import decode, parse

_LEGACY_NAME = "0.py"  # Alembic reads an id from such a name, so files without `revision` are accepted too
_ASSIGNED_QUOTE = r"(?m)^(?:(?:down_)?revision|{})\b[^\n=]*=[ \t]*[uU]?(['\"])"


def change_down_revision(data: bytes, down: tuple[str, ...]) -> bytes:
    """Return the file with other parents, in `down_revision` and in the ids of the docstring's "Revises:" line.

    Raises CannotCheck if the file does not spell out its parents.
    """
    before = _readable(data, "down_revision")
    edited = data
    if before.down != down or before.problem:  # '' means no parent, and Alembic rejects it
        edited = _reassign(data, "down_revision", _single_or_all(down))
    if before.doc_down not in (None, down):
        edited = _rewrite_docstring(edited, REVISES, ", ".join(down))
    after = _readable(edited, "down_revision")
    expected = before._replace(down=down, doc_down=after.doc_down, problem=after.problem)
    settled = after.doc_down in (before.doc_down, down) and after.problem in (before.problem, None)
    if _timeless(after) != _timeless(expected) or not settled:
        _refuse("down_revision", "something else depends on it")
    return edited


def change_depends_on(data: bytes, depends: tuple[str, ...]) -> bytes:
    """Return the file with other dependencies. Raises CannotCheck if `depends_on` does not spell them out."""
    before = _readable(data, "depends_on")
    edited = data
    if before.depends != depends:
        edited = _reassign(data, "depends_on", _single_or_all(depends))
    if _timeless(_readable(edited, "depends_on")) != _timeless(before._replace(depends=depends)):
        _refuse("depends_on", "something else depends on it")
    return edited


def change_revision_id(data: bytes, new_id: str) -> bytes:
    """Return the file with another id, in `revision` and in the docstring's "Revision ID:" line.

    Raises CannotCheck if the file does not spell out its id, or if Alembic would reject the new id.
    """
    before = _readable(data, "revision")
    edited = data
    if before.id != new_id:
        edited = _reassign(data, "revision", new_id)
    if before.doc_id not in (None, new_id):
        edited = _rewrite_docstring(edited, REVISION_ID, new_id)
    after = _readable(edited, "revision")
    expected = before._replace(id=new_id, doc_id=after.doc_id, problem=None)
    if _timeless(after) != _timeless(expected) or after.doc_id not in (before.doc_id, new_id):
        _refuse("revision", after.problem or "something else depends on it")
    return edited


def _refuse(name: str, why: str) -> NoReturn:
    raise CannotCheck(f"`{name}` has to be changed by hand: {why}.")


def _readable(data: bytes, name: str) -> Revision:
    revision = read_revision(_LEGACY_NAME, "", data)
    if not isinstance(revision, Revision):
        _refuse(name, revision.reason if revision.reason.startswith("`") else f"the file {revision.reason}")
    tree = parse(data)
    if not isinstance(tree, ast.Module):
        _refuse(name, f"the file is {tree.why} (line {tree.line})")
    return revision


def _timeless(revision: Revision) -> dict[str, object]:
    """Return the fields without line numbers, because a value on several lines may move to one line."""
    return {name: value for name, value in revision._asdict().items() if not name.endswith("_line")}


def _single_or_all(ids: tuple[str, ...]) -> str | tuple[str, ...]:
    return "".join(ids) if len(ids) == 1 else ids


def _reassign(data: bytes, name: str, value: str | tuple[str, ...]) -> bytes:
    text, encoding = _decode(data, name)
    node = _literal(data, name)
    values = (value,) if isinstance(value, str) else value
    parts = _parts(node)
    if node not in parts and len(parts) == len(values):  # the same number: replace only the elements
        for part, new in reversed(list(zip(parts, values, strict=True))):
            if not (isinstance(part, ast.Constant) and part.value == new):
                text = _rewritten(text, part, new, name)
    else:
        text = _rewritten(text, node, value, name)
    return _encode(text, encoding, name)


def _rewritten(text: str, node: ast.expr, value: str | tuple[str, ...], name: str) -> str:
    """Replace an expression with a value. Use the quotes of the expression, or else those of nearby assignments."""
    start, end = _span(text, node)
    quoted = re.search(r"([uU]?)(['\"])", text[start:end])
    assigned = re.search(_ASSIGNED_QUOTE.format(name), text.replace("\r", "\n"))
    prefix, quote = (quoted[1], quoted[2]) if quoted else ("", assigned[1] if assigned else '"')
    if isinstance(value, str):
        written = prefix + _quote(value, quote)
    else:
        written = f"({', '.join(prefix + _quote(part, quote) for part in value)})" if value else "None"
    return text[:start] + written + text[end:]


def _parts(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, (ast.Tuple, ast.List, ast.Set)) else [node]


def _quote(value: str, quote: str) -> str:
    is_plain = value.isprintable() and "\\" not in value and quote not in value
    return quote + value + quote if is_plain else ascii(value)


def _literal(data: bytes, name: str) -> ast.expr:
    """Return the constant expression of the last assignment to a name in a module."""
    tree = parse(data)
    statements = tree.body if isinstance(tree, ast.Module) else []
    assigning = [node for node in statements if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value]
    values = [node for node in (_find_given_value(statement, name) for statement in assigning) if node is not None]
    if not values:
        _refuse(name, "it is not assigned in a separate statement")
    if not all(isinstance(part, ast.Constant) for part in _parts(values[-1])):
        _refuse(name, f"it isn't a literal (line {values[-1].lineno})")
    return values[-1]


def _find_given_value(statement: ast.Assign | ast.AnnAssign, name: str) -> ast.expr | None:
    """Return what an assignment gives to a name, directly or by position in a tuple."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    (target, *others), value = targets, statement.value
    if others:
        return None
    if isinstance(target, ast.Name):
        return value if target.id == name else None
    if not isinstance(target, ast.Tuple) or not isinstance(value, ast.Tuple) or len(target.elts) != len(value.elts):
        return None
    pairs = zip(target.elts, value.elts, strict=True)
    return next((part for element, part in pairs if isinstance(element, ast.Name) and element.id == name), None)


def _rewrite_docstring(data: bytes, pattern: str, value: str) -> bytes:
    """Replace the value on the docstring line that a pattern finds. Return the data unchanged without such a line."""
    text, encoding = _decode(data, "docstring")
    tree = parse(data)
    first = next(iter(tree.body), None) if isinstance(tree, ast.Module) else None
    if not isinstance(first, ast.Expr):
        return data
    start, end = _span(text, first.value)
    opening = re.match(r"[rRuU]*('''|\"\"\"|'|\")", text[start:end])
    if opening is None:
        return data
    inside = text[start + opening.end() : end - len(opening[1])].replace("\r", "\n")
    line = re.search(pattern, inside)
    if line is None:
        return data
    blank = len(line[1]) - len(line[1].lstrip())
    value_start = start + opening.end() + line.start(1)
    old = line[1].strip()
    begin = value_start + (blank if old else min(blank, 1))
    space = " " if value and not blank else ""
    return _encode(text[:begin] + space + value + text[begin + len(old) :], encoding, "docstring")


def _decode(data: bytes, name: str) -> tuple[str, str]:
    text, encoding = decode(data)
    if _encode(text, encoding, name) != data:
        _refuse(name, f"rewriting the file would change its {encoding} text")
    return text, encoding


def _encode(text: str, encoding: str, name: str) -> bytes:
    try:
        return text.encode(encoding)
    except ValueError:
        _refuse(name, f"it can't be written in the file's encoding, {encoding}")


def _span(text: str, node: ast.expr) -> tuple[int, int]:
    """Return where an expression's source starts and ends. The syntax tree counts lines and UTF-8 bytes."""
    starts = [0, *(line_break.end() for line_break in re.finditer(r"\r\n?|\n", text)), len(text)]

    def offset(line: int, column: int) -> int:
        whole = text[starts[line - 1] : starts[line]].encode("utf-8", "surrogatepass")
        return starts[line - 1] + len(whole[:column].decode("utf-8", "surrogatepass"))

    end = offset(node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)
    return offset(node.lineno, node.col_offset), end
