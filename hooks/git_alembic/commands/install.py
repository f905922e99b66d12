"""`git alembic install`: install git hooks without a hook manager."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from git_alembic.git import Repository
from git_alembic.report import emit
from git_alembic.setup.git_hooks import describe_hooks, plan_hooks, write_hooks
from git_alembic.terminal.argument_parser import ArgumentParser

DESCRIPTION = "Write git hooks that run git-alembic. Existing hooks are kept and run first."


class InstallOptions(argparse.Namespace):
    dry_run: bool
    force: bool


def main(argv: Sequence[str] | None = None) -> int:
    """Write the hooks, report them and return 0. Raise CannotCheck before any change if the hooks would not work."""
    parser = ArgumentParser("git alembic install", description=DESCRIPTION)
    parser.add_argument("--dry-run", action="store_true", help="show the plan and change nothing")
    parser.add_argument(
        "--force",
        action="store_true",
        help="also write to a hooks folder that is shared with other repositories or managed by husky",
    )
    options = parser.parse_args(argv, InstallOptions())
    folder, steps = plan_hooks(Repository(), force=options.force)
    if not options.dry_run:
        write_hooks(folder, steps)
    emit(describe_hooks(folder, steps, done=not options.dry_run), sys.stdout)
    return 0
