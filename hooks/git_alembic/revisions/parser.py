"""A revision file's bytes -> what it declares, without running it."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import NamedTuple

from git_alembic.revisions.bindings import bindings
from git_alembic.revisions.constants import Binding, Computed, fold, source
from git_alembic.revisions.revision import Revision, Unreadable
from git_alembic.revisions.source import STRING_OR_COMMENT, Broken, decode, parse
from git_alembic.revisions.unparsable import first_string, in_conflict, names_by_line

EMPTY_PARENT = "given an empty `down_revision`, which Alembic refuses: a base has None"
DOC_ID = r"(?im)^[ \t]*revision[ \t]+id[ \t]*:(.*)$"
DOC_DOWN = r"(?im)^[ \t]*revises[ \t]*:(.*)$"

# Patterns that most files never need stay text: `re` compiles them at their first use, and the import costs less.
_LEGACY_NAME = r"([a-f0-9]+)\.py$"  # alembic/script/base.py takes an id from such a name
_ALLOW = r"#\s*git-alembic:\s*allow\[([^\]\n]{0,500})\]"
_DOC_NAME = r"[`'\"]*(\w[\w.]*?)[`'\"]*\.?(?:\s*\([^()]*\))?"
_CONFLICT = r"(?m)^(?:<{7}|>{7})(?: .*)?$"
_LOOKS = (  # an assignment that starts a line, and whose value is no placeholder of a template
    rb"(?m)(?:^|\r|\A\xef\xbb\xbf)\(?(?:\w+[ \t]*[,=][ \t]*)*down_revision[ \t]*(?:,[ \t]*\w+[ \t]*)*\)?[ \t]*"
    rb"(?::[^=\r\n]+)?=(?!=)(?![ \t]*(?:\$\{|\{\{|\{%|%|[\"'](?:\$?\{|%)))"
)


class Module(NamedTuple):
    """What a file binds at module level, its docstring, and what is wrong with its syntax."""

    names: dict[str, Binding]
    document: str
    problem: Broken | None


class Declared(NamedTuple):
    id: str
    down: tuple[str, ...]
    id_line: int
    down_line: int


def read(path: str, blob: str, data: bytes) -> Revision | Unreadable:
    """What Alembic would find in a file of a version folder. Never raises, whatever the bytes."""
    allowed = _allowed(data)
    module = _module(data)
    if isinstance(module, Broken):
        return Unreadable(path, blob, module.why, module.line, allowed)
    declared = _declared(path.rpartition("/")[2], module)
    if isinstance(declared, Broken):
        why, line = _both(module.problem, declared) if module.problem else declared
        return Unreadable(path, blob, why, line, allowed)
    problem = module.problem or _illegal(declared)
    doc_id = _doc_ids(DOC_ID, module.document)
    return Revision(
        path=path,
        blob=blob,
        id=declared.id,
        down=tuple(filter(None, declared.down)),
        depends=tuple(filter(None, _symbols("depends_on", module.names))),
        labels=_symbols("branch_labels", module.names),
        message=_message(module.document),
        id_line=declared.id_line,
        down_line=declared.down_line,
        doc_id=doc_id[0] if doc_id and len(doc_id) == 1 else None,
        doc_down=_doc_ids(DOC_DOWN, module.document),
        allowed=allowed,
        problem=problem.why if problem else None,
        problem_line=problem.line if problem else 0,
    )


def _both(problem: Broken, other: Broken) -> Broken:
    where = f" (line {problem.line})" if problem.line else ""
    return Broken(f"{problem.why}{where}, and {other.why}", problem.line)


def _module(data: bytes) -> Module | Broken:
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        return Broken(f"contains NUL bytes, it is no text (line {line})", line)
    tree = parse(data)
    if isinstance(tree, Broken):
        return _broken_module(decode(data)[0].replace("\r\n", "\n").replace("\r", "\n"), tree)
    try:
        return Module(bindings(tree.body, may_walrus=b":=" in data), ast.get_docstring(tree, clean=False) or "", None)
    except RecursionError:
        return Broken("has branches nested too deeply", 0)


def _broken_module(text: str, problem: Broken) -> Module | Broken:
    names, document = names_by_line(text), first_string(text)
    conflict = re.search(_CONFLICT, text)
    if conflict is None:
        return Module(names, document, problem)
    line = text.count("\n", 0, conflict.start()) + 1
    if in_conflict(text, {binding.line for name, binding in names.items() if name in ("revision", "down_revision")}):
        return Broken(f"has merge conflict markers around its identifiers (line {line})", line)
    return Module(names, document, Broken("holds merge conflict markers", line))


def _declared(name: str, module: Module) -> Declared | Broken:
    """Id, parents and their lines, as Alembic takes them from a module and the name of its file."""
    legacy = re.match(_LEGACY_NAME, name)
    revision = module.names.get("revision") or (Binding(legacy[1], 0) if legacy else None)
    if revision is None:
        why = "assigns no `revision`: Alembic refuses every command until it is moved out of the version folder"
        return Broken(why, 0)
    if "down_revision" not in module.names:
        return Broken("assigns no `down_revision`: Alembic fails on it with an AttributeError", revision.line)
    down = module.names["down_revision"]
    ids, parents = _strings("revision", revision), _strings("down_revision", down)
    if not isinstance(ids, Broken) and not isinstance(revision.value, str):
        ids = _no_string("revision", revision.value, revision.line)
    if isinstance(ids, Broken):
        return ids
    return parents if isinstance(parents, Broken) else Declared(ids[0], parents, revision.line, down.line)


def _strings(name: str, binding: Binding) -> tuple[str, ...] | Broken:
    """None, a string or several strings, as a tuple."""
    value, line = binding.value, binding.line
    if isinstance(value, Computed):
        return Broken(f"`{name}` {value.why} (line {value.line})", value.line)
    if value is None or isinstance(value, str):
        return () if value is None else (_clean(value),)
    values = list(value) if isinstance(value, (tuple, list, set, frozenset)) else [value]
    strings = [_clean(one) for one in values if isinstance(one, str)]
    if len(strings) < len(values):
        return _no_string(name, next(one for one in values if not isinstance(one, str)), line)
    return tuple(sorted(strings) if isinstance(value, (set, frozenset)) else strings)


def _no_string(name: str, value: object, line: int) -> Broken:
    kind = "None" if value is None else f"a value of type `{type(value).__name__}`"
    return Broken(f"`{name}` holds {kind}, which is no string (line {line})", line)


def _symbols(name: str, names: Mapping[str, Binding]) -> tuple[str, ...]:
    """Like `_strings`, with the source text as `<…>` in place of what only running the module would give."""
    binding = names.get(name, Binding(None, 0))
    known = _strings(name, binding)
    if not isinstance(known, Broken):
        return known
    if binding.node is None:
        return (f"<{name}>",)
    nodes = binding.node.elts if isinstance(binding.node, (ast.Tuple, ast.List, ast.Set)) else [binding.node]
    values = [(fold(node, names), node) for node in nodes]
    return tuple(_clean(value if isinstance(value, str) else f"<{source(node)}>") for value, node in values)


def _clean(text: str) -> str:
    """Lone surrogates cannot be printed or stored; they are spelt out."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def _illegal(declared: Declared) -> Broken | None:
    if "" in declared.down:  # Alembic stops with KeyError: ''; versions before 1.6 took it for a base
        return Broken(EMPTY_PARENT, declared.down_line)
    found = sorted(set(declared.id).intersection("@-+:"))  # alembic/script/revision.py, _revision_illegal_chars
    if not found and declared.id:
        return None
    why = f"contains {', '.join(f'`{one}`' for one in found)}, which Alembic refuses" if found else "is empty"
    return Broken(f"its identifier {declared.id!r} {why}", declared.id_line)


