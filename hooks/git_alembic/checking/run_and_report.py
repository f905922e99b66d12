"""Runs a checking command, from its options to a report on standard output and an exit code."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from git_alembic.checking.prefixes_of_printed_commands import PROGRAM, own_program, with_program
from git_alembic.checking.shared_command_line_options import Options
from git_alembic.errors import CannotCheck, without_room
from git_alembic.findings.report import Report
from git_alembic.git import INDEX, Repository
from git_alembic.git.refs import NamedCommit
from git_alembic.history.commits_to_compare import (
    ComparisonRequest,
    known_merge_base,
    staged_parents,
)
from git_alembic.report import emit, encoding_of, is_terminal, render, wants_color

if TYPE_CHECKING:
    from git_alembic.config.settings import Settings
    from git_alembic.policy.severity_policy import Policy

_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def run_and_report(options: Options, override: str, check: Callable[[Repository], Report]) -> int:
    """Run a check, print its report and return the exit code.

    `override` is the command to repeat with `GIT_ALEMBIC_ALLOW` set, or "" if that would not help.
    """
    try:
        _refuse_unknown_rules(options)
        report = check(Repository())
    except CannotCheck as error:
        report = Report(reason=str(error))
    except OSError as error:
        if (reason := without_room(error)) is None:
            raise
        report = Report(reason=str(reason))
    program = own_program()
    if program != PROGRAM:
        report = with_program(report, program)
    text = render(
        report,
        format=options.format,
        color=wants_color(options.color, sys.stdout, os.environ),
        width=_width() if report.findings or report.reason or options.verbose else 0,
        verbose=options.verbose,
        quiet=options.quiet,
        command=report.repeat or override,
        encoding=encoding_of(sys.stdout),
        terminal=is_terminal(sys.stdout),
    )
    if program != PROGRAM:
        text = text.replace(f"{' '.join(PROGRAM)} explain", f"{' '.join(program)} explain")
    emit(text, sys.stdout)
    return report.exit_code


def request_from_options(repository: Repository, options: Options) -> ComparisonRequest:
    """Return what to check: the index against HEAD, or the commits that the options name."""
    old = options.from_ref or (None if options.rev else os.environ.get("PRE_COMMIT_FROM_REF"))
    new = options.to_ref or (None if options.rev else os.environ.get("PRE_COMMIT_TO_REF"))

    def request(
        source: str, name: str, parents: tuple[NamedCommit, ...], merge_into: tuple[NamedCommit, ...] = ()
    ) -> ComparisonRequest:
        other_targets = (NamedCommit(name, repository.commit(name)) for name in options.against)
        targets = tuple(map(_with_short_name, dict.fromkeys((*merge_into, *other_targets))))
        before = tuple(map(_with_short_name, parents))
        published, environments = tuple(options.published), tuple(options.environment)
        return ComparisonRequest(source, _short(name), before, published, targets, environments)

    if options.rev:
        if old or new:
            raise CannotCheck("--rev can't be combined with --from-ref or --to-ref")
        return request(repository.commit(options.rev), options.rev, ())
    if bool(old) != bool(new):
        raise CannotCheck("--from-ref and --to-ref must be used together")
    if old and new:
        return request(*_range(repository, old, new))
    if repository.top is None:
        raise CannotCheck(
            "there is no working tree here, so nothing is staged: pass a commit with --rev, or a range with --from-ref "
            "and --to-ref"
        )
    return request(INDEX, "staged", staged_parents(repository))


def _range(
    repository: Repository, old: str, new: str
) -> tuple[str, str, tuple[NamedCommit, ...], tuple[NamedCommit, ...]]:
    """Return (commit, its name, baseline, merge target) for what `new` did since it left `old`: `old...new`."""
    target, commit = repository.commit(old), repository.commit(new)
    base = known_merge_base(repository, target, commit, f"{_short(new)} and {_short(old)}")
    if base is None:
        return commit, new, (NamedCommit(old, target),), ()
    targets = () if base in (target, commit) else (NamedCommit(old, target),)
    return commit, new, (NamedCommit(old if base == target else base[:12], base),), targets


def policy_for(options: Options, settings: Settings, *, beyond_commit: bool, allowed: str | None = None) -> Policy:
    """Return the policy of one command. `allowed` replaces the value of `GIT_ALEMBIC_ALLOW`."""
    from git_alembic.policy.severity_policy import make_policy

    override = os.environ.get("GIT_ALEMBIC_ALLOW", "") if allowed is None else allowed
    policy = make_policy(settings.rules, options.select, options.ignore, override, beyond_commit=beyond_commit)
    return policy._replace(fail_on_warning=settings.fail_on_warning)


def _with_short_name(named: NamedCommit) -> NamedCommit:
    return named._replace(name=_short(named.name))


def _short(name: str) -> str:
    """Return a name as messages show it. CI passes ids of forty digits."""
    return name[:10] if _ID.fullmatch(name) else name


def _refuse_unknown_rules(options: Options) -> None:
    """Raise CannotCheck for an unknown slug, even if there is nothing to check."""
    override = os.environ.get("GIT_ALEMBIC_ALLOW", "")
    if options.select or options.ignore or override:
        from git_alembic.policy.severity_policy import refuse_unknown_rules, slugs_in

        refuse_unknown_rules((), options.select, options.ignore, slugs_in(override))


def _width() -> int:
    """Return the width for the report. prek indents the output of a hook by two columns."""
    import shutil

    return shutil.get_terminal_size().columns - (2 if "PRE_COMMIT" in os.environ else 0)
