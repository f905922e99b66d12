"""A revision file's bytes -> what it declares, without running it."""

from __future__ import annotations

import ast
import re
import sys
import warnings
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from git_alembic.folding import Binding, Computed, bindings, fold, source
from git_alembic.revision import Revision, Unreadable

PYTHON = f"Python {sys.version_info[0]}.{sys.version_info[1]}"
EMPTY_PARENT = "given an empty `down_revision`, which Alembic refuses: a base has None"
DOC_ID = r"(?im)^[ \t]*revision[ \t]+id[ \t]*:(.*)$"
DOC_DOWN = r"(?im)^[ \t]*revises[ \t]*:(.*)$"

# Patterns that most files never need stay text: `re` compiles them at their first use, and the import costs less.
_LEGACY_NAME = r"([a-f0-9]+)\.py$"  # alembic/script/base.py takes an id from such a name
_ALLOW = r"#\s*git-alembic:\s*allow\[([^\]\n]{0,500})\]"
_DOC_NAME = r"[`'\"]*(\w[\w.]*?)[`'\"]*\.?(?:\s*\([^()]*\))?"
_CONFLICT = r"(?m)^(?:<{7}|>{7})(?: .*)?$"
_ASSIGNING = r"\(?[A-Za-z_]\w*[ \t]*(?:[,:)].*|\+)?="
_IDENTIFYING = r"(?:revision|down_revision)\b"
# A string that does not end goes to the end of its line or of the file, so that no text makes the scan quadratic.
_STRING_OR_COMMENT = (
    r'(?s)#[^\n]*|"{3}(?:[^\\]|\\.)*?(?:"{3}|\Z)|'
    r"'{3}(?:[^\\]|\\.)*?(?:'{3}|\Z)|"
    r'"(?:[^"\\\n]|\\.)*"?|'
    r"'(?:[^'\\\n]|\\.)*'?"
)
_LOOKS = (  # an assignment that starts a line, and whose value is no placeholder of a template
    rb"(?m)(?:^|\r|\A\xef\xbb\xbf)\(?(?:\w+[ \t]*[,=][ \t]*)*down_revision[ \t]*(?:,[ \t]*\w+[ \t]*)*\)?[ \t]*"
    rb"(?::[^=\r\n]+)?=(?!=)(?![ \t]*(?:\$\{|\{\{|\{%|%|[\"'](?:\$?\{|%)))"
)


class Broken(NamedTuple):
    """Why something cannot be read, as the predicate of a sentence about the file, and where."""

    why: str
    line: int


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


def parse(text: bytes | str) -> ast.Module | Broken:
    with warnings.catch_warnings():  # "\d" in a revision is no news from a git hook
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except SyntaxError as error:
            return Broken(f"not valid {PYTHON}: {error.msg}", max(error.lineno or 0, 0))
        except (RecursionError, MemoryError):
            return Broken(f"nested too deeply for {PYTHON}", 0)
        except (ValueError, LookupError) as error:
            return Broken(f"not valid {PYTHON}: {error}", 0)


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
    names, document = _names_by_line(text), _first_string(text)
    conflict = re.search(_CONFLICT, text)
    if conflict is None:
        return Module(names, document, problem)
    line = text.count("\n", 0, conflict.start()) + 1
    if _in_conflict(text, {binding.line for name, binding in names.items() if name in ("revision", "down_revision")}):
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


def decode(data: bytes) -> tuple[str, str]:
    """A source file's text and encoding as Python sees them; latin-1 where Python refuses the file."""
    import io
    import tokenize

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            encoding = tokenize.detect_encoding(io.BytesIO(data).readline)[0]
            return data.decode(encoding), encoding
        except (SyntaxError, ValueError, LookupError):
            return data.removeprefix(b"\xef\xbb\xbf").decode("latin-1"), "latin-1"


def _allowed(data: bytes) -> tuple[str, ...]:
    if b"git-alembic:" not in data:
        return ()
    text = decode(data)[0].replace("\r", "\n")
    comments = [found[0] for found in re.finditer(_STRING_OR_COMMENT, text) if found[0].startswith("#")]
    lists = [rules for comment in comments for rules in re.findall(_ALLOW, comment)]
    return tuple(dict.fromkeys(rule for rules in lists for rule in re.split(r"[,\s]+", rules) if rule))


def _skeleton(text: str) -> list[str]:
    """The lines of a text with blanks for its strings and comments."""
    return re.sub(_STRING_OR_COMMENT, lambda found: re.sub(r"[^\n]", " ", found[0]), text).split("\n")


def _assignments(skeleton: list[str]) -> Iterator[tuple[int, int]]:
    """The assignments that start a line, first and after the last line, counted from 0."""
    at = 0
    while at < len(skeleton):
        end = _end(skeleton, at) if re.match(_ASSIGNING, skeleton[at]) else at
        if end > at:
            yield at, end
        at = max(end, at + 1)


