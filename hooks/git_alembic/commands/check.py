"""`git alembic check`: the staged changes, the branch if nothing is staged, a range of commits, or one commit."""

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
from git_alembic.findings.report import Report
from git_alembic.git import Repository
from git_alembic.terminal.arguments import ArgumentParser

DESCRIPTION = (
    "Check the staged changes for new heads, and for lost, changed and broken revisions. If nothing is staged, check "
    "the commits of the branch."
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command. 0: clean; 1: findings of severity error; 2: cannot check."""
    parser = ArgumentParser("git alembic check", description=DESCRIPTION)
    add_source_options(parser)
    add_report_options(parser)
    options = parser.parse_args(argv, Options())

    def check(repository: Repository) -> Report:
        request = request_from_options(repository, options)
        if is_branch_check(repository, request):
            return run_branch_check(repository, options, request)
        return run_check(repository, options, request)

    return run_and_report(options, "" if options.rev else "git commit", check)
