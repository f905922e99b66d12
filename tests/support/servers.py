"""Temporary real servers for a test run, on sockets in temporary folders."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

# Settings that make a temporary cluster fast. A session doesn't notice them.
_SETTINGS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c listen_addresses= -c shared_buffers=32MB"


class PostgresServer:
    """A running cluster. Tests create and drop its databases."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self.binaries = binaries
        self.folder = folder
        self._numbers = count(1)

    def url(self, database: str, driver: str = "postgresql+psycopg2") -> str:
        """Return SQLAlchemy's URL of a database on this server."""
        return f"{driver}://postgres@/{database}?host={self.folder}"

    def run_sql(self, text: str, database: str = "postgres") -> str:
        """Return psql's output, unaligned and without headings. Raise its errors."""
        options = ("-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", database)
        argv = [_psql(self.binaries), "-h", str(self.folder), *options, "-c", text]
        return subprocess.run(argv, check=True, capture_output=True, text=True).stdout

    @contextmanager
    def database(self) -> Iterator[str]:
        """Create an empty database, yield its name, and drop it at the end."""
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
    """Return the folder of initdb: of the newest packaged version, else on PATH."""
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
    """Return the server's user if the tests run as root, which a server refuses."""
    import pwd  # Windows has no such module, and no test of a server runs there

    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _run(*argv: Path | str) -> None:
    user = _unprivileged() if os.geteuid() == 0 else None
    command: Sequence[str] = [str(word) for word in argv]
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    # Not through pipes, because the server keeps them open.
    subprocess.run(command, check=True, user=user, env=environment, cwd="/", stdout=subprocess.DEVNULL)


class MariaServer:
    """A running MariaDB. Tests create its databases."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._numbers = count(1)

    def url(self, driver: str = "mysql+pymysql") -> str:
        """Return SQLAlchemy's URL of this server."""
        return f"{driver}://root@/?unix_socket={self._socket}"

    def run_sql(self, text: str) -> str:
        """Return the client's output without headings. Raise its errors."""
        argv = ["mariadb", "--no-defaults", "-N", "-u", "root", f"--socket={self._socket}", "-e", text]
        return subprocess.run(argv, check=True, capture_output=True, text=True).stdout

    @contextmanager
    def database(self) -> Iterator[str]:
        """Create an empty database, yield its name, and drop it at the end."""
        name = f"living_{next(self._numbers)}"
        self.run_sql(f"CREATE DATABASE {name}")
        try:
            yield name
        finally:
            self.run_sql(f"DROP DATABASE {name}")


# Settings that make a temporary MariaDB fast.
_MARIA_SETTINGS = (
    "--no-defaults", "--skip-networking", "--skip-log-bin", "--performance-schema=OFF", "--innodb-buffer-pool-size=32M",
    "--innodb-log-file-size=4M", "--innodb-flush-log-at-trx-commit=0", "--innodb-flush-method=nosync",
)  # fmt: skip


@contextmanager
def maria_server() -> Iterator[MariaServer]:
    """Start a MariaDB, and leave neither a process nor a file behind."""
    install, server = (_program(name) for name in ("mariadb-install-db", "mariadbd"))
    folder = Path(tempfile.mkdtemp(prefix="maria-", dir="/tmp"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, _unprivileged())
        # Not in TMPDIR, which the server's user may be unable to read.
        options = (f"--datadir={folder}/data", f"--tmpdir={folder}", "--innodb-log-file-size=4M")
        _run(install, "--no-defaults", *options, "--auth-root-authentication-method=normal", "--skip-test-db")
        places = (f"--datadir={folder}/data", f"--tmpdir={folder}", f"--socket={folder}/socket")
        words = [server, *_MARIA_SETTINGS, *places]
        user = _unprivileged() if os.geteuid() == 0 else None
        log = folder / "log"
        with (
            log.open("wb") as output,
            subprocess.Popen(words, user=user, cwd="/", stdout=output, stderr=output) as process,
        ):
            try:
                while b"ready for connections" not in log.read_bytes():
                    assert process.poll() is None, log.read_text()
                    time.sleep(0.01)
                yield MariaServer(folder / "socket")
            finally:
                process.kill()
    finally:
        shutil.rmtree(folder)


def _program(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    if not found:
        raise FileNotFoundError(f"these tests need {name}: apt-get install mariadb-server")
    return found
