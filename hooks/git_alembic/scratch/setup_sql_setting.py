"""Reads the setting `setup`: SQL, or a file of the repository with SQL."""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from git_alembic.errors import CannotCheck
from git_alembic.git import Repository
from git_alembic.scratch.checkout import WORKING_TREE

_PATH = re.compile(r"[^\s;'\"()]+")  # every statement contains a space or a semicolon


class SetupScript(NamedTuple):
    """The SQL, and the file that it comes from ("" if the setting contains it)."""

    text: str = ""
    path: str = ""


def read_setup(repository: Repository, source: str, setup: str | None) -> SetupScript:
    """Return the script of the tree `source`. Raise CannotCheck if the setting names a missing file."""
    if not setup:
        return SetupScript()
    if not _PATH.fullmatch(setup.strip()):
        return SetupScript(setup)
    path = os.path.normpath(setup.strip()).replace(os.sep, "/")
    data = _in_working_tree(repository, path) if source == WORKING_TREE else _in_tree(repository, source, path)
    if data is None:
        raise CannotCheck(f"`setup` in [tool.git-alembic.drift] is {setup}, but that file does not exist")
    return SetupScript(data.decode("utf-8", "replace"), path)


def _in_tree(repository: Repository, source: str, path: str) -> bytes | None:
    files = repository.listing(source, [path])
    if path not in files:
        return None
    return next((data for _, data in repository.read([files[path][1]])), None)


def _in_working_tree(repository: Repository, path: str) -> bytes | None:
    try:
        with open(os.path.join(repository.top or "", path), "rb") as stream:
            return stream.read()
    except OSError:
        return None
