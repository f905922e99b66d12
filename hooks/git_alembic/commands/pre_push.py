"""`git alembic pre-push`: check every ref of a push against what the remote holds, and merged with the target."""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple, TextIO

from git_alembic.checking.push import PushedBranch, PushPolicy, PushTarget, check_pushed_branch, updates_to_check
from git_alembic.checking.run_and_report import policy_for, run_and_report
from git_alembic.checking.shared_command_line_options import Options, add_report_options
from git_alembic.config.settings import Settings
from git_alembic.errors import CannotCheck
from git_alembic.findings.report import Report, join_reports
from git_alembic.git import Repository
from git_alembic.git.push_hook_input import RefUpdate, decode_lines, parse_pre_push_lines
from git_alembic.git.refs import NamedCommit
from git_alembic.git.remotes.push_target_freshness import FetchedTarget, fetch_target
from git_alembic.git.remotes.remote_branches_and_fetches import (
    RemoteBranch,
    RemoteRefs,
    fetch_branch,
    fetch_objects,
    find_remote_branch,
)
from git_alembic.history.published_refs import find_published_refs
from git_alembic.history.snapshot_reader import SnapshotReader, open_reader
from git_alembic.history.target_branch import explain_target, find_target, is_release_branch
from git_alembic.report import emit
from git_alembic.scratch import python_readers
from git_alembic.terminal.argument_parser import ArgumentParser

DESCRIPTION = (
    "Check the revisions that the remote would have after a push, and after the pushed branch is merged into the "
    "target branch."
)


class _PushOptions(Options):
    remote: str | None
    url: str | None


class _Push(NamedTuple):
    """The updates of a remote. `uses_tracking_branches`: the old ids are those of remote-tracking branches."""

    remote: str
    updates: list[RefUpdate]
    uses_tracking_branches: bool = False


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command. 0: clean; 1: findings of severity error; 2: cannot check."""
    parser = ArgumentParser("git alembic pre-push", description=DESCRIPTION)
    parser.add_argument(
        "remote", metavar="REMOTE", nargs="?", help="the name (or URL) of the remote, as git gives it to the hook"
    )
    parser.add_argument("url", metavar="URL", nargs="?", help="the URL of the remote, as git gives it to the hook")
    add_report_options(parser)
    options = parser.parse_args(argv, _PushOptions())
    return run_and_report(options, "git push", lambda repository: _check(repository, options))


def _check(repository: Repository, options: _PushOptions) -> Report:
    push = _read_push(repository, options)
    branches = [update for update in push.updates if update.is_branch and update.new is not None]
    reader = open_reader(repository, *python_readers(repository))
    targets = _Targets(repository)

    def find_other_target(update: RefUpdate, commit: str) -> str | None:
        target, remote_branch = targets.find(reader.trees.settings.of_commit(commit))
        return None if target is None or remote_branch == RemoteBranch(push.remote, update.ref) else target.commit

    checked = updates_to_check(repository, branches, find_other_target)
    report = join_reports(_check_update(targets, reader, options, push, update) for update in checked)
    _warn_of_conflicts(targets, reader, push.remote, checked)
    return report


def _warn_of_conflicts(targets: _Targets, reader: SnapshotReader, remote: str, updates: Sequence[RefUpdate]) -> None:
    """Print what the pushed branches will collide with if `warn-conflicts` is set."""
    lines: list[str] = []
    for update in updates:
        commit = targets.repository.commit(update.new or "")
        settings = reader.trees.settings.of_commit(commit)
        if settings.warn_conflicts and not is_release_branch(settings, update.branch):
            from git_alembic.checking.conflict_warning import MOST_LINES, find_conflict_warnings

            target, remote_branch = targets.find(settings)
            if target is not None and remote_branch != RemoteBranch(remote, update.ref):
                now = int(time.time())
                pushed = NamedCommit(update.branch, commit)
                lines += find_conflict_warnings(targets.repository, reader, target, pushed, now)
                lines = lines[:MOST_LINES]
    for line in lines:
        _print_note(line)


class _Targets:
    """The targets of a push. Each target and each remote is looked up once."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self._found: dict[object, tuple[NamedCommit | None, RemoteBranch | None]] = {}
        self._fetched: dict[object, FetchedTarget] = {}

    def find(self, settings: Settings) -> tuple[NamedCommit | None, RemoteBranch | None]:
        """Return (the target, its branch on a remote)."""
        key = (settings.target, settings.set_by_git)
        if key not in self._found:
            target = find_target(self.repository, settings)
            self._found[key] = target, find_remote_branch(self.repository, target.name) if target else None
            if settings.target and (note := explain_target(self.repository, settings)):
                _print_note(note)
        return self._found[key]

    def fetch(self, settings: Settings, remotes: RemoteRefs, target: NamedCommit) -> FetchedTarget:
        """Return the target as its remote has it now, unless the settings forbid asking."""
        key = (target, settings.fetch == "never")
        if key not in self._fetched:
            if not settings.target and (note := explain_target(self.repository, settings)):
                _print_note(note)
            stale = settings.fetch == "never"
            self._fetched[key] = (
                FetchedTarget(target.commit) if stale else fetch_target(self.repository, remotes, *target)
            )
        return self._fetched[key]