def _message(document: str) -> str:
    line = next((line.strip() for line in document.splitlines() if line.strip()), "")
    return "" if re.match(DOC_ID, line) or re.match(DOC_DOWN, line) else _clean(line)


def _doc_ids(pattern: str, document: str) -> tuple[str, ...] | None:
    """The ids on the line of a docstring that a pattern finds; None for no such line, or for prose on it."""
    found = re.search(pattern, document)
    if found is None or len(found[1]) > 1000:
        return None
    text = found[1].strip()
    if text[:1] + text[-1:] in ("()", "[]"):
        text = text[1:-1].strip().removesuffix(",")
    if text.strip("`'\"<>.").lower() in ("", "none", "base"):
        return ()
    for separator in (r"\s*,\s*|\s+and\s+", r"\s+"):
        ids = [re.fullmatch(_DOC_NAME, part) for part in re.split(separator, text)]
        if all(ids) and (separator != r"\s+" or all(re.search(r"\d", one[1]) for one in ids if one)):
            return tuple(_clean(one[1]) for one in ids if one)
    return None


def _allowed(data: bytes) -> tuple[str, ...]:
    if b"git-alembic:" not in data:
        return ()
    text = decode(data)[0].replace("\r", "\n")
    comments = [found[0] for found in re.finditer(STRING_OR_COMMENT, text) if found[0].startswith("#")]
    lists = [rules for comment in comments for rules in re.findall(_ALLOW, comment)]
    return tuple(dict.fromkeys(rule for rules in lists for rule in re.split(r"[,\s]+", rules) if rule))


def looks_like_revision(data: bytes) -> bool:
    """Whether an arbitrary Python file seems to be a revision: it assigns `down_revision` where a line starts."""
    if b"down_revision" not in data:
        return False
    for count, found in enumerate(re.finditer(_LOOKS, data)):
        quotes = [data.count(quote, 0, found.start()) for quote in (b'"""', b"'''")]
        if not any(number % 2 for number in quotes):
            return True
        if count == 10:
            break
    return False
