"""Asks whether a repository elsewhere has a commit."""

from __future__ import annotations

import os
import tempfile

from git_alembic.errors import CannotCheck
from git_alembic.git import Repository
from git_alembic.git.remotes.network_commands import run_with_time_limit
from git_alembic.git.text_encoding import decode

_SECONDS = 120


def can_fetch_commit(repository: Repository, address: str, commit: str) -> bool:
    """Fetch the commit into a temporary repository: alone if the server allows it, else with every ref.

    CannotCheck if the address can't be reached.
    """
    with tempfile.TemporaryDirectory(prefix="git-alembic-") as folder:
        environ = {"GIT_DIR": os.path.join(folder, ".git"), "GIT_WORK_TREE": folder}

        def run(*arguments: str) -> tuple[int, str]:
            status, _, stderr = run_with_time_limit(repository, *arguments, seconds=_SECONDS, environ=environ)
            return status, " ".join(decode(stderr).split())

        run("init", "-q")
        if run("fetch", "-q", "--depth=1", address, commit)[0] == 0:
            return True
        status, reason = run("fetch", "-q", address, "+refs/*:refs/found/*")
        if status:
            raise CannotCheck(f"git fetch from {address} failed: {reason}")
        return run("cat-file", "-e", f"{commit}^{{commit}}")[0] == 0