def _read_push(repository: Repository, options: _PushOptions) -> _Push:
    """Read the updates from git, else from a framework's variables, else from the current branch."""
    environ = os.environ
    if "PRE_COMMIT_REMOTE_NAME" in environ or "PRE_COMMIT_TO_REF" in environ:
        remote = environ.get("PRE_COMMIT_REMOTE_NAME", "origin")
        return _Push(remote, [_from_framework(repository, environ)], uses_tracking_branches=True)
    remote = options.remote or repository.push_remote()
    data = b"" if sys.stdin is None or sys.stdin.isatty() else sys.stdin.buffer.read()
    if data.strip() or (options.remote and _is_pipe(sys.stdin)):
        return _Push(remote, parse_pre_push_lines(decode_lines(data)))
    branch = repository.current_branch()
    if branch is None:
        raise CannotCheck(
            "HEAD is detached: pass the refs being pushed on standard input, as git does for the pre-push hook"
        )
    old = _last_seen(repository, remote, branch)
    update = RefUpdate(f"refs/heads/{branch}", old, repository.commit("HEAD"), branch)
    return _Push(remote, [update], uses_tracking_branches=True)


def _is_pipe(stream: TextIO) -> bool:
    """True if git may have started this process: git writes to a pipe, even if it pushes nothing."""
    try:
        return not stat.S_ISCHR(os.fstat(stream.fileno()).st_mode)
    except (OSError, ValueError):
        return True


def _from_framework(repository: Repository, environ: Mapping[str, str]) -> RefUpdate:
    """Read the first pushed ref; pre-commit and prek show no other. With the root commit, they set no FROM and TO."""
    local = environ.get("PRE_COMMIT_LOCAL_BRANCH", "HEAD")
    ref = environ.get("PRE_COMMIT_REMOTE_BRANCH") or local
    new = repository.commit(environ.get("PRE_COMMIT_TO_REF") or local)
    remote = environ.get("PRE_COMMIT_REMOTE_NAME", "origin")
    return RefUpdate(ref, _last_seen(repository, remote, ref.removeprefix("refs/heads/")), new, local)


def _last_seen(repository: Repository, remote: str, branch: str) -> str | None:
    return repository.resolve([f"refs/remotes/{remote}/{branch}"])[0]


def _check_update(
    targets: _Targets, reader: SnapshotReader, options: _PushOptions, push: _Push, update: RefUpdate
) -> Report:
    repository = targets.repository
    commit = repository.commit(update.new or "")
    settings = reader.trees.settings.of_commit(commit)
    old, note = _old(repository, settings, push.remote, update)
    forced = update.old is not None and old is not None and not note and not repository.is_ancestor(old.commit, commit)
    refs: list[NamedCommit] | None = None
    if options.published or settings.published:
        refs = find_published_refs(repository, settings, options.published)
    if note:
        _print_note(note)
    target, target_branch = (None, None) if is_release_branch(settings, update.branch) else targets.find(settings)
    pushed_to = RemoteBranch(push.remote, update.ref)
    remotes = _remotes(repository, target_branch, pushed_to)
    asks = (
        push.uses_tracking_branches
        and settings.fetch != "never"
        and (forced or (target_branch is not None and target_branch.remote == push.remote))
    )
    ask_remote = partial(_ask_held, repository, remotes, pushed_to, old) if asks else None
    pushed = PushedBranch(
        update.local.removeprefix("refs/heads/") or "HEAD",
        commit,
        f"{push.remote}/{update.branch}",
        update.branch,
        old,
        forced,
        ask_remote,
    )
    policy = PushPolicy(
        refs, lambda comparison: policy_for(options, comparison.settings, beyond_commit=True), _print_note
    )
    return check_pushed_branch(
        repository, reader, pushed, _target(targets, settings, remotes, target, target_branch), policy
    )


def _remotes(repository: Repository, *branches: RemoteBranch | None) -> RemoteRefs:
    refs: dict[str, set[str]] = {}
    for branch in filter(None, branches):
        refs.setdefault(branch.remote, set()).add(branch.ref)
    return RemoteRefs(repository, refs)


def _print_note(note: str) -> None:
    emit(f"git-alembic: {note}", sys.stderr)


def _target(
    targets: _Targets,
    settings: Settings,
    remotes: RemoteRefs,
    target: NamedCommit | None,
    remote_branch: RemoteBranch | None,
) -> PushTarget | None:
    if target is None:
        return None
    name, commit = target
    view = partial(targets.fetch, settings, remotes, target)
    if settings.fetch == "always":
        view()
    return PushTarget(
        name,
        commit,
        f"{remote_branch.remote}/{remote_branch.ref.removeprefix('refs/heads/')}" if remote_branch else name,
        view,
    )


def _ask_held(
    repository: Repository, remotes: RemoteRefs, branch: RemoteBranch, last_seen: NamedCommit | None
) -> NamedCommit | None:
    """Return what the pushed branch holds now, or what it last held if the remote can't be asked."""
    name = f"{branch.remote}/{branch.ref.removeprefix('refs/heads/')}"
    try:
        now = fetch_branch(repository, remotes, branch, last_seen.commit if last_seen else None)
    except CannotCheck as error:
        _print_note(f"{error}; {name} was checked as of the last fetch")
        return last_seen
    if now is not None and (last_seen is None or last_seen.commit != now):
        _print_note(f"{name} has changed since it was last fetched")
    return NamedCommit(name, now) if now else None


def _old(repository: Repository, settings: Settings, remote: str, update: RefUpdate) -> tuple[NamedCommit | None, str]:
    """Return (what the remote branch holds, a note if that commit is missing and can't be fetched)."""
    if update.old is None:
        return None, ""
    name = f"{remote}/{update.branch}"
    commit = repository.resolve([update.old])[0]
    if commit is not None:
        return NamedCommit(name, commit), ""
    if settings.fetch == "never":
        return (
            None,
            f"{name} is at {update.old[:10]}, which is missing from this repository; checked without it",
        )
    try:
        fetch_objects(repository, remote, update.ref)
        return NamedCommit(name, repository.commit(update.old)), f"{name} has changed since it was last fetched"
    except CannotCheck as error:
        return (
            None,
            f"{name} is at {update.old[:10]}, which is missing from this repository; checked without it ({error})",
        )
