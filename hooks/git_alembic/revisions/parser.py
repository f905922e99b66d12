"""Reads the declarations of a revision file from its bytes, without running it."""

import ast
import re
from collections.abc import Mapping
from itertools import islice
from typing import NamedTuple

from git_alembic.revisions.docstring import REVISES, REVISION_ID, escape_surrogates, find_ids, find_message
from git_alembic.revisions.newer_to_older_python_syntax import parse_newer
from git_alembic.revisions.revision import NOT_TEXT, REFUSED, TOO_NEW, Problem, Revision, Unreadable
from git_alembic.revisions.static_evaluation.builtins_and_operators_on_constants import NotConstant
from git_alembic.revisions.static_evaluation.constant_expressions import STAR, Binding, evaluate, expression_text
from git_alembic.revisions.static_evaluation.control_flow import find_bindings
from git_alembic.revisions.syntax_tree import STRING_OR_COMMENT, decode, find_compile_limit, find_compile_problem, parse
from git_alembic.revisions.unparsable_file_reader import find_docstring, has_conflict_around, read_bindings

EMPTY_PARENT = "has an empty `down_revision`, which Alembic 1.13 and newer reject: use None for a base"

# Patterns that most files don't need stay text, so that `re` compiles them only on first use.
_LEGACY_NAME = r"([a-f0-9]+)\.py$"  # alembic/script/base.py reads an id from such a name
_ALLOW = r"#\s*git-alembic:\s*allow\[([^\]\n]{0,500})\]"
_CONFLICT = r"(?m)^(?:<{7}|>{7})(?: .*)?$"
_SYMBOLS = frozenset({"base", "head", "heads"})  # alembic/script/revision.py, _resolve_revision_number
_LOOKS = (  # an assignment at the start of a line whose value is no template placeholder
    rb"(?m)(?:^|\r|\A\xef\xbb\xbf)\(?(?:\w+[ \t]*[,=][ \t]*)*down_revision[ \t]*(?:,[ \t]*\w+[ \t]*)*\)?[ \t]*"
    rb"(?::[^=\r\n]+)?=(?!=)(?![ \t]*(?:\$\{|\{\{|\{%|%|[\"'](?:\$?\{|%)))"
)


class Module(NamedTuple):
    """What a file binds at module level, its docstring, and what is wrong with its syntax."""

    names: Mapping[str, Binding]
    document: str
    problem: Problem | None = None
    doubt: Problem | None = None


class Identifiers(NamedTuple):
    """The id, the parents (even if they are ""), and the lines that bind them."""

    id: str
    down: tuple[str, ...]
    id_line: int
    down_line: int


def read_revision(path: str, blob: str, data: bytes) -> Revision | Unreadable:
    """Return what Alembic would find in a file of a version folder. Never raises, whatever the bytes are."""
    allowed = _find_allowed(data)
    module = _read_module(data)
    if isinstance(module, Problem):
        return Unreadable(path, blob, module.why, module.line, allowed)
    identifiers = _identify(path.rpartition("/")[2], module.names)
    if isinstance(identifiers, Problem):
        why, line = _both(module.problem or module.doubt, identifiers)
        return Unreadable(path, blob, why, line, allowed)
    depends, unknown_depends = _symbols("depends_on", module.names)
    labels, unknown_labels = _symbols("branch_labels", module.names)
    problem = module.problem or find_refusal(identifiers) or unknown_depends or unknown_labels
    doc_ids = find_ids(REVISION_ID, module.document)
    return Revision(
        path=path,
        blob=blob,
        id=identifiers.id,
        down=tuple(filter(None, identifiers.down)),
        depends=tuple(filter(None, depends)),
        labels=labels,
        message=find_message(module.document),
        id_line=identifiers.id_line,
        down_line=identifiers.down_line,
        doc_id="".join(doc_ids) if doc_ids and not doc_ids[1:] else None,
        doc_down=find_ids(REVISES, module.document),
        allowed=allowed,
        problem=problem.why if problem else None,
        problem_line=problem.line if problem else 0,
        doubt=module.doubt.why if module.doubt else None,
        doubt_line=module.doubt.line if module.doubt else 0,
    )


def _both(problem: Problem | None, other: Problem) -> Problem:
    if problem is None:
        return other
    where = f" (line {problem.line})" if problem.line else ""
    return Problem(f"{problem.why}{where}, and {other.why}", problem.line)


def _read_module(data: bytes) -> Module | Problem:
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        return Problem(f"contains NUL bytes, so it isn't text (line {line})", line)
    tree = parse(data)
    if isinstance(tree, ast.Module):
        limit = find_compile_limit(data)
        return _read_tree(tree, data, problem=None if limit else find_compile_problem(data), doubt=limit)
    text = decode(data)[0].replace("\r\n", "\n").replace("\r", "\n")
    newer = parse_newer(text)
    return _read_broken(text, tree) if newer is None else _read_tree(newer, data, doubt=_too_new(tree))


def _too_new(problem: Problem) -> Problem:
    return Problem(
        f"{TOO_NEW}, the version that git-alembic runs on: {problem.why.removeprefix(REFUSED)}", problem.line
    )


def _read_tree(
    tree: ast.Module, data: bytes, *, problem: Problem | None = None, doubt: Problem | None = None
) -> Module | Problem:
    document = ast.get_docstring(tree, clean=False) or ""
    try:
        names = find_bindings(tree.body, data)
    except RecursionError:
        return Problem("has `if` or `try` blocks nested too deeply", 0)
    if isinstance(names, NotConstant):
        return _both(problem or doubt, _unknown("revision", names))
    return Module(names, document, problem, doubt)


