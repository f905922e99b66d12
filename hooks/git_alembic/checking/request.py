"""What the judging commands have in common: options, the run itself, the report."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal

from git_alembic.errors import CannotJudge, without_room
from git_alembic.findings.finding import Fix, Severity
from git_alembic.findings.report import Judgement
from git_alembic.git import INDEX, Repository
from git_alembic.history.comparison import Comparison, Named, Question, staged_on
from git_alembic.history.snapshots import History
from git_alembic.report import FORMATS, Format, emit, encoding_of, render, wants_color
from git_alembic.revisions.revision_cache import RevisionCache
from git_alembic.scratch.load_identifiers import IdentifierLoader

if TYPE_CHECKING:
    from git_alembic.rules.verdict import Policy

PROGRAM = ("git", "alembic")
_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


class Options(argparse.Namespace):
    """The options of a judging command, typed."""

    format: Format
    color: Literal["auto", "always", "never"]
    verbose: bool
    quiet: bool
    select: list[str]
    ignore: list[str]
    published: list[str]
    environment: list[str]
    against: list[str]
    from_ref: str | None
    to_ref: str | None
    rev: str | None


def add_sources(parser: argparse.ArgumentParser) -> None:
    """The options that say what is judged, for commands that judge the index by default."""
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


def add_judging_options(parser: argparse.ArgumentParser) -> None:
    """The options that every judging command has."""
    parser.add_argument("--format", choices=FORMATS, default="text", help="how to report (default: text)")
    parser.add_argument(
        "--environment", metavar="NAME", action="append", default=[], help="judge only this environment (repeatable)"
    )
    parser.add_argument("--select", metavar="RULE", action="append", default=[], help="only this rule (repeatable)")
    parser.add_argument(
        "--ignore", metavar="RULE", action="append", default=[], help="all rules but this one (repeatable)"
    )
    parser.add_argument(
        "--published",
        metavar="REF",
        action="append",
        default=[],
        help="a ref whose revisions count as published (repeatable; default: the target branch)",
    )
    parser.add_argument(
        "--color", choices=("auto", "always", "never"), default="auto", help="colour the report (default: auto)"
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="also say what was judged and what was let pass")
    parser.add_argument("-q", "--quiet", action="store_true", help="one line per finding")


def conclude(options: Options, override: str, run: Callable[[Repository], Judgement]) -> int:
    """Run a judging command, report what it found, and return its exit code.

    `override` is the command that a user would repeat with `GIT_ALEMBIC_ALLOW` set, "" where that is no way out.
    """
    try:
        _refuse_unknown_rules(options)
        judgement = run(Repository())
    except CannotJudge as error:
        judgement = Judgement(reason=str(error))
    except OSError as error:
        if (reason := without_room(error)) is None:
            raise
        judgement = Judgement(reason=str(reason))
    program = own_program()
    if program != PROGRAM:
        judgement = _runnable(judgement, program)
    color = wants_color(options.color, sys.stdout, os.environ)
    text = render(
        judgement,
        format=options.format,
        color=color,
        width=0 if judgement == Judgement() else _width(),
        verbose=options.verbose,
        quiet=options.quiet,
        command=override,
        encoding=encoding_of(sys.stdout),
    )
    if program != PROGRAM:
        text = text.replace(f"{' '.join(PROGRAM)} explain", f"{' '.join(program)} explain")
    emit(text, sys.stdout)
    return judgement.exit_code


def asked(repository: Repository, options: Options) -> Question:
    """What is to be judged, and against what: the index against HEAD, or the commits that the options name."""
    old = options.from_ref or (None if options.rev else os.environ.get("PRE_COMMIT_FROM_REF"))
    new = options.to_ref or (None if options.rev else os.environ.get("PRE_COMMIT_TO_REF"))

    def question(source: str, name: str, parents: tuple[Named, ...]) -> Question:
        against = tuple((_called(name), repository.commit(name)) for name in options.against)
        named = tuple((_called(name), commit) for name, commit in parents)
        return Question(source, _called(name), named, tuple(options.published), against, tuple(options.environment))

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
    return question(INDEX, "staged", staged_on(repository))


def _called(name: str) -> str:
    """A name as messages have it: ids, of which CI has many, in short."""
    return name[:10] if _ID.fullmatch(name) else name


def judge_question(
    repository: Repository, options: Options, question: Question, *, raised: Mapping[str, Severity]
) -> Judgement:
    """The judgement of one question; `raised` are severities where the configuration is silent."""
    cache = RevisionCache(repository.common_dir, repository.read)
    comparison = Comparison(repository, History(repository, cache, IdentifierLoader(repository)), question)
    if not comparison.concerned:
        return Judgement()
    from git_alembic.rules.verdict import judge

    changes = comparison.finished(comparison.changes(), None, question.against)
    cache.save()
    return judge(changes, rules_of(options, comparison, raised))


def rules_of(
    options: Options, comparison: Comparison, raised: Mapping[str, Severity], allowed: str | None = None
) -> Policy:
    """What counts in one command: `raised` under the configuration, the options, the override."""
    from git_alembic.rules.verdict import policy

    override = os.environ.get("GIT_ALEMBIC_ALLOW", "") if allowed is None else allowed
    return policy({**raised, **comparison.settings.rules}, options.select, options.ignore, override)


def _refuse_unknown_rules(options: Options) -> None:
    """Also where there is nothing to judge: a name that is misspelt today lets something pass tomorrow."""
    override = os.environ.get("GIT_ALEMBIC_ALLOW", "")
    if options.select or options.ignore or override:
        from git_alembic.rules.verdict import policy

        policy({}, options.select, options.ignore, override)


def own_program() -> tuple[str, ...]:
    """How the user can run this program: pre-commit and prek keep it in an environment that is on nobody's PATH."""
    if "PRE_COMMIT" not in os.environ:
        return PROGRAM
    import shutil

    own = os.path.dirname(sys.executable)
    others = [folder for folder in os.environ.get("PATH", "").split(os.pathsep) if folder != own]
    if shutil.which("git-alembic", path=os.pathsep.join(others)):
        return PROGRAM
    script = shutil.which("git-alembic", path=own)
    return (script,) if script else (sys.executable, "-m", "git_alembic")


def _runnable(judgement: Judgement, program: tuple[str, ...]) -> Judgement:
    """The judgement with the program's own commands as the user can run them."""

    def runnable(fix: Fix) -> Fix:
        own = fix.command[: len(PROGRAM)] == PROGRAM
        return fix._replace(command=(*program, *fix.command[len(PROGRAM) :])) if own else fix

    findings = (one._replace(fixes=tuple(map(runnable, one.fixes))) for one in judgement.findings)
    return judgement._replace(findings=tuple(findings))


def _width() -> int:
    import shutil

    return shutil.get_terminal_size().columns
