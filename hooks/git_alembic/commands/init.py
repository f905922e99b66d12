"""`git alembic init`: show what the hooks would have found in the last year, and add them to the project's hooks."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Sequence

from git_alembic.audit.rule_suggestions_for_init import replay_last_year
from git_alembic.errors import CannotCheck
from git_alembic.git import Repository
from git_alembic.report import emit, is_terminal
from git_alembic.report.commands.rule_incidents_of_last_year import describe_last_year
from git_alembic.setup.git_hooks import describe_hooks, plan_hooks, write_hooks
from git_alembic.setup.init_plan import describe_environments, find_environments, plan_setup
from git_alembic.setup.managers.pre_commit_repo_entry import HookChoice
from git_alembic.setup.planned_file_changes import SetupPlan, write_text
from git_alembic.setup.source_of_this_installation import check_installable, find_installation
from git_alembic.terminal.argument_parser import ArgumentParser

DESCRIPTION = (
    "Show what the hooks would have reported in the last year, then add them to the configuration of your hook manager."
)


class InitOptions(argparse.Namespace):
    plain: bool
    drift: bool
    hint: bool
    dry_run: bool
    yes: bool


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command. 0: written, present or a dry run; 1: nobody agreed, or lines are left to paste; 2: failed."""
    parser = ArgumentParser("git alembic init", description=DESCRIPTION)
    parser.add_argument(
        "--plain", action="store_true", help="install git hooks without a hook manager, as `install` does"
    )
    parser.add_argument("--drift", action="store_true", help="also add the hooks that run the project's code on push")
    parser.add_argument(
        "--hint", action="store_true", help="also add the hook that runs after a checkout, merge or rebase"
    )
    parser.add_argument("--dry-run", action="store_true", help="show the plan and change nothing")
    parser.add_argument("-y", "--yes", action="store_true", help="do not ask")
    options = parser.parse_args(argv, InitOptions())
    repository = Repository()
    if repository.top is None:
        raise CannotCheck(
            "this is a bare repository, where commit hooks never run; on a server, use `git alembic pre-receive`"
        )
    snapshots = find_environments(repository)
    _print(describe_environments(snapshots))
    if options.plain:
        return _write_plain(repository, options)
    return _write_managed(repository, repository.top, [side.environment.script_location for side in snapshots], options)


def _write_plain(repository: Repository, options: InitOptions) -> int:
    if options.drift:
        raise CannotCheck("--drift is only for hook managers; in your own git hook, run `git alembic drift`")
    folder, steps = plan_hooks(repository, force=False)
    planned = options.dry_run or not options.yes
    if planned:
        _print(describe_hooks(folder, steps, done=False))
    _print(_last_year(repository))
    if options.dry_run or not _is_confirmed(options, "Install git hooks without a hook manager?"):
        return _end_unconfirmed(options)
    write_hooks(folder, steps)
    emit(describe_hooks(folder, steps, done=True), sys.stdout)
    return 0


def _write_managed(repository: Repository, top: str, locations: Sequence[str], options: InitOptions) -> int:
    installation = find_installation()
    plan = plan_setup(top, repository, locations, HookChoice(options.drift, options.hint), installation)
    if plan.manager in ("pre-commit", "prek") and (plan.changes or plan.pastes):
        check_installable(repository, installation)
    for part in (*(change.diff() for change in plan.changes), *(paste.text() for paste in plan.pastes)):
        _print(part)
    for note in plan.notes:
        _print(_wrap(note))
    _print(_last_year(repository))
    if not plan.changes:
        return _end_without_changes(plan, options)
    if options.dry_run or not _is_confirmed(options, f"Write this to {', '.join(plan.files)}?"):
        return _end_unconfirmed(options)
    for change in plan.changes:
        write_text(os.path.join(top, change.path), change.new, executable=change.is_executable)
    _print_remaining_steps(plan)
    return 1 if plan.pastes else 0


def _end_without_changes(plan: SetupPlan, options: InitOptions) -> int:
    if not plan.pastes:
        emit(f"git-alembic: {plan.manager} already has the hooks", sys.stdout)
        return 0
    steps = "\n".join(f"    {step}" for step in plan.next_steps)
    emit(f"git-alembic: nothing was written. Add the lines above, then run:\n\n{steps}", sys.stdout)
    return 0 if options.dry_run else 1


def _print_remaining_steps(plan: SetupPlan) -> None:
    files = " ".join(plan.files)
    lines = [f"git add {files}", *plan.next_steps]
    verb = "is" if len(plan.files) == 1 else "are"
    head = f"git-alembic: {files.replace(' ', ', ')} {verb} written. Next steps:"
    paste = ["", "    # paste the lines that are shown above"] if plan.pastes else [""]
    emit("\n".join([head, *paste, *(f"    {line}" for line in lines)]), sys.stdout)


def _last_year(repository: Repository) -> str:
    try:
        return describe_last_year(*replay_last_year(repository), shutil.get_terminal_size().columns)
    except CannotCheck as error:
        return f"git-alembic: the commits from the last year could not be checked: {error}"


def _print(part: str) -> None:
    emit(f"{part}\n\n", sys.stdout)


def _wrap(note: str) -> str:
    from textwrap import fill

    width = shutil.get_terminal_size().columns
    return fill(note, max(width, 30), break_long_words=False, break_on_hyphens=False)


def _is_confirmed(options: InitOptions, question: str) -> bool:
    if options.yes:
        return True
    if not (is_terminal(sys.stdin) and is_terminal(sys.stdout)):
        return False
    emit(f"{question} [y/N]", sys.stdout)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _end_unconfirmed(options: InitOptions) -> int:
    if options.dry_run:
        emit("git-alembic: nothing was changed (--dry-run)", sys.stdout)
        return 0
    chosen = [f"--{name}" for name in ("plain", "drift", "hint") if getattr(options, name)]
    again = " ".join(["git alembic init", *chosen, "--yes"])
    emit(f"git-alembic: nothing was changed (run `{again}` to make the changes)", sys.stdout)
    return 1
