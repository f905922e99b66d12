"""`git alembic drift`: find changes of the models that no revision makes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from git_alembic.checking.drift_and_roundtrip_by_environment import run_scratch_check
from git_alembic.checking.shared_command_line_options import Options, add_report_options, add_source_options
from git_alembic.terminal.argument_parser import ArgumentParser

if TYPE_CHECKING:
    from git_alembic.config.settings import Settings
    from git_alembic.scratch.drift_and_roundtrip.failures_of_new_revisions import ScratchCheck
    from git_alembic.scratch.scratch_result import ScratchResult

DESCRIPTION = (
    "Find model changes without a revision: run the new revisions on a scratch database, and compare it with the "
    "models the way autogenerate does. The project's code runs in the project's own Python. Your databases are not "
    "touched."
)


class DriftOptions(Options):
    full: bool


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command. 0: clean; 1: findings of severity error; 2: cannot check."""
    parser = ArgumentParser("git alembic drift", description=DESCRIPTION)
    parser.add_argument(
        "--full", action="store_true", help="run the whole history, and show all differences, including old ones"
    )
    add_source_options(parser)
    add_report_options(parser)
    options = parser.parse_args(argv, DriftOptions())

    def run(check: ScratchCheck, settings: Settings) -> ScratchResult | None:
        from git_alembic.scratch.drift_and_roundtrip.drift import check_drift

        return check_drift(check, full=options.full or not settings.drift.new_only)

    return run_scratch_check(options, "comparing the models with the revisions", run)