def _end(skeleton: list[str], start: int) -> int:
    depth = 0
    for at, line in enumerate(skeleton[start : start + 20], start):
        depth += sum(line.count(opening) for opening in "([{") - sum(line.count(closing) for closing in ")]}")
        if depth <= 0 and not line.endswith("\\"):
            return at + 1
    return start + 1


def _names_by_line(text: str) -> dict[str, Binding]:
    """What the assignments of a file that does not parse bind, each parsed on its own."""
    lines, skeleton = text.split("\n"), _skeleton(text)
    statements: list[ast.stmt] = []
    unreadable: dict[str, int] = {}
    for start, end in _assignments(skeleton):
        tree = parse("\n".join(lines[start:end]))
        if isinstance(tree, ast.Module):
            statements += ast.increment_lineno(tree, start).body
        else:
            named = re.match(r"\(?(\w+)", skeleton[start])
            unreadable.update({named[1]: start + 1} if named else {})
    names = bindings(statements, may_walrus=":=" in text)
    for name, line in unreadable.items():
        if name not in names or names[name].line < line:
            names[name] = Binding(Computed("cannot be read from its line", line), line)
    return names


def _in_conflict(text: str, lines: set[int]) -> bool:
    inside = False
    for number, line in enumerate(text.split("\n"), 1):
        inside = (inside or line.startswith("<<<<<<<")) and not line.startswith(">>>>>>>")
        if inside and number in lines:
            return True
    return False


def _first_string(text: str) -> str:
    """The docstring of a file that does not parse, or ""."""
    for found in re.finditer(_STRING_OR_COMMENT, text):
        if not found[0].startswith("#"):
            before = re.sub(r"#[^\n]*", "", text[: found.start()]).strip(" \t\f\nrRuU\ufeff")
            return "" if before else found[0].strip("\"'")
    return ""


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


def fingerprint(data: bytes) -> str:
    """A digest of the code without docstrings, comments, formatting and the two identifiers' assignments."""
    import hashlib

    tree = parse(data)
    tokens = _tree_tokens(tree) if isinstance(tree, ast.Module) else _line_tokens(decode(data)[0])
    digest = hashlib.blake2b(digest_size=8)
    for token in tokens:
        digest.update(token.encode("utf-8", "backslashreplace") + b"\0")
    return digest.hexdigest()


def _tree_tokens(tree: ast.Module) -> Iterator[str]:
    """The nodes in order, each with its type and the names of the fields that it has: no two trees give the same."""
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
        else:  # numbers in base 16: Python refuses to write very long ones in base 10
            yield f"{type(item).__name__} {hex(item) if isinstance(item, int) else repr(item)}"


_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
_COSMETIC = ("kind", "type_comment", "type_ignores", "ctx")


def _fields(node: ast.AST) -> Iterator[tuple[str, object]]:
    for name, value in ast.iter_fields(node):
        if name == "body" and isinstance(node, _DOCUMENTED):
            body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
            if isinstance(node, ast.Module):
                body = [kept for statement in body for kept in _without_identifiers(statement)]
            yield name, body or [ast.Pass()]
        elif name not in _COSMETIC:
            yield name, value


def _without_identifiers(statement: ast.stmt) -> list[ast.stmt]:
    """A statement of a module without what it assigns to `revision` and `down_revision`."""
    if isinstance(statement, ast.AnnAssign):
        return [] if statement.value is not None and _identifies(statement.target) else [statement]
    if not isinstance(statement, ast.Assign):
        return [statement]
    targets = [target for target in statement.targets if not _identifies(target)]
    if not targets:
        return []
    first, value = targets[0], statement.value
    if len(targets) == 1 and isinstance(first, ast.Tuple) and isinstance(value, ast.Tuple):
        pairs = [(one, other) for one, other in zip(first.elts, value.elts, strict=False) if not _identifies(one)]
        if len(first.elts) == len(value.elts) and len(pairs) < len(first.elts):
            return [ast.Assign([one], other) for one, other in pairs]
    return [ast.Assign(targets, value)]


def _identifies(target: ast.expr) -> bool:
    return isinstance(target, ast.Name) and target.id in ("revision", "down_revision")


def _line_tokens(text: str) -> Iterator[str]:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    skeleton = _skeleton(text)
    dropped = {
        line
        for start, end in _assignments(skeleton)
        if re.match(r"\(?" + _IDENTIFYING, skeleton[start])
        for line in range(start, end)
    }
    code = re.sub(_STRING_OR_COMMENT, lambda found: "" if found[0].startswith("#") else found[0], text)
    yield "lines"
    for number, line in enumerate(code.split("\n")):
        if number not in dropped and line.strip():
            yield line.rstrip()
