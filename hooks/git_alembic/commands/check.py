"""`git alembic check`: check the staged changes, the branch if nothing is staged, a range of commits, or one commit."""

from __future__ import annotations

from collections.abc import Sequence

from git_alembic.checking.options import Options, add_report_options, add_source_options
from git_alembic.checking.run import (
    is_branch_check,
    request_from_options,
    run_and_report,
    run_branch_check,
    run_check,
)
from git_alembic.errors import CannotCheck
from git_alembic.findings.report import Report
from git_alembic.git import INDEX, Repository
from git_alembic.history.check_request import list_diffs
from git_alembic.terminal.arguments import ArgumentParser

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
        from git_alembic.checking.heads_file_at_commit import update_heads_files

        return update_heads_files(repository, report)

    return run_and_report(options, "" if options.rev else "git commit", check)
