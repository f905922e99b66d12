"""What the project's code may not do while it is judged, and what it has read: by the interpreter's audit events.

Databases are reached through engines (see `redirect`), and behind them through `sqlite3`, sockets, drivers in C and
programs. All four end here; where the scratch is no server, the kernel helps (see `sealing`). A refusal looks like a
server that is down, so that what does not depend on it goes on.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from git_alembic.scratch.probe.guard.driver_hooks import C_DRIVERS, DriverHook
from git_alembic.scratch.probe.guard.system_call_filter import refuse_connections
from git_alembic.scratch.probe.project.files_used import FilesUsed

# Read-only questions that settings ask at import time.
_HARMLESS = frozenset(
    ("git", "uname", "hostname", "lsb_release", "ldconfig", "gcc", "cc", "ld", "objdump", "file", "getconf", "which")
)


class RefusedAccess(ConnectionRefusedError):
    """The project's code tried to reach a database, a server or a program that is not the scratch."""


class Guard:
    """Refuses from the moment it is made, and remembers what was refused; `files_used` says which files were read."""

    def __init__(self, question: Mapping[str, Any]) -> None:
        self.refused: list[str] = []
        self.files_used = FilesUsed(question)
        self._scratch = os.path.realpath(question["scratch"]) + os.sep
        self._mine = os.getpid()
        self._busy = threading.local()
        self._connections_allowed = ContextVar("git_alembic_connections_allowed", default=False)
        self._answers: dict[str, Callable[[Any], None]] = {
            "open": self.files_used.opened,
            "os.mkdir": self.files_used.made,
            "os.rename": lambda arguments: self.files_used.made(arguments[1:]),
            "exec": self.files_used.executed,
            "sqlite3.connect": self._sqlite,
            "socket.connect": self._socket,
            "subprocess.Popen": self._program,
            "os.posix_spawn": self._program,
            "os.exec": self._program,
            "os.system": self._program,
        }
        sys.meta_path.insert(0, DriverHook(C_DRIVERS, self._closed))
        sys.addaudithook(self._audit)
        self._close_ways_out()
        if "://" not in question["database"]:
            refuse_connections()

    @contextmanager
    def allow_connections(self) -> Iterator[None]:
        """While this lasts, what runs here may connect: it is we who choose the server."""
        token = self._connections_allowed.set(True)
        try:
            yield
        finally:
            self._connections_allowed.reset(token)

    def refuse(self, what: str) -> None:
        if self._connections_allowed.get():
            return
        self.refused.append(what)
        raise RefusedAccess(f"git-alembic lets nothing but its scratch be reached: {what}")

    def _closed(self, connect: Any, module: str) -> Any:
        def closed(*arguments: Any, **options: Any) -> Any:
            self.refuse(f"a server, through {module}")
            return connect(*arguments, **options)

        return closed

    def _audit(self, event: str, arguments: Any) -> None:
        answer = self._answers.get(event)
        if answer is not None and not getattr(self._busy, "now", False):
            self._busy.now = True  # what an answer does raises events of its own
            try:
                answer(arguments)
            finally:
                self._busy.now = False

    def check_fork(self) -> None:
        """What the project forks goes on with our half-done work, and must not do it once more."""
        if os.getpid() != self._mine:
            self.refuse("the scratch, by a forked process")

    def _sqlite(self, arguments: Any) -> None:
        path = os.fsdecode(arguments[0])
        self.check_fork()
        if path in (":memory:", "") or os.path.realpath(path).startswith(self._scratch):
            return
        self.refuse(f"the SQLite database {path}")

    def _socket(self, arguments: Any) -> None:
        self.refuse(f"a server at {_address(arguments[1])}")

    def _program(self, arguments: Any) -> None:
        name = refused_program(arguments)
        if name:
            self.refuse(f"the program {name}")

    def _close_ways_out(self) -> None:
        """What raises no events: processes that `multiprocessing` starts, and those that leave our session."""
        if os.name != "posix":
            return
        import _posixsubprocess

        module: Any = _posixsubprocess
        fork_exec = module.fork_exec

        def checked(arguments: Any, executables: Any, *others: Any) -> Any:
            self._program((executables[0] if executables else None, arguments))
            return fork_exec(arguments, executables, *others)

        def refused(*_: Any) -> None:
            self.refuse("a process of its own session")

        module.fork_exec = checked
        for name in ("setsid", "setpgid", "setpgrp"):
            setattr(os, name, refused)


def refused_program(arguments: Any) -> str:
    """The program that an audit event is about; "" for one that only answers a question."""
    if len(arguments) == 1:  # a line for the shell
        return os.fsdecode(arguments[0])
    words = arguments[1] if not isinstance(arguments[1], (str, bytes)) else [arguments[1]]
    name = os.path.basename(os.fsdecode(arguments[0] or (list(words) or [""])[0]))
    return "" if os.path.splitext(name)[0] in _HARMLESS else name


def _address(address: Any) -> str:
    if isinstance(address, tuple):
        return ":".join(str(part) for part in address[:2])
    return os.fsdecode(address) if isinstance(address, (str, bytes)) else str(address)
