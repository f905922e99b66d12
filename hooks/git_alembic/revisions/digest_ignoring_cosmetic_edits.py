"""Digests the code of a file. Cosmetic edits do not change the digest."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from git_alembic.revisions.syntax_tree import STRING_OR_COMMENT, decode, parse
from git_alembic.revisions.unparsable_file_reader import blank_strings, find_assignments

_DROPPED_LINES = r"\(?(?:revision|down_revision)\b"
_IMPORT_LINE = r"[ \t]*(?:import[ \t]|from[ \t]+[\w.]+[ \t]+import\b)"
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
_COSMETIC = frozenset({"kind", "type_comment", "type_ignores", "ctx", "annotation", "returns"})


def fingerprint(data: bytes) -> str:
    """Return a digest of the code without docstrings, comments, formatting, imports, annotations and identifiers."""
    import hashlib

    tree = parse(data)
    tokens = _tree_tokens(tree) if isinstance(tree, ast.Module) else _line_tokens(decode(data)[0])
    digest = hashlib.blake2b(digest_size=8)
    for token in tokens:
        digest.update(token.encode("utf-8", "backslashreplace") + b"\0")
    return digest.hexdigest()


def _tree_tokens(tree: ast.Module) -> Iterator[str]:
    """Yield the nodes in order, each with its type and field names. Each tree gives a different sequence."""
    waiting: list[object] = [tree]
    while waiting:
        item = waiting.pop()
        if isinstance(item, ast.AST):
            fields = [(name, value) for name, value in _fields(item) if value is not None and value != []]
            yield f"{type(item).__name__} {' '.join(name for name, _ in fields)}"
            waiting += [value for _, value in reversed(fields)]
        elif isinstance(item, list):
            yield f"[{len(item)}]"
            waiting += reversed(item)
        else:  # numbers in base 16, because Python refuses to write very long numbers in base 10
            yield f"{type(item).__name__} {hex(item) if isinstance(item, int) else repr(item)}"


def _fields(node: ast.AST) -> Iterator[tuple[str, object]]:
    for name, value in ast.iter_fields(node):
        if name == "body" and isinstance(node, _DOCUMENTED):
            body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
            yield name, _relevant(body, is_module=isinstance(node, ast.Module)) or [ast.Pass()]
        elif isinstance(value, list) and isinstance(next(iter(value), None), ast.stmt):
            yield name, _relevant(value, is_module=False) or [ast.Pass()]
        elif name not in _COSMETIC:
            yield name, value


def _relevant(body: Sequence[ast.stmt], *, is_module: bool) -> list[ast.stmt]:
    """Return the statements without imports and annotations. At module level, also omit the identifiers."""
    relevant: list[ast.stmt] = []
    for statement in body:
        if isinstance(statement, ast.AnnAssign):
            statements: list[ast.stmt] = [ast.Assign([statement.target], statement.value)] if statement.value else []
        else:
            statements = [] if isinstance(statement, (ast.Import, ast.ImportFrom)) else [statement]
        relevant += [part for item in statements for part in (_without_identifiers(item) if is_module else [item])]
    return relevant


def _without_identifiers(statement: ast.stmt) -> list[ast.stmt]:
    """Return a module statement without what it assigns to `revision` and `down_revision`."""
    if not isinstance(statement, ast.Assign):
        return [statement]
    targets = [target for target in statement.targets if not _identifies(target)]
    if not targets:
        return []
    (first, *others), value = targets, statement.value
    if not others and isinstance(first, ast.Tuple) and isinstance(value, ast.Tuple):
        pairs = [pair for pair in zip(first.elts, value.elts, strict=False) if not _identifies(pair[0])]
        if len(first.elts) == len(value.elts) and any(map(_identifies, first.elts)):
            return [ast.Assign([target], part) for target, part in pairs]
    return [ast.Assign(targets, value)]


def _identifies(target: ast.expr) -> bool:
    return isinstance(target, ast.Name) and target.id in ("revision", "down_revision")


def _line_tokens(text: str) -> Iterator[str]:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    blanked = blank_strings(text)
    dropped = {
        line
        for start, end in find_assignments(blanked)
        if re.match(_DROPPED_LINES, blanked[start])
        for line in range(start, end)
    }
    dropped |= {number for number, line in enumerate(blanked) if re.match(_IMPORT_LINE, line)}
    code = re.sub(STRING_OR_COMMENT, lambda match: "" if match[0].startswith("#") else match[0], text)
    yield "lines"
    for number, line in enumerate(code.split("\n")):
        if number not in dropped and line.strip():
            yield line.rstrip()
