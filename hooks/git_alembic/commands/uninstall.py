"""`git alembic uninstall`: take the plain git hooks away; what was there before comes back byte for byte."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from git_alembic.commands.install import HOOKS, KEPT, is_ours, placed
from git_alembic.errors import CannotJudge
from git_alembic.git import Repository
from git_alembic.report import emit

DESCRIPTION = "Take the hooks of `git alembic install` away. Hooks that were there before come back as they were."


def main(argv: Sequence[str] | None = None) -> int:
    """Take the hooks away and say so; 0. Hooks of others are left alone."""
    parser = argparse.ArgumentParser("git alembic uninstall", description=DESCRIPTION)
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
    dry_run: bool = parser.parse_args(argv).dry_run
    folder = Repository().hooks_folder()
    try:
        said = [f"  {hook}: {removed(folder, hook, dry_run=dry_run)}" for hook in HOOKS]
    except OSError as error:
        raise CannotJudge(f"{error.filename or folder} could not be changed: {error.strerror}") from error
    emit("\n".join([f"git-alembic: hooks in {folder}{' (nothing was changed)' if dry_run else ''}", *said]), sys.stdout)
    return 0


def removed(folder: str, hook: str, *, dry_run: bool) -> str:
    """Take one hook away, or leave it; what is said of it."""
    path, kept = placed(folder, hook), os.path.join(folder, f"{hook}.{KEPT}")
    there, waiting = os.path.lexists(path), os.path.lexists(kept)
    if there and not is_ours(path):
        return f"not git-alembic's, left alone{f'; so is {hook}.{KEPT}' if waiting else ''}"
    if waiting:
        if not dry_run:
            os.replace(kept, path)
        return "as it was before"
    if there and not dry_run:
        os.unlink(path)
    return "taken away" if there else "none is there"
