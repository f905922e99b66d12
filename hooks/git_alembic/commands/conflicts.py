"""`git alembic conflicts`: show which unmerged branches would collide, and in which order to merge them."""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace

from git_alembic.conflicts.branch import UnmergedBranch
from git_alembic.conflicts.branch_reader import BranchReader
from git_alembic.conflicts.branch_selection import (
    NamedTip,
    Selection,
    find_tip,
    require_target,
    select_tips,
    tips_before,
)
from git_alembic.conflicts.conflict_forecast import (
    ConflictForecast,
    Difference,
    forecast_conflicts,
    forecast_order,
    read_branches,
)
from git_alembic.errors import CannotCheck
from git_alembic.git import Repository
from git_alembic.git.commit_dates import last_commit_before, parse_date
from git_alembic.git.refs import NamedCommit
from git_alembic.git.remotes.last_fetch_time import last_fetch_time
from git_alembic.git.remotes.remote_branches_and_fetches import fetch_all
from git_alembic.history.snapshot_reader import open_reader
from git_alembic.report import emit, is_terminal
from git_alembic.report.conflicts import CONFLICT_FORMATS, ConflictFormat, render_conflicts
from git_alembic.terminal.progress import progress, waiting

DESCRIPTION = (
    "Compare every unmerged branch with the target branch and with each other. Shows which of them would fork the "
    "history, duplicate an id, lose a revision or conflict in a revision file when merged, and the order to merge them "
    "in."
)


class ConflictsOptions(argparse.Namespace):
    target: str | None
    local: bool
    branches: list[str]
    branch: str | None
    order: list[str]
    format: ConflictFormat
    exit_code: bool
    fetch: bool
    as_of: str | None
    since: str | None


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command. 0: compared; 1: `--exit-code` or `--order` found collisions; 2: could not compare."""
    options = _parser().parse_args(argv, ConflictsOptions())
    repository = Repository()
    if options.fetch:
        fetch_all(repository)
    forecast = _compare(repository, options)
    width = shutil.get_terminal_size().columns if is_terminal(sys.stdout) else 0
    for part in render_conflicts(forecast, options.format, width):
        emit(part, sys.stdout)
    if forecast.unreadable:
        name, path = forecast.unreadable[0]
        raise CannotCheck(f"{path} of {name} cannot be read, so its revision is unknown")
    problems = forecast.collisions if not options.order else [step for step in forecast.steps if step.collisions]
    return int(bool(problems) and (options.exit_code or bool(options.order)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("git alembic conflicts", description=DESCRIPTION)
    parser.add_argument("--target", metavar="REF", help="the branch to merge all the others into (default: the target)")
    parser.add_argument("--local", action="store_true", help="also compare the local branches")
    parser.add_argument(
        "--branches", metavar="GLOB", action="append", default=[], help="compare only branches that match (repeatable)"
    )
    view = parser.add_mutually_exclusive_group()
    view.add_argument("--branch", metavar="NAME", help="show only what this branch collides with")
    view.add_argument(
        "--order",
        metavar="BRANCH",
        nargs="+",
        default=[],
        help="check whether these branches merge cleanly in this order",
    )
    parser.add_argument(
        "--format",
        choices=CONFLICT_FORMATS,
        default="text",
        help="a table, JSON, annotations, a pull request comment, or a drawing of the branch pairs (default: text)",
    )
    parser.add_argument("--exit-code", action="store_true", help="exit with 1 if anything collides")
    parser.add_argument(
        "--since", metavar="DATE", help="compare only branches with a commit since this date, such as 90.days"
    )
    parser.add_argument(
        "--as-of",
        metavar="DATE",
        help="compare the branches as they were on this date, in any date format that git accepts",
    )
    parser.add_argument("--fetch", action="store_true", help="fetch from every remote first")
    return parser


def _compare(repository: Repository, options: ConflictsOptions) -> ConflictForecast:
    reader = open_reader(repository)
    moment = None
    if options.as_of is not None:  # the end of today is still to come
        moment = min(parse_date(repository, options.as_of, "23:59:59"), int(time.time()))
    target = _target(repository, options)
    past = target if moment is None else _target_before(repository, target, moment)
    branches = BranchReader(repository, reader, past)
    tips, focus = _tips(repository, branches, options)
    if moment is not None:
        names = [tip.name for tip in tips] if options.order else []
        tips = _in_order(tips_before(repository, tips, past, target, moment), names)
    if options.since is not None:
        since = parse_date(repository, options.since, "00:00:00")
        tips = [tip for tip in tips if tip.tip.time >= since or tip.name == focus]
    forecast = _forecast(repository, branches, tips, focus, options)
    reader.save()
    return replace(
        forecast, now=moment or int(time.time()), fetched=last_fetch_time(repository), is_past=moment is not None
    )


def _target(repository: Repository, options: ConflictsOptions) -> NamedCommit:
    if options.target is not None:
        return NamedCommit(options.target, repository.commit(options.target))
    settings = open_reader(repository).trees.settings.default
    head = repository.resolve(["HEAD"])[0]
    if head is not None:
        settings = open_reader(repository).trees.settings.of_commit(head)
    return require_target(repository, settings)


def _target_before(repository: Repository, target: NamedCommit, moment: int) -> NamedCommit:
    commit = last_commit_before(repository, target.commit, moment)
    if commit is None:
        raise CannotCheck(f"{target.name} has no commits before that date")
    return NamedCommit(target.name, commit)


def _tips(repository: Repository, reader: BranchReader, options: ConflictsOptions) -> tuple[list[NamedTip], str]:
    """Return the branches to compare, and the name of the branch in focus ("" if none)."""
    if options.order:
        return [find_tip(repository, name) for name in options.order], ""
    names = (options.branch,) if options.branch is not None else ()
    selection = Selection(options.local, tuple(options.branches), names)
    focus = find_tip(repository, options.branch).name if options.branch is not None else ""
    return select_tips(repository, reader.settings, reader.target, selection), focus


def _in_order(tips: Sequence[NamedTip], names: Sequence[str]) -> list[NamedTip]:
    """Return the branches with these names, in this order; all of them if there are no names."""
    by_name = {tip.name: tip for tip in tips}
    return [by_name[name] for name in names if name in by_name] if names else list(tips)


def _forecast(
    repository: Repository, reader: BranchReader, tips: Sequence[NamedTip], focus: str, options: ConflictsOptions
) -> ConflictForecast:
    with waiting("finding the branches that add revisions", sys.stderr):
        differences = reader.differences(tips)
    for name in reader.unrelated:
        if options.order or name == focus:
            raise CannotCheck(f"{name} and {reader.target.name} have unrelated histories, so git refuses to merge them")
    branches = read_branches(reader, _with_progress(differences))
    if options.order:
        forecast = forecast_order(repository, reader, _in_given_order(tips, branches))
    else:
        forecast = forecast_conflicts(repository, reader, branches, focus)
    return replace(forecast, compared=len(tips) - len(reader.unrelated), unrelated=reader.unrelated)


def _in_given_order(tips: Sequence[NamedTip], branches: Sequence[UnmergedBranch]) -> list[UnmergedBranch]:
    """Return the branches in the given order, including those that bring no revision."""
    by_name = {branch.name: branch for branch in branches}
    return [by_name.get(tip.name) or UnmergedBranch(tip.name, *tip.tip[1:], changes={}) for tip in tips]


def _with_progress(differences: Sequence[Difference]) -> Iterable[Difference]:
    return progress(differences, total=len(differences), title="comparing branches", stream=sys.stderr)
