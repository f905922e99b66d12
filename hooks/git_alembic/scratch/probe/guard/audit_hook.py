"""Refuses access to everything except the scratch, with the interpreter's audit events and with wrappers.

Code reaches databases through engines (see `engine_redirect`), or directly through `sqlite3`, sockets, drivers in C and
programs. This module blocks all four. If the scratch is no server, the kernel helps (see `system_call_filter`). A
refusal looks like a server that is down, so code that does not depend on it continues. A refusal in a revision is never
ignored, because the check is about what the revision does to a database.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from git_alembic.scratch.probe.guard.allowed_programs import guard_programs
from git_alembic.scratch.probe.guard.connections.psycopg_connections import guard_psycopg
from git_alembic.scratch.probe.guard.connections.sqlite_connections import (
    Rules,
    SqliteTarget,
    file_of,
    guard_connections,
    is_opening,
    memory_of,
)
from git_alembic.scratch.probe.guard.driver_hooks import DRIVERS, STATEMENTS, USING, DriverHook
from git_alembic.scratch.probe.guard.engine_redirect import RefusedConnection
from git_alembic.scratch.probe.guard.files_used import FilesUsed
from git_alembic.scratch.probe.guard.sql_tokens import text_of
from git_alembic.scratch.probe.guard.system_call_filter import try_to_refuse_connections


class RefusedAccess(ConnectionRefusedError):
    """The project's code tried to reach a database, a server or a program that is not the scratch."""


class Guard:
    """Refuses access from its creation on. `files_used` records the files that the project's code read.

    `refused` has everything that was refused. `decisive` has the refusals that change the result of a run even if the
    project's code continued: a statement on the scratch, an attached file, and while a revision runs, each database and
    program. A socket may be for logs or metrics, so it isn't decisive.
    """

    def __init__(self, question: Mapping[str, Any]) -> None:
        self.refused: list[str] = []
        self.decisive: list[tuple[Exception, str | None]] = []  # each with the revision that was running
        self.files_used = FilesUsed(question)
        self.check_statement: Callable[[str], str] = lambda _: ""  # what a statement reaches beyond the scratch
        self.current_revision: Callable[[], str | None] = lambda: None  # the revision that runs in this thread
        self._scratch = os.path.realpath(question["scratch"]) + os.sep
        self._pid = os.getpid()
        self._busy = threading.local()
        self._connections_allowed = ContextVar("git_alembic_connections_allowed", default=False)
        self._handlers: dict[str, Callable[[Any], None]] = {
            "open": self.files_used.note_open,
            "os.mkdir": self.files_used.note_creation,
            "os.rename": lambda arguments: self.files_used.note_creation(arguments[1:]),
            "exec": self.files_used.note_execution,
            "subprocess.Popen": self.files_used.note_start,
            "sqlite3.connect": self._check_sqlite,
            "socket.connect": self._check_socket,
        }
        self._handlers.update(
            guard_programs(self.refuse, (question["top"], question["working_tree"]), question["scratch"])
        )
        sys.meta_path.insert(0, DriverHook(DRIVERS, self._refuse_calls))
        sys.meta_path.insert(0, DriverHook(STATEMENTS, self._check_calls))
        guard_psycopg(self._connecting, self.refuse_statement)
        guard_connections(Rules(self._choose_sqlite, self._refuse_attached))
        sys.addaudithook(self._audit)
        self._refuse_sessions()
        if "://" not in question["database"]:
            try_to_refuse_connections()

    @contextmanager
    def allow_connections(self) -> Iterator[None]:
        """Allow connections inside this context, because we chose the server."""
        token = self._connections_allowed.set(True)
        try:
            yield
        finally:
            self._connections_allowed.reset(token)

    def refuse(self, what: str) -> None:
        """Raise RefusedAccess unless connections are allowed. In a revision it is decisive."""
        if not self._connections_allowed.get():
            raise self._remember(what, is_decisive=self.current_revision() is not None)

    def refuse_statement(self, statement: str) -> None:
        """Raise RefusedAccess if a statement reaches beyond the scratch."""
        what = "" if self._connections_allowed.get() else self.check_statement(statement)
        if what:
            raise self._remember(f"{what}: {' '.join(statement.split())[:200]}", is_decisive=True)

    def refuse_engine(self, dialect: Any) -> None:
        """Raise RefusedConnection for an engine without a scratch database. In a revision it is decisive."""
        raise self.remember_engine(dialect, RefusedConnection(dialect.name))

    def remember_engine(self, dialect: Any, error: Exception) -> Exception:
        """Record that an engine has no scratch database, and return the error."""
        self.refused.append(f"a {dialect.name} database")
        if self.current_revision() is not None:
            self.decisive.append((error, self.current_revision()))
        return error

    def _remember(self, what: str, *, is_decisive: bool) -> RefusedAccess:
        self.refused.append(what)
        refusal = _refusal(what)
        if is_decisive:
            self.decisive.append((refusal, self.current_revision()))
        return refusal

    def check_fork(self) -> None:
        """Refuse a process that the project's code forked, because it would repeat our unfinished work."""
        if os.getpid() != self._pid:
            self.refuse("the scratch database, by a forked process")

    def _refuse_calls(self, connect: Any, module: str) -> Any:
        def refused(*arguments: Any, **options: Any) -> Any:
            self._connecting(module)
            return connect(*arguments, **options)

        return refused

    def _check_calls(self, execute: Any, _: str) -> Any:
        def checked(owner: Any, statement: Any, *arguments: Any, **options: Any) -> Any:
            text = text_of(statement, owner)
            self.refuse_statement(f"USE {text}" if execute.__name__ in USING else text)
            return execute(owner, statement, *arguments, **options)

        return checked

    def _connecting(self, module: str) -> None:
        self.refuse(f"a server, through {module}")

    def _audit(self, event: str, arguments: Any) -> None:
        handler = self._handlers.get(event)
        if handler is not None and not getattr(self._busy, "now", False):
            self._busy.now = True  # the handlers raise events too
            try:
                handler(arguments)
            finally:
                self._busy.now = False

    def _choose_sqlite(self, database: str, uri: bool) -> SqliteTarget:
        self.check_fork()
        path = file_of(database, uri=uri)
        if path is None:
            return SqliteTarget(*memory_of(database if uri else ""))
        if not os.path.realpath(path).startswith(self._scratch) or path.startswith("file:"):
            self.refuse(f"the SQLite database {path}")
        return SqliteTarget(path, uri=False)

    def _check_sqlite(self, arguments: Any) -> None:
        if not is_opening():
            self.refuse(f"the SQLite database {os.fsdecode(arguments[0])}, without the sqlite3 module")

    def _refuse_attached(self, what: str) -> None:
        self._remember(what, is_decisive=True)

    def _check_socket(self, arguments: Any) -> None:
        if not self._connections_allowed.get():
            raise self._remember(f"a server at {_address(arguments[1])}", is_decisive=False)

    def _refuse_sessions(self) -> None:
        """Refuse new sessions, because their processes would outlive this one."""

        def refused(*_: Any) -> None:
            self.refuse("a process in its own session")

        for name in ("setsid", "setpgid", "setpgrp"):
            if hasattr(os, name):
                setattr(os, name, refused)


def _refusal(what: str) -> RefusedAccess:
    return RefusedAccess(f"the project's code may access only its scratch database: {what}")


def _address(address: Any) -> str:
    if isinstance(address, tuple):
        return ":".join(str(part) for part in address[:2])
    return os.fsdecode(address) if isinstance(address, (str, bytes)) else str(address)
