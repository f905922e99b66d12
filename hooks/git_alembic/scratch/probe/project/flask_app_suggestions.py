"""Finds in the project's files what FLASK_APP could be, without running any of them."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from contextlib import suppress

_LIKELY_FILES = ("wsgi.py", "app.py", "application.py", "main.py", "manage.py", "run.py", "server.py", "__init__.py")
_SKIPPED = re.compile(r"^(?:\..*|__pycache__|node_modules|site-packages|tests?|testing|migrations|versions|docs?)$")
_MOST_FILES = 2000
_FLASK = re.compile(rb"\bFlask\b|\bcreate_app\b|\bmake_app\b")
_FACTORIES = ("create_app", "make_app")  # that Flask finds by itself
_INSTANCES = ("app", "application")


def suggest_flask_app(folder: str) -> str:
    """Return the most likely FLASK_APP for commands that run in a folder, such as "src/shop/wsgi.py:api"; "" if no file
    makes an application."""
    applications = [
        (*_rank(path, folder), path, name) for path in _python_files(folder) for name in _application_in(path)
    ]
    if not applications:
        return ""
    *_, path, name = min(applications)
    value = os.path.relpath(path, folder).replace(os.sep, "/")
    return value if name in (*_INSTANCES, *_FACTORIES) else f"{value}:{name}"


def _rank(path: str, folder: str) -> tuple[int, int]:
    name = os.path.basename(path)
    likelihood = _LIKELY_FILES.index(name) if name in _LIKELY_FILES else len(_LIKELY_FILES)
    return os.path.relpath(path, folder).count(os.sep), likelihood


def _python_files(folder: str) -> Iterator[str]:
    count = 0
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(
            name
            for name in folders
            if not _SKIPPED.match(name) and not os.path.exists(os.path.join(parent, name, "pyvenv.cfg"))
        )
        for name in sorted(names):
            if name.endswith(".py") and count < _MOST_FILES:
                count += 1
                yield os.path.join(parent, name)


def _application_in(path: str) -> Iterator[str]:
    """Yield the name of an application, or of a function without required parameters that makes one."""
    with suppress(OSError, SyntaxError, ValueError):
        with open(path, "rb") as stream:
            content = stream.read()
        if _FLASK.search(content):
            body = ast.parse(content).body
            makers = [node for node in body if isinstance(node, ast.FunctionDef) and _makes_application(node)]
            names = [*_assigned_applications(body, {node.name for node in makers})]
            names += [node.name for node in makers if not _required_parameters(node)]
            yield from names[:1]


def _assigned_applications(body: list[ast.stmt], makers: set[str]) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.Assign) and _calls(node.value, {"Flask", *_FACTORIES, *makers}):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def _makes_application(function: ast.FunctionDef) -> bool:
    return function.name in _FACTORIES or any(_calls(node, {"Flask"}) for node in ast.walk(function))


def _calls(node: ast.AST, names: set[str]) -> bool:
    if not isinstance(node, ast.Call):
        return False
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return called in names


def _required_parameters(function: ast.FunctionDef) -> int:
    arguments = function.args
    return len(arguments.args) - len(arguments.defaults) + sum(default is None for default in arguments.kw_defaults)
