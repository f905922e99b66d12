"""Describes an exception of the project's code as values for a sentence."""

from __future__ import annotations

import os
import re
import socket
import traceback
from collections.abc import Iterator, Mapping
from typing import Any

from git_alembic.scratch.probe.engines.scratch_engine_interface import NoScratch
from git_alembic.scratch.probe.engines.setup_sql_execution import SetupFailed
from git_alembic.scratch.probe.guard.audit_hook import RefusedAccess
from git_alembic.scratch.probe.guard.engine_redirect import RefusedConnection
from git_alembic.scratch.probe.project.flask_app_suggestions import suggest_flask_app

_MAX_LENGTH = 2000
_NO_EXTENSION = re.compile(r'extension "(\S+)" is not available|extension control file "\S*/(\S+)\.control"')
_OWN_EXCEPTIONS = {"setup": SetupFailed, "dialect": RefusedConnection, "server": NoScratch, "refused": RefusedAccess}


def describe_failure(error: BaseException, top: str, stage: str, revision: str | None) -> dict[str, Any]:
    """Return {"kind", "stage", "revision", "type", "message", "path", "line", "name"} of an exception.

    `kind` is "variable" (the environment variable `name` isn't set), "module" (the module `name` is missing), "dialect"
    (there is no scratch for the dialect `name`), "server" (the server gives no scratch; `name` says why), "setup",
    "refused", "application" (Flask found none; `name` is what FLASK_APP could be, or ""), "not-implemented",
    "uncommitted" (see `uncommitted_failure`), "exit" or "error"; `scratch_run` adds "url" (no configuration sets it).
    `path` (relative to `top`) and `line` are where in the checked tree it was raised, or None.
    """
    kind, name = _kind(error)
    path, line = _location(error, top)
    text = str(getattr(error, "orig", None) or error) or _entity(error) or _statement(error)
    message = " ".join([*text.split(), *_causes(error)])
    return {
        "kind": kind,
        "stage": stage,
        "revision": revision,
        "type": type(error).__name__,
        "message": message[:_MAX_LENGTH],
        "path": path,
        "line": line,
        "name": name,
    }


def _entity(error: BaseException) -> str:
    """Return the entity that alembic_utils was comparing. Its exceptions have no text."""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        identity = getattr(frame.f_locals.get("self"), "identity", None)
        if type(error).__module__.startswith("alembic_utils") and isinstance(identity, str):
            return identity
    return ""


def _statement(error: BaseException) -> str:
    """Return the statement that raised an exception without a text."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames or not frames[-1].line:
        return ""
    last = frames[-1]
    return f"`{last.line}` in {last.name} ({os.path.basename(last.filename)}:{last.lineno})"


def uncommitted_failure(where: Mapping[str, Any]) -> dict[str, Any]:
    """Return the failure of a run that leaves a transaction of env.py open: see `OpenTransaction`."""
    return {
        "kind": "uncommitted",
        "stage": "environment",
        "revision": None,
        "type": "UncommittedTransaction",
        "message": "a transaction begins before context.configure, and nothing commits it",
        "path": where["path"],
        "line": where["line"],
        "name": None,
    }


def _causes(error: BaseException) -> Iterator[str]:
    """Yield the causes that the text leaves out: those that the code names (`raise … from …`), and why there was no
    connection, which some drivers (pg8000) don't say."""
    text = str(error)
    named_cause = error.__cause__
    for cause in _chain(error):
        is_network = type(cause) in (socket.gaierror, ConnectionRefusedError, TimeoutError)
        is_named = cause is named_cause
        named_cause = cause.__cause__ if is_named else named_cause
        if (is_network or is_named) and str(cause) not in text:
            text += str(cause)
            yield f"({cause})" if is_network else f"({type(cause).__name__}: {cause})"


def _kind(error: BaseException) -> tuple[str, str | None]:
    if type(error).__name__ == "NoAppException":  # the module that it did not find may be in the chain
        return "application", suggest_flask_app(os.getcwd())
    for cause in _chain(error):
        kind = _kind_of_cause(cause)
        if kind is not None:
            return kind
    if isinstance(error, NotImplementedError):
        return "not-implemented", None
    return ("exit" if isinstance(error, SystemExit) else "error"), None


def _kind_of_cause(cause: BaseException) -> tuple[str, str | None] | None:
    for kind, exception in _OWN_EXCEPTIONS.items():
        if isinstance(cause, exception):
            return kind, str(cause)
    extension = _NO_EXTENSION.search(str(cause))
    if extension:
        return "server", f"it has no extension {extension[1] or extension[2]}"
    if isinstance(cause, ModuleNotFoundError) and cause.name:
        return "module", cause.name
    variable = _variable(cause)
    return ("variable", variable) if variable else None


def _variable(error: BaseException) -> str | None:
    """Return the environment variable that the project needs, as far as the exception shows it."""
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
    """Return the variable of pydantic settings: the name of the field in capitals."""
    missing = [entry["loc"] for entry in error.errors() if entry.get("type") in ("missing", "value_error.missing")]
    if not missing:
        return None
    return "__".join(str(part) for part in missing[0]).upper()


def _location(error: BaseException, top: str) -> tuple[str | None, int | None]:
    for cause in _chain(error):
        for frame in reversed(traceback.extract_tb(cause.__traceback__)):
            path = os.path.abspath(frame.filename)  # Python 3.8 may have a relative path
            if path.startswith(top + os.sep) and "site-packages" not in path and os.path.isfile(path):
                return os.path.relpath(path, top).replace(os.sep, "/"), frame.lineno
    if isinstance(error, SyntaxError) and error.filename:
        path = os.path.abspath(error.filename)
        if path.startswith(top + os.sep):
            return os.path.relpath(path, top).replace(os.sep, "/"), error.lineno
    return None, None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield the exception and its causes, newest first."""
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
