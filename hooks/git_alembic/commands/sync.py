"""`git alembic sync`: move the local database from the branch where it was left to the current branch."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from git_alembic.database.inspection import Inspection, load_environments
from git_alembic.database.sync.move_execution import move_databases, plan_environment_move
from git_alembic.git import Repository
from git_alembic.report import emit, is_terminal
from git_alembic.report.wording import escape_controls
from git_alembic.terminal.argument_parser import ArgumentParser

DESCRIPTION = (
    "Migrate the local database to the branch that is checked out: downgrade the revisions that the branch does not "
    "have, using their code from git, then upgrade. Shows what the downgrades would drop, and asks before it changes "
    "anything."
)


class SyncOptions(argparse.Namespace):
    environment: list[str]
    dry_run: bool
    yes: bool
    allow_remote: bool


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command. 0: the databases match the tree; 1: they don't match it yet; 2: they could not be moved."""
    parser = ArgumentParser("git alembic sync", description=DESCRIPTION)
    parser.add_argument("--dry-run", action="store_true", help="show the plan and change nothing")
    parser.add_argument("-y", "--yes", action="store_true", help="do not ask")
    parser.add_argument("--allow-remote", action="store_true", help="allow a database that is not on this machine")
    parser.add_argument(
        "--environment", metavar="NAME", action="append", default=[], help="migrate only this environment (repeatable)"
    )
    options = parser.parse_args(argv, SyncOptions())
    repository = Repository()
    snapshots, settings = load_environments(repository, options.environment)
    inspections = [Inspection(repository, settings, snapshot) for snapshot in snapshots]
    every = [plan_environment_move(repository, each, allow_remote=options.allow_remote) for each in inspections]
    _print("\n".join(line for planned in every for line in planned.lines))
    blocked = [planned.blocked for planned in every if planned.blocked]
    if blocked:
        _print("\n".join(blocked))
        return 1
    needed = [planned for planned in every if not planned.is_empty]
    if not needed:
        return 0
    if options.dry_run:
        _print("nothing was changed (--dry-run)")
        return 0
    if not (options.yes or _is_confirmed()):
        _print("nothing was changed (run `git alembic sync --yes` to migrate the database)")
        return 1
    every_moved = True
    for planned in needed:
        is_moved, text = move_databases(repository, planned)
        _print(text)
        every_moved = every_moved and is_moved
    return 0 if every_moved else 1


def _is_confirmed() -> bool:
    if not (is_terminal(sys.stdin) and is_terminal(sys.stdout)):
        return False
    emit("Migrate the database? [y/N]", sys.stdout)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _print(text: str) -> None:
    lines = (line if line.startswith(" ") else f"git-alembic: {line}" for line in text.splitlines() if line)
    emit("\n".join(escape_controls(line) for line in lines), sys.stdout)
