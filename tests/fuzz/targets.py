"""The targets of the fuzzer and of the replay of its corpus: bytes -> assertions on the result.

None of these needs atheris. A target returns normally or raises AssertionError, or an exception that should not occur.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from git_alembic.config.alembic_config import ini_sections, toml_section
from git_alembic.config.path_containment import HERE, Paths
from git_alembic.config.script_location import find_script_folders
from git_alembic.errors import CannotCheck
from git_alembic.git.push_hook_input import RefUpdate, decode_lines, parse_pre_push_lines, parse_pre_receive_lines
from git_alembic.revisions.digest_ignoring_cosmetic_edits import fingerprint
from git_alembic.revisions.parser import looks_like_revision, read_revision
from git_alembic.revisions.revision import Revision, Unreadable
from tests.fuzz.forms import module

PATH = "versions/x.py"
NAMES = ("revision", "down_revision", "depends_on", "branch_labels")
TREE = Paths.of(("alembic.ini", "a/migrations/env.py", "a/migrations/versions/x.py", "b/env.py", "pkg/db/env.py"))


def reader(data: bytes) -> None:
    """Read a revision file of any bytes. Nothing is raised, and the result agrees with Python's own literals."""
    found = read_revision(PATH, "blob", data)
    assert found == read_revision(PATH, "blob", data)
    looks_like_revision(data)
    assert fingerprint(data) == fingerprint(data)
    _printable(found)
    expected = literals(data)
    if expected is not None:
        _agree(found, expected)


def literals(data: bytes) -> dict[str, object] | None:
    """Return what a module of only literal assignments assigns. None for any other module."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = ast.parse(data).body
        values: dict[str, object] = {}
        for statement in body:
            match statement:
                case ast.Assign([ast.Name(name)], value) | ast.AnnAssign(ast.Name(name), _, ast.expr() as value, _):
                    values[name] = ast.literal_eval(value)
                case ast.FunctionDef(name) if name not in NAMES:
                    values.pop(name, None)
                case ast.Expr(ast.Constant()) | ast.Pass():
                    pass
                case _:
                    return None
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return None
    return values


def _agree(found: Revision | Unreadable, names: Mapping[str, object]) -> None:
    """Assert that the result agrees with what Alembic would read from the module."""
    revision, down = names.get("revision"), names.get("down_revision")
    if not isinstance(revision, str) or "down_revision" not in names or not _are_strings(down):
        assert isinstance(found, Unreadable), found
        return
    if isinstance(found, Unreadable):  # longer than any real value
        assert max(map(len, map(repr, names.values()))) > 1000, found
        return
    assert found.id == _spelt(revision)
    assert sorted(found.down) == sorted(_spelt(text) for text in _strings(down) if text)
    for name, ours in (("depends_on", found.depends), ("branch_labels", found.labels)):
        if _are_strings(names.get(name)):
            needed = [_spelt(text) for text in _strings(names.get(name)) if text or name == "branch_labels"]
            assert sorted(ours) == sorted(needed), name


def _are_strings(value: object) -> bool:
    return value is None or isinstance(value, str) or _is_plain(value)


def _is_plain(value: object) -> bool:
    return isinstance(value, (tuple, list, set)) and all(isinstance(part, str) for part in value)


def _strings(value: Any) -> list[str]:
    return [] if value is None else [value] if isinstance(value, str) else list(value)


def _spelt(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


def _printable(found: Revision | Unreadable) -> None:
    """Assert that every text can be printed, and that a reason is one line."""
    texts = [text for field in found for text in (field if isinstance(field, tuple) else (field,))]
    for text in texts:
        if isinstance(text, str):
            text.encode()
    if isinstance(found, Unreadable):
        assert "\n" not in found.reason


def forms(data: bytes) -> None:
    """Run and read a generated module of combined constants, in all supported forms. Both give the same."""
    text = module(data)
    names: dict[str, Any] = {}
    try:
        exec(compile(text, PATH, "exec"), names)  # noqa: S102 - from our own grammar, and harmless
    except (TypeError, NameError, KeyError, IndexError, ValueError, AttributeError, UnboundLocalError):
        return
    found = read_revision(PATH, "blob", text.encode())
    if isinstance(found, Unreadable):  # unknown is allowed, but not for plain literals
        assert "revision" not in names or "down_revision" not in names or "`" in found.reason
        return
    revision, down = names.get("revision"), names.get("down_revision")
    assert isinstance(revision, str), text
    assert _are_strings(down) or isinstance(down, frozenset), text
    assert found.id == revision, text
    assert sorted(found.down) == sorted(filter(None, _strings(down))), text


def ini(data: bytes) -> None:
    """Parse an alembic.ini and a pyproject.toml of any bytes: sections or CannotCheck, and folders in git's form."""
    text = data.decode("utf-8", "surrogateescape")
    sections = [*_or_none(lambda: ini_sections("alembic.ini", text)), *_or_none(lambda: [toml_section("x.toml", text)])]
    for section in filter(None, sections):
        for folder in ("", "a", "a/migrations"):
            found = find_script_folders(section, folder, TREE)
            if found is not None:
                assert found.script_location in TREE.folders
                assert not any(folder.startswith("/") or HERE in folder for folder in found.versions), found


def _or_none(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except CannotCheck:
        return ()


def push(data: bytes) -> None:
    """Parse the input of pre-push and pre-receive. There is one update per line, with the values of its line."""
    given = [line for line in decode_lines(data) if line]
    for line, update in zip(given, _or_none(lambda: parse_pre_push_lines(given)) or given, strict=True):
        if isinstance(update, RefUpdate):
            local, new, ref, old = line.rsplit(" ", 3)
            assert (update.new, update.ref, update.old) == (_id(new), ref, _id(old))
            assert update.local == ("" if local == "(delete)" else local)
    for line, update in zip(given, _or_none(lambda: parse_pre_receive_lines(given)) or given, strict=True):
        if isinstance(update, RefUpdate):
            old, new, ref = line.split(" ")
            assert (update.old, update.new, update.ref, update.local) == (_id(old), _id(new), ref, "")


def _id(text: str) -> str | None:
    assert len(text) in (40, 64)
    return text if text.strip("0") else None


TARGETS: Mapping[str, Callable[[bytes], None]] = {"reader": reader, "forms": forms, "ini": ini, "push": push}
