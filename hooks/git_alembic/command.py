"""What the judging commands have in common: options, the run itself, the report."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from git_alembic.cache import Readings
from git_alembic.comparison import Comparison, Question
from git_alembic.errors import CannotJudge
from git_alembic.finding import Fix, Severity
from git_alembic.history import History
from git_alembic.judgement import Judgement
from git_alembic.report import Format, emit, render, wants_color
from git_alembic.repository import Repository

if TYPE_CHECKING:
    from git_alembic.verdict import Policy

PROGRAM = ("git", "alembic")


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


def add_judging_options(parser: argparse.ArgumentParser) -> None:
    """The options that every judging command has."""
    parser.add_argument(
        "--format", choices=("text", "json", "github", "sarif"), default="text", help="how to report (default: text)"
    )
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
        judgement = run(Repository())
    except CannotJudge as error:
        judgement = Judgement(reason=str(error))
    program = _program()
    if program != PROGRAM:
        judgement = _runnable(judgement, program)
    color = wants_color(options.color, sys.stdout, os.environ)
    text = render(
        judgement,
        format=options.format,
        color=color,
        width=_width(),
        verbose=options.verbose,
        quiet=options.quiet,
        command=override,
    )
    if program != PROGRAM:
        text = text.replace(f"{' '.join(PROGRAM)} explain", f"{' '.join(program)} explain")
    emit(text, sys.stdout)
    return judgement.exit_code


def judge_question(
    repository: Repository, options: Options, question: Question, *, raised: Mapping[str, Severity]
) -> Judgement:
    """The judgement of one question; `raised` are severities where the configuration is silent."""
    readings = Readings(os.path.join(repository.common_dir, "git-alembic"), repository.read)
    comparison = Comparison(repository, History(repository, readings, may_run=True), question)
    if not comparison.concerned:
        return Judgement()
    from git_alembic.verdict import judge

    changes = comparison.finished(comparison.changes(), None, question.against)
    readings.save()
    return judge(changes, rules_of(options, comparison, raised))


def rules_of(
    options: Options, comparison: Comparison, raised: Mapping[str, Severity], allowed: str | None = None
) -> Policy:
    """What counts in one command: `raised` under the configuration, the options, the override."""
    from git_alembic.verdict import policy

    override = os.environ.get("GIT_ALEMBIC_ALLOW", "") if allowed is None else allowed
    return policy({**raised, **comparison.settings.rules}, options.select, options.ignore, override)


def _program() -> tuple[str, ...]:
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
        return replace(fix, command=(*program, *fix.command[len(PROGRAM) :])) if own else fix

    findings = (replace(one, fixes=tuple(map(runnable, one.fixes))) for one in judgement.findings)
    return replace(judgement, findings=tuple(findings))


def _width() -> int:
    import shutil

    return shutil.get_terminal_size().columns
