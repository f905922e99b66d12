"""`git alembic roundtrip`: upgrade, downgrade and re-upgrade the new revisions on a scratch database."""

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
    "Upgrade, downgrade and re-upgrade the new revisions on a scratch database. The project's code runs in "
    "the project's own Python. Your databases are not touched."
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command. 0: clean; 1: findings of severity error; 2: cannot check."""
    parser = ArgumentParser("git alembic roundtrip", description=DESCRIPTION)
    add_source_options(parser)
    add_report_options(parser)
    options = parser.parse_args(argv, Options())

    def run(check: ScratchCheck, _: Settings) -> ScratchResult | None:
        from git_alembic.scratch.drift_and_roundtrip.roundtrip import check_roundtrip

        return check_roundtrip(check)

    return run_scratch_check(options, "upgrading and downgrading the new revisions", run)
