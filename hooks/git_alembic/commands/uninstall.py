"""`git alembic uninstall`: remove the git hooks that `install` added, and restore the earlier hooks byte for byte."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from git_alembic.errors import CannotCheck
from git_alembic.git import Repository
from git_alembic.report import emit
from git_alembic.setup.git_hooks import remove_hook
from git_alembic.setup.hook_script import COMMANDS
from git_alembic.terminal.argument_parser import ArgumentParser

DESCRIPTION = "Remove the hooks that `git alembic install` added, and restore the hooks that were there before."


def main(argv: Sequence[str] | None = None) -> int:
    """Remove the hooks, report them and return 0. Hooks of other tools stay."""
    parser = ArgumentParser("git alembic uninstall", description=DESCRIPTION)
    parser.add_argument("--dry-run", action="store_true", help="show the plan and change nothing")
    dry_run: bool = parser.parse_args(argv).dry_run
    folder = Repository().hooks_folder()
    try:
        lines = [f"  {hook}: {remove_hook(folder, hook, dry_run=dry_run)}" for hook in COMMANDS]
    except OSError as error:
        raise CannotCheck(f"{error.filename or folder} could not be changed: {error.strerror}") from error
    head = f"git-alembic: hooks in {folder}{' (nothing was changed)' if dry_run else ''}"
    emit("\n".join([head, *lines]), sys.stdout)
    return 0
