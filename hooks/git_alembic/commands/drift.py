"""`git alembic drift`: a change of the models that no revision brings to the databases."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from git_alembic.checking.request import Options as JudgingOptions
from git_alembic.checking.request import add_judging_options, add_sources, conclude
from git_alembic.checking.scratch_check import judge_each
from git_alembic.findings.report import Judgement
from git_alembic.git import Repository

DESCRIPTION = (
    "Run the new revisions on a scratch database and compare it with the models, as autogenerate does: finds a change "
    "of the models without a revision. The project's code is run by its own Python; its databases are not touched."
)


class Options(JudgingOptions):
    """The options, typed."""

    full: bool


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; 0 clean, 1 findings of severity error, 2 could not judge."""
    parser = argparse.ArgumentParser("git alembic drift", description=DESCRIPTION)
    parser.add_argument(
        "--full", action="store_true", help="run the whole history, and show all differences, old ones too"
    )
    add_sources(parser)
    add_judging_options(parser)
    options = parser.parse_args(argv, Options())
    return conclude(options, "" if options.rev else "git commit", lambda repository: judged(repository, options))


def judged(repository: Repository, options: Options) -> Judgement:
    """The judgement of the index, or of the commits that the options name."""
    return judge_each(
        repository,
        options,
        "comparing the models with the revisions",
        lambda trials, change, begin, settings: trials.drift(
            change, begin, full=options.full or not settings.drift.new_only
        ),
    )
