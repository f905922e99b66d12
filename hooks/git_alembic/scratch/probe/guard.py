"""What the project's code may not do while it is judged, and what it has read: by the interpreter's audit events.

Databases are reached through engines (see `redirect`), and behind them through `sqlite3`, sockets, drivers in C and
programs. All four end here. A refusal looks like a server that is down, so that what does not depend on it goes on.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

# Read-only questions that settings ask at import time.
_HARMLESS = frozenset(
    ("git", "uname", "hostname", "lsb_release", "ldconfig", "gcc", "cc", "ld", "objdump", "file", "getconf", "which")
)
_DRIVERS: dict[str, Sequence[str]] = {
    "psycopg2": ("connect", "_connect"),
    "psycopg2cffi": ("connect",),
    "psycopg": ("connect", "Connection.connect", "AsyncConnection.connect"),
    "MySQLdb": ("connect", "Connect", "Connection"),
    "mariadb": ("connect",),
    "mysql.connector": ("connect", "Connect"),
    "pyodbc": ("connect",),
    "pymssql": ("connect",),
    "oracledb": ("connect", "connect_async"),
    "cx_Oracle": ("connect", "Connection"),
    "duckdb": ("connect",),
}


class RefusedAccess(ConnectionRefusedError):
    """The project's code tried to reach a database, a server or a program that is not the scratch."""


class Guard:
    """Refuses from the moment it is made, and remembers what was refused and which files of the project were read.

    The files are those of `top`, and of `instead_of` where that is another folder; not those of the interpreter.
    """

    def __init__(self, question: Mapping[str, Any]) -> None:
        self.refused: list[str] = []
        self._read: set[str] = set()
        self._ran: set[str] = set()
        self._top = question["top"] + os.sep
        self._instead_of = question["instead_of"] + os.sep
        self._scratch = os.path.realpath(question["scratch"]) + os.sep
        self._foreign = (question["bytecode"], sys.prefix + os.sep, sys.base_prefix + os.sep, question["scratch"])
        self._busy = False
        self._answers: dict[str, Callable[[Any], None]] = {
            "open": self._opened,
            "exec": self._executed,
            "sqlite3.connect": self._sqlite,
            "socket.connect": self._socket,
            "subprocess.Popen": self._program,
            "os.posix_spawn": self._program,
            "os.exec": self._program,
            "os.system": self._shell,
        }
        sys.meta_path.insert(0, _Drivers(self))
        sys.addaudithook(self._audit)

    def files(self) -> dict[str, list[str]]:
        """{"read": relative to `top`, "ran": those that were run, "elsewhere": run from `instead_of`}, sorted."""
        inside = [path for path in self._read if path.startswith(self._top)]
        return {
            "read": sorted(_relative(path, self._top) for path in inside),
            "ran": sorted(_relative(path, self._top) for path in self._ran if path.startswith(self._top)),
            "elsewhere": sorted(
                _relative(path, self._instead_of) for path in self._ran if not path.startswith(self._top)
            ),
        }

    def refuse(self, what: str) -> None:
        self.refused.append(what)
        raise RefusedAccess(f"git-alembic lets nothing but its scratch be reached: {what}")

    def _audit(self, event: str, arguments: Any) -> None:
        answer = self._answers.get(event)
        if answer is not None and not self._busy:
            self._busy = True  # what an answer does raises events of its own
            try:
                answer(arguments)
            finally:
                self._busy = False

    def _opened(self, arguments: Any) -> None:
        path, mode = arguments[0], arguments[1]
        if isinstance(path, str) and (mode is None or "r" in mode):
            self._note(path, self._read)

    def _executed(self, arguments: Any) -> None:
        path = getattr(arguments[0], "co_filename", "")
        if path.endswith(".py"):
            self._note(path, self._read, self._ran)

    def _note(self, path: str, *sets: set[str]) -> None:
        full = os.path.normpath(path if os.path.isabs(path) else os.path.join(os.getcwd(), path))
        if not full.startswith((self._top, self._instead_of)) or all(full in one for one in sets):
            return
        if not full.startswith(self._foreign) and os.path.isfile(full):
            for one in sets:
                one.add(full)

    def _sqlite(self, arguments: Any) -> None:
        path = os.fsdecode(arguments[0])
        if path in (":memory:", "") or os.path.realpath(path).startswith(self._scratch):
            return
        self.refuse(f"the SQLite database {path}")

    def _socket(self, arguments: Any) -> None:
        self.refuse(f"a server at {_address(arguments[1])}")

    def _program(self, arguments: Any) -> None:
        words = arguments[1] if not isinstance(arguments[1], (str, bytes)) else [arguments[1]]
        name = os.path.basename(os.fsdecode(arguments[0] or (list(words) or [""])[0]))
        if os.path.splitext(name)[0] not in _HARMLESS:
            self.refuse(f"the program {name}")

    def _shell(self, arguments: Any) -> None:
        self.refuse(f"the program {os.fsdecode(arguments[0])}")


def _relative(path: str, top: str) -> str:
    return path[len(top) :].replace(os.sep, "/")


def _address(address: Any) -> str:
    if isinstance(address, tuple):
        return ":".join(str(part) for part in address[:2])
    return os.fsdecode(address) if isinstance(address, (str, bytes)) else str(address)


def found_after(
    finder: Any, fullname: str, path: Sequence[str] | None, target: Any
) -> importlib.machinery.ModuleSpec | None:
    """What the finders behind this one in `sys.meta_path` find."""
    behind = sys.meta_path[sys.meta_path.index(finder) + 1 :]
    specs = (one.find_spec(fullname, path, target) for one in behind if hasattr(one, "find_spec"))
    return next(filter(None, specs), None)


class _Drivers(importlib.abc.MetaPathFinder):
    """Closes the drivers that are written in C, which raise no events, when they are imported."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: Any = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname not in _DRIVERS:
            return None
        spec = found_after(self, fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Closing(spec.loader, _DRIVERS[fullname], self._guard)
        return spec


class _Closing(importlib.abc.Loader):
    def __init__(self, loader: Any, names: Iterable[str], guard: Guard) -> None:
        self._loader = loader
        self._names = names
        self._guard = guard

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> Any:
        return self._loader.create_module(spec)

    def exec_module(self, module: Any) -> None:
        self._loader.exec_module(module)

        def refuse(*_: Any, **__: Any) -> None:
            self._guard.refuse(f"a server, through {module.__name__}")

        for name in self._names:
            owner, _, attribute = name.rpartition(".")
            holder = getattr(module, owner, None) if owner else module
            if holder is not None and hasattr(holder, attribute):
                setattr(holder, attribute, staticmethod(refuse) if owner else refuse)

    def __getattr__(self, name: str) -> Any:
        """Whatever else a loader offers (`get_source`, `get_data`) is the real one's."""
        return getattr(self._loader, name)
