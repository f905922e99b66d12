"""A PostgreSQL of our own for one run: a fresh cluster on a private socket, and gone with us, however we end."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import IO

from git_alembic.errors import CannotJudge
from git_alembic.scratch.postgresql_programs import Binaries, find, user
from git_alembic.temporary_files import SCRATCH, own_folder

_SECONDS = 60  # for the start
_OWNER = "postgres"
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "dynamic_shared_memory_type": "mmap",  # in the cluster's folder, with which it goes
    "max_wal_size": "256MB",
    "shared_buffers": "32MB",
}
# Stands between us and the server: it ends when the server ends or our end of its input is closed, by us or by our end.
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
def running(cache: str) -> Iterator[str]:
    """The URL of a server with an empty cluster; what `initdb` makes is kept in the folder `cache` for the next time.

    Raises CannotJudge where there is no PostgreSQL, or it does not start.
    """
    if os.name != "posix":
        raise CannotJudge('`database = "embedded-postgresql"` is not for this system: name a server')
    binaries = find()
    with own_folder("/tmp", SCRATCH) as folder:  # noqa: S108 - the path of a socket has to be short
        if (owner := user()) is not None:
            shutil.chown(folder, owner)
        _cluster(binaries, cache, folder)
        with _started(binaries, folder):
            yield f"postgresql://{_OWNER}@/postgres?host={folder}"


@contextmanager
def _started(binaries: Binaries, folder: str) -> Iterator[None]:
    options = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    server = [os.path.join(binaries.folder, "postgres"), "-D", os.path.join(folder, "data"), "-k", folder, *options]
    with tempfile.TemporaryFile() as log:
        keeper = subprocess.Popen(
            ["/bin/sh", "-c", _KEEPER, "sh", folder, *server],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=user(),
            env=_variables(),
            cwd="/",
        )
        with keeper:  # closes its input, and waits
            _await(keeper, folder, log)
            yield


def _await(keeper: subprocess.Popen[bytes], folder: str, log: IO[bytes]) -> None:
    """Return when the server takes connections."""
    latest = time.monotonic() + _SECONDS
    while not _ready(folder):
        if keeper.poll() is not None or time.monotonic() > latest:
            log.seek(0)
            lines = log.read().decode("utf-8", "replace").strip().splitlines()
            raise CannotJudge(f"PostgreSQL does not start for the scratch: {(lines or ['it says nothing'])[-1]}")
        time.sleep(0.005)


def _ready(folder: str) -> bool:
    with suppress(OSError), open(os.path.join(folder, "data", "postmaster.pid"), encoding="utf-8") as stream:
        return stream.read().rstrip().endswith("ready")
    return False


def _cluster(binaries: Binaries, cache: str, folder: str) -> None:
    """Have a cluster in `folder`/data: a copy of the one that is kept."""
    kept = os.path.join(cache, "cluster-" + "".join(c if c.isalnum() else "-" for c in binaries.version))
    data = os.path.join(folder, "data")
    try:
        _copy(kept, data)
    except OSError:  # it is not there, or not whole
        shutil.rmtree(data, ignore_errors=True)
        _initialise(binaries, data)
        _keep(data, kept)
        return
    os.chmod(data, 0o700)
    if (owner := user()) is not None:
        for place, _, files in os.walk(data):
            for name in ("", *files):
                shutil.chown(os.path.join(place, name), owner)


def _initialise(binaries: Binaries, data: str) -> None:
    initdb = [os.path.join(binaries.folder, "initdb"), "-D", data, "-U", _OWNER, "-A", "trust", "-E", "UTF8"]
    options = ("--locale=C", "--no-sync", "--wal-segsize=1")
    done = subprocess.run(
        [*initdb, *options], capture_output=True, check=False, user=user(), env=_variables(), cwd="/", text=True
    )
    if done.returncode:
        raise CannotJudge(f"PostgreSQL's initdb fails for the scratch: {' '.join(done.stderr.split())}")


def _keep(data: str, kept: str) -> None:
    """Copy what initdb made, in one piece or not at all; a cache that cannot be written to is none."""
    with suppress(OSError):
        os.makedirs(os.path.dirname(kept), exist_ok=True)
        with own_folder(os.path.dirname(kept), "run-") as part:
            _copy(data, os.path.join(part, "data"))
            os.rename(os.path.join(part, "data"), kept)


def _copy(folder: str, place: str) -> None:
    """Copy a thousand files: `cp` takes a quarter of the time that Python takes."""
    done = subprocess.run(["cp", "-R", folder, place], capture_output=True, check=False, text=True)  # noqa: S607 - where PATH has it
    if done.returncode:
        raise OSError(done.stderr.strip())


def _variables() -> Mapping[str, str]:
    """Nothing of PostgreSQL's, nor of a language."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}
