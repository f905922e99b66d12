"""`git alembic check`: check the staged changes, the branch if nothing is staged, a range of commits, or one commit."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from git_alembic.checking.prefixes_of_printed_commands import with_runners
from git_alembic.checking.run_and_report import policy_for, request_from_options, run_and_report
from git_alembic.checking.shared_command_line_options import Options, add_report_options, add_source_options
from git_alembic.errors import CannotCheck
from git_alembic.findings.report import Report
from git_alembic.git import INDEX, Repository
from git_alembic.history.commits_to_compare import ComparisonRequest, ComparisonScope, RequestDiffs, list_diffs
from git_alembic.report import emit
from git_alembic.terminal.argument_parser import ArgumentParser

if TYPE_CHECKING:
    from git_alembic.config.settings import Settings
    from git_alembic.history.snapshot_reader import SnapshotReader

DESCRIPTION = (
    "Check the staged changes for new heads, and for lost, changed or broken revisions. If nothing is staged, check "
    "the commits on the current branch."
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command. 0: clean; 1: findings of severity error; 2: cannot check."""
    parser = ArgumentParser("git alembic check", description=DESCRIPTION)
    add_source_options(parser)
    parser.add_argument(
        "--update-heads-file",
        action="store_true",
        help="write and stage the heads file if there are no other findings (used by the hook that `git alembic "
        "install` adds)",
    )
    add_report_options(parser)
    options = parser.parse_args(argv, Options())

    def check(repository: Repository) -> Report:
        request = request_from_options(repository, options)
        if options.update_heads_file and request.source != INDEX:
            raise CannotCheck("--update-heads-file writes to the index, so it can't be used with --rev or --to-ref")
        diffs = list_diffs(repository, request)
        if is_branch_check(request, diffs):
            return run_branch_check(repository, options, request)
        report = run_check(repository, options, request, diffs)
        if not (options.update_heads_file and report.findings):
            return report
        from git_alembic.checking.heads_file_update_in_pre_commit import update_heads_files

        return update_heads_files(repository, report)

    return run_and_report(options, "" if options.rev else "git commit", check)


def is_branch_check(request: ComparisonRequest, diffs: RequestDiffs) -> bool:
    """True if nothing is staged and no commit is in progress. During a commit git sets `GIT_INDEX_FILE`."""
    if request.source != INDEX or "GIT_INDEX_FILE" in os.environ or len(request.parents) != 1:
        return False
    return not diffs.parents[0]


def run_branch_check(repository: Repository, options: Options, request: ComparisonRequest) -> Report:
    """Check the branch that HEAD is on."""
    head = repository.resolve(["HEAD"])[0]
    branch = repository.current_branch()
    checked = f"branch {branch}" if branch else "HEAD"
    if head is None:
        return Report(checked=checked)
    from git_alembic.history.branch_and_target_comparison import BranchScope, compare_branch
    from git_alembic.history.snapshot_reader import open_reader, refuse_environments_elsewhere
    from git_alembic.policy.override_comments import refuse_unknown_rules_in_comments
    from git_alembic.policy.rule_application import apply_rules_to_branch, nest_branch_findings
    from git_alembic.scratch import python_readers

    reader = open_reader(repository, *python_readers(repository))
    scope = BranchScope(head, "HEAD", head, request.published_patterns, request.targets, request.environments)
    changes = compare_branch(repository, reader, scope)
    reader.save()
    if not changes.whole:
        refuse_environments_elsewhere(reader, head)
    refuse_unknown_rules_in_comments(changes.since)
    policy = policy_for(options, changes.settings, beyond_commit=True)
    report = nest_branch_findings(apply_rules_to_branch(changes.whole, changes.since, policy), changes.since)
    _print_notes(repository, reader, changes.settings, report)
    report = with_runners(repository, head, report)
    return report._replace(checked=checked, repeat=_shell("git", "alembic", "check"))


def run_check(repository: Repository, options: Options, request: ComparisonRequest, diffs: RequestDiffs) -> Report:
    """Apply the rules to one request. A commit without revisions imports only what it needs."""
    checked = "staged changes" if request.source == INDEX else request.name
    nothing = Report(checked=checked if options.verbose or "GIT_INDEX_FILE" not in os.environ else "")
    if not diffs.may_affect_environments(request):
        return nothing
    from git_alembic.environments.config_and_revision_file_reader import open_trees

    trees = open_trees(repository)
    scope = ComparisonScope(repository, trees, request, diffs)
    beyond_commit = request.source != INDEX
    if diffs.changes_settings:
        policy_for(options, scope.settings, beyond_commit=beyond_commit)  # reject mistakes here
    if not scope.affects_environments:
        return nothing
    from git_alembic.history.commit_comparison import Comparison
    from git_alembic.history.snapshot_reader import SnapshotReader
    from git_alembic.policy.override_comments import refuse_unknown_rules_in_comments
    from git_alembic.policy.rule_application import apply_rules
    from git_alembic.scratch import python_readers

    reader = SnapshotReader(trees, *python_readers(repository))
    comparison = Comparison(repository, reader, request, scope)
    changes = comparison.add_context(comparison.changes(), None, request.targets)
    reader.save()
    refuse_unknown_rules_in_comments(changes)
    policy = policy_for(options, comparison.settings, beyond_commit=beyond_commit)
    report = with_runners(repository, request.source, apply_rules(changes, policy))
    _print_notes(repository, reader, comparison.settings, report)
    if not report.findings:
        return report._replace(checked=checked)
    if request.source == INDEX:
        from git_alembic.checking.command_to_retry_commit import with_staging

        report = with_staging(repository, report, os.environ)
    return report._replace(checked=checked, repeat=_repeat(repository, options, request))


def _print_notes(repository: Repository, reader: SnapshotReader, settings: Settings, report: Report) -> None:
    notes = reader.trees.notes
    if report.findings:
        from git_alembic.history.target_branch import explain_target

        notes = [*notes, explain_target(repository, settings)]
    for note in filter(None, dict.fromkeys(notes)):
        emit(f"git-alembic: {note}", sys.stderr)


def _repeat(repository: Repository, options: Options, request: ComparisonRequest) -> str:
    """Return the command to repeat with an override. "" for `--rev`, which has no override."""
    if options.rev:
        return ""
    if request.source != INDEX:
        old = options.from_ref or os.environ.get("PRE_COMMIT_FROM_REF", "")
        new = options.to_ref or os.environ.get("PRE_COMMIT_TO_REF", "")
        return _shell("git", "alembic", "check", "--from-ref", old, "--to-ref", new)
    from git_alembic.checking.command_to_retry_commit import commit_command

    return _shell(*commit_command(repository, os.environ))


def _shell(*words: str) -> str:
    from shlex import join

    return join(words)
