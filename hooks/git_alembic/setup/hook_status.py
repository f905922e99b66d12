"""Finds which of git's hooks run git-alembic, and which program installed each of them."""

from __future__ import annotations

import os
from collections.abc import Sequence

from git_alembic.database.diagnosis import InstalledHooks
from git_alembic.git import Repository
from git_alembic.setup.hook_managers import MANAGERS, has_husky_files, named_configurations
from git_alembic.setup.working_tree_files import read_bytes

_OURS = (b"git-alembic", b"git alembic", b"alembic-check", b"alembic-push", b"alembic-hint")


def hook_status(repository: Repository, hooks: Sequence[str]) -> InstalledHooks:
    """Return which of these hooks run git-alembic, in the given order."""
    folder = repository.hooks_folder()
    installers = {hook: _installer(repository.top or "", folder, hook) for hook in hooks}
    return InstalledHooks(
        {hook: name for hook, name in installers.items() if name},
        tuple(hook for hook, name in installers.items() if not name),
    )


def _installer(top: str, folder: str, hook: str) -> str:
    """Return what makes this hook run git-alembic, or ""."""
    if has_husky_files(folder) and _names_us(read_bytes(os.path.join(os.path.dirname(folder), hook))):
        return "husky"
    for name in (hook, f"{hook}.legacy"):
        path = os.path.join(folder, name)
        content = read_bytes(path) if os.access(path, os.X_OK) else b""
        for manager, mark, files in MANAGERS:
            configurations = (*files, *named_configurations(content)) if mark in content else ()
            if any(_names_us(read_bytes(os.path.join(top, file))) for file in configurations):
                return manager
        if _names_us(content):
            return "git-alembic" if b"# git-alembic hook" in content else "this repository"
    return ""


def _names_us(content: bytes) -> bool:
    return any(mark in content for mark in _OURS)
