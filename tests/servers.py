"""A real PostgreSQL of the test run's own: a throw-away cluster on a socket in a temporary folder."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

# What makes a cluster quick that nobody will miss, and nothing that is seen from a session.
_SETTINGS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c listen_addresses= -c shared_buffers=32MB"


class PostgresServer:
    """A running cluster; its databases are made and dropped as they are asked for."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self.binaries = binaries
        self.folder = folder
        self._numbers = count(1)

    def url(self, database: str, driver: str = "postgresql+psycopg2") -> str:
        """Where SQLAlchemy finds a database of this server."""
        return f"{driver}://postgres@/{database}?host={self.folder}"

    def run_sql(self, text: str, database: str = "postgres") -> str:
        """What psql answers, unaligned and without headings; its errors raise."""
        options = ("-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", database)
        argv = [_psql(self.binaries), "-h", str(self.folder), *options, "-c", text]
        return subprocess.run(argv, check=True, capture_output=True, text=True).stdout

    @contextmanager
    def database(self) -> Iterator[str]:
        """A new, empty database, dropped in the end; yields its name."""
        name = f"test_{next(self._numbers)}"
        self.run_sql(f"CREATE DATABASE {name}")
        try:
            yield name
        finally:
            self.run_sql(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Start a cluster, and leave neither a process nor a file behind."""
    binaries = _binaries()
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, _unprivileged())
        _run(binaries / "initdb", "-D", folder / "data", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync")
        control = (binaries / "pg_ctl", "-D", folder / "data", "-w", "-s")
        _run(*control, "-l", folder / "log", "-o", f"-k {folder} {_SETTINGS}", "start")
        try:
            yield PostgresServer(binaries, folder)
        finally:
            _run(*control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def _binaries() -> Path:
    """Where initdb is: of the newest packaged version, else on PATH."""
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if packaged:
        return packaged[-1].parent
    found = shutil.which("initdb")
    if not found:
        raise FileNotFoundError("these tests need PostgreSQL's initdb: apt-get install postgresql")
    return Path(found).parent


def _psql(binaries: Path) -> str:
    return str(binaries / "psql") if (binaries / "psql").exists() else "psql"


def _unprivileged() -> str:
    """Whom a server runs as when the tests run as root, which it refuses."""
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _run(*argv: Path | str) -> None:
    user = _unprivileged() if os.geteuid() == 0 else None
    command: Sequence[str] = [str(word) for word in argv]
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    # Not through pipes: the server keeps them open for good.
    subprocess.run(command, check=True, user=user, env=environment, cwd="/", stdout=subprocess.DEVNULL)
