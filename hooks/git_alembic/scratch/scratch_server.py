"""The server that one run of ours has its scratch databases on."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import datetime, timezone

from git_alembic.errors import CannotJudge
from git_alembic.scratch.child_process import ask
from git_alembic.scratch.project_python import Interpreter

EMBEDDED = "embedded-postgresql"
_SECONDS = 60  # to drop what was made


def on_server(database: str) -> bool:
    """Whether the setting `database` asks for real databases on a server."""
    return database == EMBEDDED or "://" in database


class Server:
    """The databases of ours there have names that begin with the same prefix."""

    def __init__(self, url: str, is_ours: bool) -> None:
        """`is_ours` is a server that ends with us, and all that is on it."""
        began = datetime.now(timezone.utc)
        self._url = url
        self._is_ours = is_ours
        self._prefix = f"git_alembic_{began:%Y%m%d%H%M%S}_{os.urandom(3).hex()}"

    def described(self) -> dict[str, str]:
        """As the probe wants it."""
        return {"database": self._url, "prefix": self._prefix}

    def clear(self, python: Interpreter, folder: str) -> None:
        """Drop the databases that were made; what cannot be dropped now is left to the next run.

        The project's driver does it, whose name the probe wrote down in `folder` before it made the first.
        """
        noted = os.path.join(folder, "driver")
        if self._is_ours or not os.path.exists(noted):
            return
        with open(noted, encoding="utf-8") as stream:
            question = {"url": self._url, "driver": stream.read(), "prefix": self._prefix}
        with suppress(CannotJudge):
            ask(python.path, "main.py", {"clear": question}, folder=folder, cwd=folder, seconds=_SECONDS)
