"""Runs a checking command: from options to a report on standard output and an exit code."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from git_alembic.checking.options import Options
from git_alembic.checking.program import PROGRAM, own_program
from git_alembic.errors import CannotJudge, without_room
from git_alembic.findings.finding import Fix
from git_alembic.findings.report import Report
from git_alembic.git import INDEX, Repository
from git_alembic.history.comparison import CheckRequest, Comparison, Named, staged_baseline
from git_alembic.history.published import explain_target
from git_alembic.history.snapshots import open_reader
from git_alembic.report import emit, encoding_of, render, wants_color
from git_alembic.scratch.compile_files import ProjectCompiler
from git_alembic.scratch.load_identifiers import IdentifierLoader

if TYPE_CHECKING:
    from git_alembic.rules.policy import Policy

_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def run_and_report(options: Options, override: str, check: Callable[[Repository], Report]) -> int:
    """Run a check, print its report and return the exit code.

    `override` is the command that a user would repeat with `GIT_ALEMBIC_ALLOW` set, "" where that is no way out.
    """
    try:
        _refuse_unknown_rules(options)
        report = check(Repository())
    except CannotJudge as error:
        report = Report(reason=str(error))
    except OSError as error:
        if (reason := without_room(error)) is None:
            raise
        report = Report(reason=str(reason))
    program = own_program()
    if program != PROGRAM:
        report = _with_program(report, program)
    text = render(
        report,
        format=options.format,
        color=wants_color(options.color, sys.stdout, os.environ),
        width=_width() if report.findings or report.reason or options.verbose else 0,
        verbose=options.verbose,
        quiet=options.quiet,
        command=override,
        encoding=encoding_of(sys.stdout),
    )
    if program != PROGRAM:
        text = text.replace(f"{' '.join(PROGRAM)} explain", f"{' '.join(program)} explain")
    emit(text, sys.stdout)
    return report.exit_code


def request_from_options(repository: Repository, options: Options) -> CheckRequest:
    """What to check: the index against HEAD, or the commits that the options name."""
    old = options.from_ref or (None if options.rev else os.environ.get("PRE_COMMIT_FROM_REF"))
    new = options.to_ref or (None if options.rev else os.environ.get("PRE_COMMIT_TO_REF"))

    def request(source: str, name: str, parents: tuple[Named, ...]) -> CheckRequest:
        against = tuple((_short(name), repository.commit(name)) for name in options.against)
        named = tuple((_short(name), commit) for name, commit in parents)
        return CheckRequest(source, _short(name), named, tuple(options.published), against, tuple(options.environment))

    if options.rev:
        if old or new:
            raise CannotJudge("--rev judges one commit on its own and goes with neither --from-ref nor --to-ref")
        return request(repository.commit(options.rev), options.rev, ())
    if bool(old) != bool(new):
        raise CannotJudge("--from-ref and --to-ref go together")
    if old and new:
        return request(repository.commit(new), new, ((old, repository.commit(old)),))
    if repository.top is None:
        raise CannotJudge(
            "there is no working tree here and so nothing staged; name a commit with --rev or --from-ref and --to-ref"
        )
    return request(INDEX, "staged", staged_baseline(repository))


def run_check(repository: Repository, options: Options, request: CheckRequest) -> Report:
    """Apply the rules to one request."""
    reader = open_reader(repository, IdentifierLoader(repository), ProjectCompiler(repository))
    comparison = Comparison(repository, reader, request)
    beyond_commit = request.source != INDEX
    if comparison.changes_settings:
        policy_for(options, comparison, beyond_commit=beyond_commit)  # refuses a mistake when it is made
    if not comparison.concerned:
        return Report()
    from git_alembic.rules.evaluation import apply_rules

    changes = comparison.add_context(comparison.changes(), None, request.against)
    reader.save()
    report = apply_rules(changes, policy_for(options, comparison, beyond_commit=beyond_commit))
    notes = [*reader.trees.notes, explain_target(repository, comparison.settings) if report.findings else ""]
    for note in filter(None, dict.fromkeys(notes)):
        emit(f"git-alembic: {note}", sys.stderr)
    return report


def policy_for(options: Options, comparison: Comparison, *, beyond_commit: bool, allowed: str | None = None) -> Policy:
    """The policy of one command; `allowed` replaces the value of `GIT_ALEMBIC_ALLOW`."""
    from git_alembic.rules.policy import make_policy

    override = os.environ.get("GIT_ALEMBIC_ALLOW", "") if allowed is None else allowed
    settings = comparison.settings
    policy = make_policy(settings.rules, options.select, options.ignore, override, beyond_commit=beyond_commit)
    return policy._replace(fail_on_warning=settings.fail_on_warning)


def _short(name: str) -> str:
    """A name as messages show it: CI passes ids of forty digits."""
    return name[:10] if _ID.fullmatch(name) else name


def _refuse_unknown_rules(options: Options) -> None:
    """Raise CannotJudge for a slug that is no rule, even where there is nothing to check."""
    override = os.environ.get("GIT_ALEMBIC_ALLOW", "")
    if options.select or options.ignore or override:
        from git_alembic.rules.policy import refuse_unknown_rules, slugs_in

        refuse_unknown_rules((), options.select, options.ignore, slugs_in(override))


def _with_program(report: Report, program: tuple[str, ...]) -> Report:
    """The report with our own commands as the user can run them."""

    def runnable(fix: Fix) -> Fix:
        own = fix.command[: len(PROGRAM)] == PROGRAM
        return fix._replace(command=(*program, *fix.command[len(PROGRAM) :])) if own else fix

    findings = (finding._replace(fixes=tuple(map(runnable, finding.fixes))) for finding in report.findings)
    return report._replace(findings=tuple(findings))


def _width() -> int:
    import shutil

    return shutil.get_terminal_size().columns
