"""`git alembic check`: the staged history against HEAD, one commit against another, or one commit on its own."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence

from git_alembic.command import Options, add_judging_options, conclude, judge_question
from git_alembic.comparison import Named, Question
from git_alembic.errors import CannotJudge
from git_alembic.finding import Severity
from git_alembic.judgement import Judgement
from git_alembic.repository import INDEX, NOTHING, Repository

DESCRIPTION = "Judge the staged Alembic history against HEAD: new heads, lost, changed or broken revisions."


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; 0 clean, 1 findings of severity error, 2 could not judge."""
    parser = argparse.ArgumentParser("git alembic check", description=DESCRIPTION)
    parser.add_argument(
        "--from-ref", metavar="REF", help="judge --to-ref against this commit, not the index against HEAD"
    )
    parser.add_argument("--to-ref", metavar="REF", help="the commit to judge against --from-ref")
    parser.add_argument("--rev", metavar="REV", help="judge this commit on its own, with no baseline")
    parser.add_argument(
        "--against",
        metavar="REF",
        action="append",
        default=[],
        help="also say what merging with REF would give (repeatable)",
    )
    add_judging_options(parser)
    options = parser.parse_args(argv, Options())
    return conclude(options, "" if options.rev else "git commit", lambda repository: judged(repository, options))


def judged(repository: Repository, options: Options) -> Judgement:
    """The judgement of the index, or of the commits that the options name."""
    question = _question(repository, options)
    raised: dict[str, Severity] = {} if question.source == INDEX else {"divergent-heads": "error"}
    return judge_question(repository, options, question, raised=raised)


def _question(repository: Repository, options: Options) -> Question:
    old = options.from_ref or (None if options.rev else os.environ.get("PRE_COMMIT_FROM_REF"))
    new = options.to_ref or (None if options.rev else os.environ.get("PRE_COMMIT_TO_REF"))

    def question(source: str, name: str, parents: tuple[Named, ...]) -> Question:
        against = tuple((name, repository.commit(name)) for name in options.against)
        return Question(source, name, parents, tuple(options.published), against, tuple(options.environment))

    if options.rev:
        if old or new:
            raise CannotJudge("--rev judges one commit on its own and goes with neither --from-ref nor --to-ref")
        return question(repository.commit(options.rev), options.rev, ())
    if bool(old) != bool(new):
        raise CannotJudge("--from-ref and --to-ref go together")
    if old and new:
        return question(repository.commit(new), new, ((old, repository.commit(old)),))
    if repository.top is None:
        raise CannotJudge(
            "there is no working tree here and so nothing staged; name a commit with --rev or --from-ref and --to-ref"
        )
    return question(INDEX, "staged", _parents(repository))


def _parents(repository: Repository) -> tuple[tuple[str, str], ...]:
    """HEAD and what a merge under way brings in; the root commit is compared with nothing."""
    head = repository.resolve(["HEAD"])[0]
    if head is None:
        if repository.has_commit():
            raise CannotJudge("HEAD names a commit that is missing from the repository (`git fsck` says more)")
        return (("nothing", NOTHING),)
    others = [other for other in repository.merge_parents() if other != head]
    return (("HEAD", head), *((os.environ.get(f"GITHEAD_{other}", "MERGE_HEAD"), other) for other in others))
