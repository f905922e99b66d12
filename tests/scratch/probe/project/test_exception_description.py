"""An exception of the project's code as values."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from git_alembic.scratch.probe.engines.scratch_engine_interface import NoScratch
from git_alembic.scratch.probe.engines.setup_sql_execution import SetupFailed
from git_alembic.scratch.probe.guard.audit_hook import RefusedAccess
from git_alembic.scratch.probe.guard.engine_redirect import RefusedConnection
from git_alembic.scratch.probe.project.exception_description import describe_failure, uncommitted_failure


def caught(action: Callable[[], object]) -> BaseException:
    try:
        action()
    except BaseException as error:  # noqa: BLE001 - also SystemExit
        return error
    raise AssertionError


def fail(error: BaseException, cause: BaseException | None = None) -> Callable[[], object]:
    def action() -> object:
        raise error from cause

    return action


def described(error: BaseException, top: str = "/nowhere") -> dict[str, Any]:
    return describe_failure(error, top, "upgrade", "b")


class UndefinedValueError(Exception):
    """As python-decouple raises it."""


class ValidationError(Exception):
    """As pydantic raises it."""

    def errors(self) -> list[dict[str, Any]]:
        return [{"type": "value_error", "loc": ("x",)}, {"type": "missing", "loc": ("db", "url")}]


class Wrapped(Exception):
    """As SQLAlchemy wraps an exception of a driver."""

    def __init__(self, orig: Exception) -> None:
        super().__init__("a long text with [SQL: …]")
        self.orig = orig


@pytest.mark.parametrize(
    ("error", "kind", "name"),
    [
        (ValueError("x"), "error", None),
        (SystemExit(3), "exit", None),
        (NotImplementedError("x"), "not-implemented", None),
        (ModuleNotFoundError("No module named 'shop.db'", name="shop.db"), "module", "shop.db"),
        (ImportError("x", name="shop"), "error", None),
        (SetupFailed("line 1: x"), "setup", "line 1: x"),
        (RefusedConnection("oracle"), "dialect", "oracle"),
        (NoScratch("no right"), "server", "no right"),
        (RefusedAccess("x.db"), "refused", "x.db"),
        (ValueError('extension "hstore" is not available'), "server", "it has no extension hstore"),
        (
            ValueError('could not open extension control file "/usr/share/postgis.control": x'),
            "server",
            "it has no extension postgis",
        ),
        (UndefinedValueError("DB_URL not found."), "variable", "DB_URL"),
        (ValidationError(), "variable", "DB__URL"),
        (KeyError("DB_URL"), "error", None),  # any mapping
    ],
)
def test_kind(error: BaseException, kind: str, name: str | None) -> None:
    found = described(caught(fail(error)))
    assert (found["kind"], found["name"]) == (kind, name)
    if isinstance(error, Exception) and kind != "not-implemented":
        around = described(caught(fail(RuntimeError("around"), error)))
        assert (around["kind"], around["name"], around["type"]) == (kind, name, "RuntimeError")


def test_a_missing_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_SUCH_URL", raising=False)
    found = described(caught(lambda: os.environ["NO_SUCH_URL"]))
    assert (found["kind"], found["name"], found["type"]) == ("variable", "NO_SUCH_URL", "KeyError")


@pytest.mark.parametrize(
    ("error", "cause", "message"),
    [
        (ValueError("a\n  b"), None, "a b"),
        (Wrapped(OSError("short")), None, "short"),
        (ValueError("x"), TypeError("y"), "x (TypeError: y)"),
        (ValueError("x: y"), TypeError("y"), "x: y"),
        (ValueError("x"), socket.gaierror("no such host"), "x (no such host)"),
        (ValueError("x" * 3000), None, "x" * 2000),
        (AssertionError(), None, "`raise error from cause` in action (test_exception_description.py:30)"),
    ],
)
def test_message(error: Exception, cause: Exception | None, message: str) -> None:
    found = described(caught(fail(error, cause)))["message"]
    assert found.replace(f":{fail.__code__.co_firstlineno + 2})", ":30)") == message


def test_a_network_error_that_the_driver_does_not_name() -> None:
    def action() -> None:
        try:
            raise ConnectionRefusedError("refused")
        except OSError:
            raise ValueError("no connection")  # noqa: B904 - as drivers do

    assert described(caught(action))["message"] == "no connection (refused)"


class TestPlace:
    def run(self, top: Path, text: str, path: str = "v/b.py") -> dict[str, Any]:
        file = top / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return described(caught(lambda: exec(compile(text, str(file), "exec"), {})), str(top))  # noqa: S102 - our text

    def test_the_innermost_line_of_the_tree(self, tmp_path: Path) -> None:
        found = self.run(tmp_path, "def f():\n    int('x')\n\nf()\n")
        assert (found["path"], found["line"], found["stage"], found["revision"]) == ("v/b.py", 2, "upgrade", "b")

    def test_code_of_packages_does_not_count(self, tmp_path: Path) -> None:
        found = self.run(tmp_path, "int('x')\n", ".venv/site-packages/x.py")
        assert (found["path"], found["line"]) == (None, None)

    def test_a_file_that_does_not_compile(self, tmp_path: Path) -> None:
        found = self.run(tmp_path, "x = 1\ny = (\n")
        assert (found["path"], found["line"], found["type"]) == ("v/b.py", 2, "SyntaxError")

    def test_elsewhere(self, tmp_path: Path) -> None:
        found = described(caught(lambda: int("x")), str(tmp_path))
        assert (found["path"], found["line"]) == (None, None)


def test_a_transaction_that_nothing_commits() -> None:
    assert uncommitted_failure({"path": "m/env.py", "line": 7}) == {
        "kind": "uncommitted",
        "stage": "environment",
        "revision": None,
        "type": "UncommittedTransaction",
        "message": "a transaction begins before context.configure, and nothing commits it",
        "path": "m/env.py",
        "line": 7,
        "name": None,
    }