def _read_broken(text: str, problem: Problem) -> Module | Problem:
    names, document = read_bindings(text), find_docstring(text)
    if isinstance(names, NotConstant):
        return _both(problem, _unknown("revision", names))
    conflict = re.search(_CONFLICT, text)
    if conflict is None:
        return Module(names, document, problem)
    line = text.count("\n", 0, conflict.start()) + 1
    identifier_lines = {binding.line for name, binding in names.items() if name in ("revision", "down_revision")}
    if has_conflict_around(text, identifier_lines):
        return Problem(f"has merge conflict markers around its identifiers (line {line})", line)
    return Module(names, document, Problem("has merge conflict markers", line))


def _identify(file_name: str, names: Mapping[str, Binding]) -> Identifiers | Problem:
    """Return id, parents and their lines, as Alembic reads them from a module and the name of its file."""
    legacy = re.match(_LEGACY_NAME, file_name) if STAR not in names and "__getattr__" not in names else None
    revision = names.get("revision") or (Binding(legacy[1], 0) if legacy else None)
    if revision is None:
        why = (
            "does not assign `revision`, so every Alembic command fails until the file is "
            "moved out of the version folder"
        )
        return Problem(why, 0)
    if "down_revision" not in names:
        return Problem("does not assign `down_revision`, so Alembic fails with an AttributeError", revision.line)
    down = names["down_revision"]
    ids, parents = _strings("revision", revision), _strings("down_revision", down)
    if not isinstance(ids, Problem) and not isinstance(revision.value, str):
        ids = _no_string("revision", revision.value, revision.line)
    if isinstance(ids, Problem):
        return ids
    (id_,) = ids
    return parents if isinstance(parents, Problem) else Identifiers(id_, parents, revision.line, down.line)


def _strings(name: str, binding: Binding) -> tuple[str, ...] | Problem:
    """Return None, a string or several strings as a tuple."""
    value, line = binding.value, binding.line
    if isinstance(value, NotConstant):
        return _unknown(name, value)
    if value is None or isinstance(value, str):
        return () if value is None else (escape_surrogates(value),)
    values = list(value) if isinstance(value, (tuple, list, set, frozenset)) else [value]
    strings = [escape_surrogates(text) for text in values if isinstance(text, str)]
    if others := [other for other in values if not isinstance(other, str)]:
        return _no_string(name, next(iter(others)), line)
    return tuple(sorted(strings) if isinstance(value, (set, frozenset)) else strings)


def _unknown(name: str, value: NotConstant) -> Problem:
    return Problem(f"`{name}` {value.why} (line {value.line})", value.line)


def _no_string(name: str, value: object, line: int) -> Problem:
    kind = "None" if value is None else f"a value of type `{type(value).__name__}`"
    return Problem(f"`{name}` holds {kind}, {NOT_TEXT} (line {line})", line)


def _symbols(name: str, names: Mapping[str, Binding]) -> tuple[tuple[str, ...], Problem | None]:
    """Return the strings, and a problem with them. A value that needs a run of the module is its source text, as `<…>`.

    Labels imported from another module are fine: some projects keep them there, and the names distinguish them.
    """
    binding = names.get(name)
    if binding is None and "__getattr__" in names:
        line = names["__getattr__"].line
        return (f"<{name}>",), Problem(f"`{name}` comes from `__getattr__` (line {line})", line)
    if binding is None:
        return (), None
    strings = _strings(name, binding)
    if not isinstance(strings, Problem):
        return strings, None
    if binding.node is None:
        return (f"<{name}>",), strings
    nodes = binding.node.elts if isinstance(binding.node, (ast.Tuple, ast.List, ast.Set)) else [binding.node]
    earlier = {other: names[other] for other in names if names[other].line < binding.line}
    values = [(evaluate(node, earlier), node) for node in nodes]
    symbols = tuple(value if isinstance(value, str) else f"<{expression_text(node)}>" for value, node in values)
    imported = isinstance(binding.value, NotConstant) and binding.value.is_imported
    return tuple(map(escape_surrogates, symbols)), None if imported and name == "branch_labels" else strings


def find_refusal(identifiers: Identifiers) -> Problem | None:
    """Return the reason why Alembic rejects an id or a parent."""
    if "" in identifiers.down:  # Alembic fails with KeyError: ''; before 1.6 it treated '' as a base
        return Problem(EMPTY_PARENT, identifiers.down_line)
    id_ = identifiers.id
    if id_ in _SYMBOLS:
        why = f"its identifier {id_!r} is reserved by Alembic, so no command can refer to the revision"
        return Problem(why, identifiers.id_line)
    illegal = sorted(set(id_).intersection("@-+:"))  # alembic/script/revision.py, _revision_illegal_chars
    if not illegal and id_:
        return None
    why = f"contains {', '.join(f'`{sign}`' for sign in illegal)}, which Alembic rejects" if illegal else "is empty"
    return Problem(f"its identifier {id_!r} {why}", identifiers.id_line)


def _find_allowed(data: bytes) -> tuple[str, ...]:
    """Return the rules that comments of the file allow."""
    if b"git-alembic:" not in data:
        return ()
    text = decode(data)[0].replace("\r", "\n")
    comments = [match[0] for match in re.finditer(STRING_OR_COMMENT, text) if match[0].startswith("#")]
    lists = [rules for comment in comments for rules in re.findall(_ALLOW, comment)]
    return tuple(dict.fromkeys(rule for rules in lists for rule in re.split(r"[,\s]+", rules) if rule))


def looks_like_revision(data: bytes) -> bool:
    """True if a Python file looks like a revision: it assigns `down_revision` at the start of a line."""
    if b"down_revision" not in data:
        return False
    for match in islice(re.finditer(_LOOKS, data), 11):
        quotes = [data.count(quote, 0, match.start()) for quote in (b'"""', b"'''")]
        if not any(number % 2 for number in quotes):
            return True
    return False
