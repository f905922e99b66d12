"""`git alembic fix`: plan the repair of what the check finds, show it, and apply it."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Literal

from git_alembic.checking.prefixes_of_printed_commands import with_runners
from git_alembic.checking.shared_command_line_options import add_published_option
from git_alembic.errors import CannotCheck
from git_alembic.findings.finding import Command, Finding, Repair
from git_alembic.findings.fork_explanation import stops_at_heads_file
from git_alembic.findings.repairs_shared_by_rules import RUN_FIX
from git_alembic.findings.report import Report
from git_alembic.git import INDEX, NOTHING, Repository
from git_alembic.repair.file_writer import FileWriter
from git_alembic.repair.heads_file_plan import refuse_other_file
from git_alembic.repair.merge_revision import run_alembic_merge
from git_alembic.repair.plan import Plan, plan_repair
from git_alembic.repair.plan_builder import Choices
from git_alembic.repair.scope_of_fix import RepairCase, RepairScope, examine, find_remaining, is_better
from git_alembic.report import emit, encoding_of, is_terminal, render, wants_color
from git_alembic.report.wording import escape_controls
from git_alembic.revisions.revision import Revision
from git_alembic.rules.rule_defaults import BY_SLUG, is_about
from git_alembic.terminal.argument_parser import ArgumentParser

DESCRIPTION = (
    "Repair the problems that `git alembic check` finds: show a plan, ask for confirmation, "
    "then change and stage the files in the plan."
)


class FixOptions(argparse.Namespace):
    against: str | None
    strategy: Literal["merge", "rebase"] | None
    published_too: bool
    dry_run: bool
    yes: bool
    environment: list[str]
    published: list[str]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command. 0: nothing to repair, or repaired; 1: something is left; 2: the repair failed.

    With --dry-run, 0: there is a plan, or nothing to do; 1: there is no plan.
    """
    parser = ArgumentParser("git alembic fix", description=DESCRIPTION)
    parser.add_argument("--against", metavar="REF", help="the branch that you merge into (default: the target)")
    parser.add_argument(
        "--strategy",
        choices=("merge", "rebase"),
        help="add a merge revision, or re-parent (default: re-parent if one side is unpublished)",
    )
    parser.add_argument("--published-too", action="store_true", help="allow changes to published revisions")
    parser.add_argument("--dry-run", action="store_true", help="show the plan and change nothing")
    parser.add_argument("-y", "--yes", action="store_true", help="do not ask")
    parser.add_argument(
        "--environment", metavar="NAME", action="append", default=[], help="repair only this environment (repeatable)"
    )
    add_published_option(parser)
    options = parser.parse_args(argv, FixOptions())
    repository = Repository()
    if repository.top is None:
        raise CannotCheck("there is no working tree here, so there is nothing to repair")
    return _repair(
        repository, options, RepairScope(options.against, tuple(options.published), tuple(options.environment))
    )


def _repair(repository: Repository, options: FixOptions, scope: RepairScope) -> int:
    case = examine(repository, scope)
    plans = [] if not case.findings else _plans(repository, case, options)
    steps = [repair for repair in plans if repair.steps]
    _print("\n".join(line for repair in plans for line in _plan_lines(repair)))
    if not steps:
        return _conclude(repository, case, case.findings, "" if case.findings else "nothing to repair")
    if options.dry_run:
        _show_diffs(repository, steps)
        _print("nothing was changed (--dry-run)")
        return 0
    if not (options.yes or _is_confirmed()):
        remaining = find_remaining(case, {repair.environment.name: repair for repair in plans})
        _conclude(
            repository, case, remaining, "nothing was changed (run `git alembic fix --yes` to make these changes)"
        )
        return 1
    after, paths = _apply(repository, steps, case, scope)
    return _conclude(
        repository, after, after.findings, f"repaired and staged: {', '.join(map(escape_controls, paths))}"
    )


def _apply(
    repository: Repository, steps: Sequence[Plan], case: RepairCase, scope: RepairScope
) -> tuple[RepairCase, tuple[str, ...]]:
    """Apply the steps. Return the new case and the staged paths. If it is no better, undo everything and raise."""
    top = repository.top or ""
    files = FileWriter(top, repository.git_dir)
    staged: tuple[str, ...] = ()
    unmerged = repository.unmerged_stages(
        [repair.environment.heads_file_path for repair in steps if repair.environment.heads_file_path]
    )
    try:
        executable = []
        for repair in steps:
            modes = repository.listing(case.start, [f":(literal){path}" for path in repair.files])
            executable += [path for path in repair.files if modes.get(path, ("",))[0].endswith("755")]
            for path, data in repair.files.items():
                files.write(path, data, executable=path in executable)
            _print("\n".join(run_alembic_merge(files, repair.environment, merge, top) for merge in repair.merges))
        repository.stage(files.paths, executable)
        staged = files.paths
        after = examine(repository, scope)
        if not is_better(after.findings, case.findings):
            raise CannotCheck("the repair did not resolve the findings, so it was undone")
    except BaseException:
        files.undo()
        if staged:
            repository.stage(staged)
            repository.stage_unmerged(unmerged)
        raise
    return after, staged


