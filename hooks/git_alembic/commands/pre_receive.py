"""`git alembic pre-receive`: check a push on a server."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from git_alembic.checking.push import PushedBranch, PushPolicy, check_pushed_branch, updates_to_check
from git_alembic.checking.run_and_report import policy_for, run_and_report
from git_alembic.checking.shared_command_line_options import Options, add_report_options
from git_alembic.findings.report import Report, join_reports
from git_alembic.git import Repository
from git_alembic.git.push_hook_input import RefUpdate, decode_lines, parse_pre_receive_lines
from git_alembic.git.refs import NamedCommit
from git_alembic.history.snapshot_reader import SnapshotReader, open_reader
from git_alembic.report import emit
from git_alembic.terminal.argument_parser import ArgumentParser

DESCRIPTION = (
    "Check the refs that a server is about to update. Reads lines of the form `<old id> <new id> <ref>` from standard "
    "input."
)
PUSH_OPTION = "git-alembic-allow="
OVERRIDE = f"git push -o {PUSH_OPTION}{{rules}} …  (if the server accepts push options)"


class _ReceiveOptions(Options):
    protect: list[str]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command. 0: clean; 1: findings of severity error (git refuses the push); 2: cannot check."""
    parser = ArgumentParser("git alembic pre-receive", description=DESCRIPTION)
    parser.add_argument(
        "--protect",
        metavar="REF",
        action="append",
        default=[],
        help="also check updates to these refs, by name or glob (repeatable); HEAD's branch is always checked",
    )
    add_report_options(parser)
    options = parser.parse_args(argv, _ReceiveOptions())
    return run_and_report(options, OVERRIDE, lambda repository: _check(repository, options))


def _check(repository: Repository, options: _ReceiveOptions) -> Report:
    updates = _follow_symbolic_refs(repository, parse_pre_receive_lines(decode_lines(sys.stdin.buffer.read())))
    protected = [*_protected_by_default(repository), *options.protect]
    branches = [update for update in updates if update.new is not None and _is_protected(update, protected)]
    checked = updates_to_check(repository, branches)
    reader = open_reader(repository)  # without a loader, because no pushed code may run here
    return join_reports(_check_update(repository, reader, options, update) for update in checked)


def _protected_by_default(repository: Repository) -> list[str]:
    """Return HEAD's branch, or every branch if HEAD is detached or its branch has no commit yet."""
    head = repository.current_branch()
    branch = f"refs/heads/{head}"
    return [branch] if head and repository.resolve([branch])[0] else ["refs/heads/*"]


def _follow_symbolic_refs(repository: Repository, updates: Sequence[RefUpdate]) -> list[RefUpdate]:
    """Replace each symbolic ref in the updates with the branch that it points to."""
    targets = repository.symbolic_refs() if updates else {}
    followed = []
    for update in updates:
        ref, seen = update.ref, set[str]()
        while ref in targets and ref not in seen:
            seen.add(ref)
            ref = targets[ref]
        followed.append(replace(update, ref=ref))
    return followed


def _is_protected(update: RefUpdate, protected: Sequence[str]) -> bool:
    names = (update.ref, update.ref.removeprefix("refs/heads/"))
    return update.is_branch and any(
        name == pattern or fnmatchcase(name, pattern) for name in names for pattern in protected
    )


def _check_update(
    repository: Repository, reader: SnapshotReader, options: _ReceiveOptions, update: RefUpdate
) -> Report:
    commit = repository.commit(update.new or "")
    old = repository.commit(update.old) if update.old else None
    old_state = NamedCommit(old[:12], old) if old else None  # in the clone that pushes, the name means the new commit
    pushed = PushedBranch(
        f"the pushed {update.branch}", commit, update.branch, update.branch, old_state, is_forced=True
    )
    allowed = ",".join(filter(None, [os.environ.get("GIT_ALEMBIC_ALLOW", ""), _allowed_by_pusher(os.environ)]))
    policy = PushPolicy(
        [NamedCommit(update.branch, old)] if old else [],
        lambda comparison: policy_for(options, comparison.settings, beyond_commit=True, allowed=allowed),
        _print_note,
    )
    return check_pushed_branch(repository, reader, pushed, None, policy)


def _print_note(note: str) -> None:
    emit(f"git-alembic: {note}", sys.stderr)


def _allowed_by_pusher(environ: Mapping[str, str]) -> str:
    """Return the rules of `git push -o git-alembic-allow=RULE`. "" if the server doesn't advertise push options."""
    count = environ.get("GIT_PUSH_OPTION_COUNT", "0")
    push_options = [
        environ.get(f"GIT_PUSH_OPTION_{number}", "") for number in range(int(count) if count.isdigit() else 0)
    ]
    return ",".join(option.removeprefix(PUSH_OPTION) for option in push_options if option.startswith(PUSH_OPTION))
