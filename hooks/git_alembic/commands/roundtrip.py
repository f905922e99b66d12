"""`git alembic roundtrip`: the new revisions up, down and up again, on a scratch database."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from git_alembic.checking.request import Options, add_judging_options, add_sources, conclude
from git_alembic.checking.scratch_check import judge_each
from git_alembic.findings.report import Judgement
from git_alembic.git import Repository

DESCRIPTION = (
    "Run the new revisions up, down and up again on a scratch database. The project's code is run by the project's "
    "Python; its databases are not touched."
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; 0 clean, 1 findings of severity error, 2 could not judge."""
    parser = argparse.ArgumentParser("git alembic roundtrip", description=DESCRIPTION)
    add_sources(parser)
    add_judging_options(parser)
    options = parser.parse_args(argv, Options())
    return conclude(options, "" if options.rev else "git commit", lambda repository: judged(repository, options))


def judged(repository: Repository, options: Options) -> Judgement:
    """The judgement of the index, or of the commits that the options name."""
    return judge_each(
        repository,
        options,
        "running the new revisions up and down",
        lambda trials, change, begin, _: trials.roundtrip(change, begin),
    )
