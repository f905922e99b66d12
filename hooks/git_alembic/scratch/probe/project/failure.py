"""What the project raised, as values that a sentence can be made of."""

from __future__ import annotations

import os
import re
import socket
import traceback
from collections.abc import Iterator
from typing import Any

from git_alembic.scratch.probe.engines.server import NoScratch
from git_alembic.scratch.probe.guard.audit_hook import RefusedAccess
from git_alembic.scratch.probe.guard.redirect import RefusedConnection

_LONGEST = 2000
_NO_EXTENSION = re.compile(r'extension "(\S+)" is not available|extension control file "\S*/(\S+)\.control"')
_OURS = {"dialect": RefusedConnection, "server": NoScratch, "refused": RefusedAccess}


def describe(error: BaseException, top: str, stage: str, revision: str | None) -> dict[str, Any]:
    """{"kind", "stage", "revision", "type", "message", "path", "line", "name"} of an exception.

    `kind` is "variable" (an environment variable that is not set: `name`), "module" (one that cannot be imported:
    `name`), "dialect" (one that there is no scratch for: `name`), "server" (that gives no scratch: `name` says why),
    "refused", "not-implemented", "exit" or "error";
    `path` (relative to `top`) and `line` say where in the judged tree it was raised, None where that was not in it.
    """
    kind, name = _kind(error)
    path, line = _place(error, top)
    message = " ".join([*str(getattr(error, "orig", None) or error).split(), *_unsaid(error)])
    return {
        "kind": kind,
        "stage": stage,
        "revision": revision,
        "type": type(error).__name__,
        "message": message[:_LONGEST],
        "path": path,
        "line": line,
        "name": name,
    }


def _unsaid(error: BaseException) -> Iterator[str]:
    """Why there was no connection, where a driver (pg8000) has only told that there was none."""
    for one in _chain(error):
        if type(one) in (socket.gaierror, ConnectionRefusedError, TimeoutError) and str(one) not in str(error):
            yield f"({one})"


def _kind(error: BaseException) -> tuple[str, str | None]:
    for one in _chain(error):
        for kind, exception in _OURS.items():
            if isinstance(one, exception):
                return kind, str(one)
        extension = _NO_EXTENSION.search(str(one))
        if extension:
            return "server", f"it has no extension {extension[1] or extension[2]}"
        if isinstance(one, ModuleNotFoundError) and one.name:
            return "module", one.name
        variable = _variable(one)
        if variable:
            return "variable", variable
    if isinstance(error, NotImplementedError):
        return "not-implemented", None
    return ("exit" if isinstance(error, SystemExit) else "error"), None


def _variable(error: BaseException) -> str | None:
    """The environment variable that the project looked for in vain, as far as the exception tells."""
    frames = traceback.extract_tb(error.__traceback__)
    if isinstance(error, KeyError) and frames and os.path.basename(frames[-1].filename) in ("os.py", "<frozen os>"):
        return str(error.args[0])
    if type(error).__name__ == "ValidationError" and callable(getattr(error, "errors", None)):
        return _missing_field(error)
    if type(error).__name__ in ("UndefinedValueError", "EnvError", "EnvValidationError", "ImproperlyConfigured"):
        words = [word.strip("\"'.,:`") for word in str(error).split()]
        return next((word for word in words if word.isupper() and len(word) > 2), None)
    return None


def _missing_field(error: Any) -> str | None:
    """Pydantic's settings name the field; the variable has its name in capitals, after the prefix of the class."""
    missing = [one["loc"] for one in error.errors() if one.get("type") in ("missing", "value_error.missing")]
    if not missing:
        return None
    return "__".join(str(part) for part in missing[0]).upper()


def _place(error: BaseException, top: str) -> tuple[str | None, int | None]:
    for one in _chain(error):
        for frame in reversed(traceback.extract_tb(one.__traceback__)):
            path = os.path.abspath(frame.filename)  # Python 3.8 has it as it was asked for
            if path.startswith(top + os.sep) and "site-packages" not in path and os.path.isfile(path):
                return os.path.relpath(path, top).replace(os.sep, "/"), frame.lineno
    if isinstance(error, SyntaxError) and error.filename:
        path = os.path.abspath(error.filename)
        if path.startswith(top + os.sep):
            return os.path.relpath(path, top).replace(os.sep, "/"), error.lineno
    return None, None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The exception and those that it was raised from, newest first."""
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