def _plans(repository: Repository, case: RepairCase, options: FixOptions) -> list[Plan]:
    from datetime import datetime

    head = repository.resolve(["HEAD"])[0] or NOTHING
    fresh = [entry.path for entry in repository.diff(head, INDEX) if entry.status == "A"]
    now = datetime.now().isoformat(sep=" ")  # noqa: DTZ005 - Alembic's own template uses local time
    choices = Choices(options.strategy, options.published_too, frozenset(fresh), now)
    branch = {change.environment.name: change for change in case.branch}
    stale = {finding.path for finding in case.findings if BY_SLUG[finding.rule].checks_docstrings}
    staged = {revision.path for change in case.whole for revision in change.after.graph.revisions}

    def content(revision: Revision) -> bytes:
        return _content(repository, revision, new=revision.path not in staged)

    plans = [plan_repair(change, branch.get(change.environment.name), stale, content, choices) for change in case.whole]
    for change, plan in zip(case.whole, plans, strict=True):
        if change.environment.heads_file_path in plan.files:
            refuse_other_file(repository.top or "", change.environment.heads_file_path, change)
    return plans


def _content(repository: Repository, revision: Revision, *, new: bool) -> bytes:
    """Return a file as it is in the working tree, or as git would write it there.

    git may keep the file with other line endings. Raise CannotCheck if the working tree differs from the index.
    """
    path = revision.path
    full_path = os.path.join(repository.top or "", path)
    if os.path.islink(full_path):
        raise CannotCheck(f"{path} is a symbolic link, and git-alembic does not edit the target of a link")
    there = os.path.isfile(full_path) and repository.hash_after_clean(path) == revision.blob
    if new and os.path.lexists(full_path) and not there:
        raise CannotCheck(
            f"{path} already exists where the deleted revision belongs: move it, then run `git alembic fix` again"
        )
    if not new and not there:
        raise CannotCheck(f"{path} has unstaged changes; stage or stash them first")
    if not there:
        return repository.smudged_content(revision.blob, path)
    with open(full_path, "rb") as stream:
        return stream.read()


def _plan_lines(repair: Plan) -> list[str]:
    steps = (
        [f"plan for {repair.environment.name}:", *(f"  {escape_controls(step)}" for step in repair.steps)]
        if repair.steps
        else []
    )
    return [*steps, *(f"not possible: {escape_controls(note)}" for note in repair.notes)]


def _show_diffs(repository: Repository, steps: Sequence[Plan]) -> None:
    from difflib import unified_diff

    for path, data in ((path, data) for repair in steps for path, data in sorted(repair.files.items())):
        full_path = os.path.join(repository.top or "", path)
        old = b""
        if os.path.isfile(full_path):
            with open(full_path, "rb") as stream:
                old = stream.read()
        before, after = (text.decode("utf-8", "replace").splitlines() for text in (old, data))
        names = (f"a/{path}" if old else "/dev/null", f"b/{path}")
        lines = unified_diff(before, after, *names, lineterm="")
        emit("\n".join(escape_controls(line) for line in lines), sys.stdout)


def _is_confirmed() -> bool:
    if not (is_terminal(sys.stdin) and is_terminal(sys.stdout)):
        return False
    emit("Make these changes? [y/N]", sys.stdout)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _conclude(repository: Repository, case: RepairCase, remaining: Sequence[Finding], sentence: str) -> int:
    advised = tuple(_with_advice(repository, case, finding) for finding in remaining)
    color = wants_color("auto", sys.stdout, os.environ)
    report = with_runners(repository, INDEX, Report(findings=advised))
    text = render(
        report,
        format="text",
        color=color,
        width=0,
        verbose=False,
        quiet=False,
        command="",
        encoding=encoding_of(sys.stdout),
    )
    emit(text, sys.stdout)
    _print(sentence)
    return 1 if any(finding.severity == "error" for finding in remaining) else 0


def _with_advice(repository: Repository, case: RepairCase, finding: Finding) -> Finding:
    """Return a finding that remains, without the advice to run this command. A future fork gets its own repairs."""
    if is_about(finding, "forecasts"):
        changes = (change for change in case.branch if change.environment.name == finding.environment)
        stops = any(stops_at_heads_file(change, forecast.target) for change in changes for forecast in change.forecasts)
        return finding._replace(repairs=_after_merging(repository, case.target, stops=stops))
    other_repairs = (
        repair for repair in finding.repairs if not any(command.argv == RUN_FIX.argv for command in repair.commands)
    )
    return finding._replace(repairs=tuple(other_repairs))


def _after_merging(repository: Repository, ref: str, *, stops: bool) -> tuple[Repair, ...]:
    """Return two ways to bring another branch in and put the unpublished revisions on top of it.

    `stops`: the merge stops at a conflict in the file with the heads.
    """
    head = repository.resolve(["HEAD"])[0]
    busy = bool(head and repository.diff(head, INDEX)) or bool(repository.merge_parents())
    first = (Command(("git", "commit")),) if busy else ()
    repair = Command((*RUN_FIX.argv, "--yes"))
    conclude = Command(("git", "commit", "--no-edit"))
    merge = (*first, Command(("git", "merge", "--no-commit", ref), exits_with_1=stops), repair, conclude)
    end = ("-c", "core.editor=true", "rebase", "--continue") if stops else ("commit", "--amend", "--no-edit")
    rebase = (*first, Command(("git", "rebase", ref), exits_with_1=stops), repair, Command(("git", *end)))
    return (
        Repair(f"merge {ref}, then re-parent the unpublished revisions", merge),
        Repair(f"rebase onto {ref}, then re-parent the unpublished revisions", rebase),
    )


def _print(text: str) -> None:
    """Print each line after "git-alembic: ", except for indented lines, which belong to the line above them."""
    lines = (line if line.startswith(" ") else f"git-alembic: {line}" for line in text.splitlines() if line)
    emit("\n".join(lines), sys.stdout)
