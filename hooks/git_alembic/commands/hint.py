"""`git alembic hint`: say what the local database needs after a checkout, merge or rebase. Never fails."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress

from git_alembic.checking.prefixes_of_printed_commands import own_program
from git_alembic.database.hint_after_checkout import compare_heads, hint_lines
from git_alembic.environments.package_manager_run_prefix import with_runner
from git_alembic.findings.finding import Command
from git_alembic.findings.shell_commands import shell_line
from git_alembic.git import INDEX, Repository
from git_alembic.git.refs import NamedCommit
from git_alembic.history.commit_comparison import Comparison
from git_alembic.history.commits_to_compare import ComparisonRequest
from git_alembic.history.graph_algorithms.allowed_heads import count_excess_heads
from git_alembic.history.snapshot_and_change import Change
from git_alembic.history.snapshot_reader import open_reader
from git_alembic.report import emit
from git_alembic.report.wording import escape_controls
from git_alembic.terminal.argument_parser import ArgumentParser

DESCRIPTION = "Show how a checkout, merge or rebase affects the local database. Always exits with code 0."
HOOKS = ("post-checkout", "post-merge", "post-rewrite")

Revs = tuple[str, str]  # names or ids of the commits before and after


class HintOptions(argparse.Namespace):
    hook: str | None
    arguments: list[str]


def main(argv: Sequence[str] | None = None) -> int:
    """Print the hint if there is one. Always return 0: git would report any other exit code as a failed checkout."""
    with suppress(Exception, SystemExit, KeyboardInterrupt):
        parser = ArgumentParser("git alembic hint", description=DESCRIPTION)
        parser.add_argument(
            "hook",
            nargs="?",
            choices=HOOKS,
            help="the git hook that is running (default: taken from pre-commit's environment variables)",
        )
        parser.add_argument(
            "arguments", nargs=argparse.REMAINDER, metavar="ARG", help="the arguments that git gave to the hook"
        )
        options = parser.parse_args(argv, HintOptions())
        hook, arguments = (options.hook, options.arguments) if options.hook else called_by(os.environ)
        emit(hint(Repository(), hook, arguments), sys.stdout)
    return 0


def called_by(environ: Mapping[str, str]) -> tuple[str, list[str]]:
    """Return the hook and its arguments as pre-commit or prek passes them; the last merge if they name no hook."""
    if "PRE_COMMIT_CHECKOUT_TYPE" in environ:
        names = ("PRE_COMMIT_FROM_REF", "PRE_COMMIT_TO_REF", "PRE_COMMIT_CHECKOUT_TYPE")
        return "post-checkout", [environ.get(name, "") for name in names]
    if "PRE_COMMIT_REWRITE_COMMAND" in environ:
        return "post-rewrite", [environ["PRE_COMMIT_REWRITE_COMMAND"]]
    squash = environ.get("PRE_COMMIT_IS_SQUASH_MERGE", environ.get("PRE_COMMIT_SQUASH_MERGE", "0"))
    return "post-merge", [squash]


def hint(repository: Repository, hook: str, arguments: Sequence[str]) -> str:
    """Return the hint. "" if nothing changed for a database, or if another hook will print the hint."""
    revs = _REVS_OF_HOOK[hook](repository, list(arguments))
    if revs is None:
        return ""
    old, new = repository.resolve(revs)
    if old is None or (new is None and revs[1] != INDEX) or old == new:
        return ""
    reader = open_reader(repository)
    # With `old` as the published ref, no target or remote is looked up.
    request = ComparisonRequest(new or INDEX, "now", (NamedCommit("before", old),), published_patterns=(old,))
    changes = Comparison(repository, reader, request).changes()
    reader.save()
    back = "" if new is None else repository.describe(old)[0]
    return "\n".join(line for change in changes for line in _environment_hint(repository, change, request.source, back))


def _environment_hint(repository: Repository, change: Change, source: str, back: str) -> list[str]:
    new = change.after.graph
    if count_excess_heads(new, change.heads_allowed) > 0:
        where = change.environment.script_location or change.environment.name
        fix = shell_line(Command((*own_program(), "fix")))
        return [escape_controls(f"git-alembic: {where}: there are now {len(new.heads)} heads: run `{fix}` first")]
    sync = shell_line(Command((*own_program(), "sync")))
    news = compare_heads(change.first_parent, new)
    if not news.has_news:
        return []
    before, now = (
        with_runner(repository, source, environment)
        for environment in (change.baselines[0].environment, change.environment)
    )
    return [escape_controls(line) for line in hint_lines(news, (before, now), len(new.heads), back, sync)]


def _after_checkout(repository: Repository, arguments: Sequence[str]) -> Revs | None:
    """Return None for a checkout of files, and in a rebase that replays commits (post-rewrite prints that hint)."""
    old, new, flag = (*arguments, "", "", "")[:3]
    if flag == "0" or not old.strip("0"):
        return None
    rebasing = _is_rebasing(repository) or _is_about_to_rebase()
    return None if rebasing and repository.merge_base(old, new) not in repository.resolve([old]) else (old, new)


def _after_merge(_: Repository, arguments: Sequence[str]) -> Revs:
    """Return the revs before and after a merge. A squash merge makes no commit, so the second rev is the index."""
    return ("HEAD", INDEX) if arguments[:1] in (["1"], ["true"]) else ("ORIG_HEAD", "HEAD")


def _after_rewrite(repository: Repository, arguments: Sequence[str]) -> Revs | None:
    """Read the old tip of a rebase from a file. Only the hook's input or the reflog has the commit before an amend."""
    if arguments[:1] != ["amend"]:
        return _old_tip(repository), "HEAD"
    if _is_rebasing(repository):
        return None
    rewritten = "" if sys.stdin is None or sys.stdin.isatty() else sys.stdin.readline()
    return (rewritten.split() or ["HEAD@{1}"])[0], "HEAD"


def _is_rebasing(repository: Repository) -> bool:
    return any(os.path.isdir(os.path.join(repository.git_dir, name)) for name in ("rebase-merge", "rebase-apply"))


def _old_tip(repository: Repository) -> str:
    """Return the tip before the rebase. ORIG_HEAD has it too, but before git 2.26 a squash moves ORIG_HEAD."""
    for name in ("rebase-merge", "rebase-apply"):
        with suppress(OSError), open(os.path.join(repository.git_dir, name, "orig-head"), encoding="ascii") as stream:
            return stream.read().strip()
    return "ORIG_HEAD"


def _is_about_to_rebase() -> bool:
    """True if a rebase checks out its base. Before git 2.26 only this variable shows it; there are no files yet."""
    return os.environ.get("GIT_REFLOG_ACTION", "").startswith(("rebase", "pull"))


_REVS_OF_HOOK = {"post-checkout": _after_checkout, "post-merge": _after_merge, "post-rewrite": _after_rewrite}
