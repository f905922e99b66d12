"""`git alembic check`: the staged history against HEAD, one commit against another, or one commit on its own."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from git_alembic.checking.request import Options, add_judging_options, add_sources, asked, conclude, judge_question
from git_alembic.findings.finding import Severity
from git_alembic.findings.report import Judgement
from git_alembic.git import INDEX, Repository

DESCRIPTION = "Judge the staged Alembic history against HEAD: new heads, lost, changed or broken revisions."


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; 0 clean, 1 findings of severity error, 2 could not judge."""
    parser = argparse.ArgumentParser("git alembic check", description=DESCRIPTION)
    add_sources(parser)
    add_judging_options(parser)
    options = parser.parse_args(argv, Options())
    return conclude(options, "" if options.rev else "git commit", lambda repository: judged(repository, options))


def judged(repository: Repository, options: Options) -> Judgement:
    """The judgement of the index, or of the commits that the options name."""
    question = asked(repository, options)
    raised: dict[str, Severity] = {} if question.source == INDEX else {"divergent-heads": "error"}
    return judge_question(repository, options, question, raised=raised)
