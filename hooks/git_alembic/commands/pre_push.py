"""`git alembic pre-push`: every ref of a push, against what the remote holds and merged with the target."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from functools import cache, partial
from typing import NamedTuple

from git_alembic.checking.push import RAISED, Target, Terms, Tip, judge_tip, reader
from git_alembic.checking.request import Options, add_judging_options, conclude, rules_of
from git_alembic.config.settings import Settings
from git_alembic.errors import CannotJudge
from git_alembic.findings.report import Judgement, joined
from git_alembic.git import Repository
from git_alembic.git.ref_updates import Update, lines, pushed
from git_alembic.git.remotes import Remotes, Tracked, View, brought, fetched, fresh, tracked
from git_alembic.history.comparison import Named
from git_alembic.history.published import published, target
from git_alembic.history.snapshots import History
from git_alembic.report import emit

DESCRIPTION = "Judge what the remote would hold after a push, and after merging it into the target branch."


class _Push(Options):
    remote: str | None
    url: str | None


class _Updates(NamedTuple):
    """What is pushed to a remote; `as_last_seen`: what its branches hold is what is known here, for nobody said."""

    remote: str
    updates: list[Update]
    as_last_seen: bool = False


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; 0 clean, 1 findings of severity error, 2 could not judge."""
    parser = argparse.ArgumentParser("git alembic pre-push", description=DESCRIPTION)
    parser.add_argument(
        "remote", metavar="REMOTE", nargs="?", help="the name (or URL) of the remote, as git gives it to the hook"
    )
    parser.add_argument("url", metavar="URL", nargs="?", help="its URL, as git gives it to the hook")
    add_judging_options(parser)
    options = parser.parse_args(argv, _Push())
    return conclude(options, "git push", lambda repository: _judged(repository, options))


def _judged(repository: Repository, options: _Push) -> Judgement:
    push = _updates(repository, options)
    branches = [update for update in push.updates if update.is_branch and update.new is not None]
    history = reader(repository)
    return joined(_judgement(repository, history, options, push, update) for update in branches)


def _updates(repository: Repository, options: _Push) -> _Updates:
    """From git's lines, else from a framework's variables, else the current branch."""
    environ = os.environ
    if "PRE_COMMIT_REMOTE_NAME" in environ or "PRE_COMMIT_TO_REF" in environ:
        remote = environ.get("PRE_COMMIT_REMOTE_NAME", "origin")
        return _Updates(remote, [_from_framework(repository, environ)], as_last_seen=True)
    remote = options.remote or repository.push_remote()
    said = b"" if sys.stdin is None or sys.stdin.isatty() else sys.stdin.buffer.read()
    if options.remote or said.strip():
        return _Updates(remote, pushed(lines(said)))
    branch = repository.current_branch()
    if branch is None:
        raise CannotJudge("HEAD is detached: say what is pushed on standard input, as git does for its pre-push hook")
    old = _seen(repository, remote, branch)
    update = Update(f"refs/heads/{branch}", old, repository.commit("HEAD"), branch)
    return _Updates(remote, [update], as_last_seen=True)


def _from_framework(repository: Repository, environ: Mapping[str, str]) -> Update:
    """pre-commit and prek show the first pushed ref only, and no FROM and TO for a push that holds the root commit."""
    local = environ.get("PRE_COMMIT_LOCAL_BRANCH", "HEAD")
    ref = environ.get("PRE_COMMIT_REMOTE_BRANCH") or local
    new = repository.commit(environ.get("PRE_COMMIT_TO_REF") or local)
    remote = environ.get("PRE_COMMIT_REMOTE_NAME", "origin")
    return Update(ref, _seen(repository, remote, ref.removeprefix("refs/heads/")), new, local)


def _seen(repository: Repository, remote: str, branch: str) -> str | None:
    return repository.resolve([f"refs/remotes/{remote}/{branch}"])[0]


def _judgement(repository: Repository, history: History, options: _Push, push: _Updates, update: Update) -> Judgement:
    commit = repository.commit(update.new or "")
    settings = history.settings_at(commit)
    old, note = _old(repository, settings, push.remote, update)
    forced = update.old is not None and old is not None and not note and not repository.is_ancestor(old[1], commit)
    refs: list[Named] | None = None
    if options.published or settings.published:
        refs = published(repository, settings, options.published)
    if note:
        _tell(note)
    found = target(repository, settings)
    at = tracked(repository, found[0]) if found else None
    pushed_to = Tracked(push.remote, update.ref)
    remotes = _remotes(repository, at, pushed_to)
    asks = push.as_last_seen and settings.fetch != "never" and (forced or (at is not None and at.remote == push.remote))
    held = partial(_held, repository, remotes, pushed_to, old) if asks else None
    tip = Tip(
        update.local.removeprefix("refs/heads/") or "HEAD", commit, f"{push.remote}/{update.branch}", old, forced, held
    )
    terms = Terms(refs, lambda comparison: rules_of(options, comparison, RAISED), _tell)
    return judge_tip(repository, history, tip, _target(repository, settings, remotes, found, at), terms)


def _remotes(repository: Repository, *branches: Tracked | None) -> Remotes:
    refs: dict[str, set[str]] = {}
    for branch in filter(None, branches):
        refs.setdefault(branch.remote, set()).add(branch.ref)
    return Remotes(repository, refs)


def _tell(note: str) -> None:
    emit(f"git-alembic: {note}", sys.stderr)


def _target(
    repository: Repository, settings: Settings, remotes: Remotes, found: Named | None, at: Tracked | None
) -> Target | None:
    if found is None:
        return None
    name, commit = found

    @cache
    def view() -> View:
        return View(commit) if settings.fetch == "never" else fresh(repository, remotes, name, commit)

    if settings.fetch == "always":
        view()
    return Target(name, commit, f"{at.remote}/{at.ref.removeprefix('refs/heads/')}" if at else name, view)


def _held(repository: Repository, remotes: Remotes, at: Tracked, seen: Named | None) -> Named | None:
    """What the pushed branch holds now; what was last seen, where the remote cannot be asked."""
    name = f"{at.remote}/{at.ref.removeprefix('refs/heads/')}"
    try:
        now = brought(repository, remotes, at, seen[1] if seen else None)
    except CannotJudge as error:
        _tell(f"{error}; {name} is judged as it was last seen")
        return seen
    if now is not None and (seen is None or seen[1] != now):
        _tell(f"{name} was newer than known here")
    return (name, now) if now else None


def _old(repository: Repository, settings: Settings, remote: str, update: Update) -> tuple[Named | None, str]:
    """(what the remote branch holds, a note where that is not here and could not be brought here)."""
    if update.old is None:
        return None, ""
    name = f"{remote}/{update.branch}"
    known = repository.resolve([update.old])[0]
    if known is not None:
        return (name, known), ""
    if settings.fetch == "never":
        return None, f"{name} is at {update.old[:10]}, which is not here; judged without it"
    try:
        return (name, fetched(repository, remote, update.ref)), f"{name} was newer than known here"
    except CannotJudge as error:
        return None, f"{name} is at {update.old[:10]}, which is not here; judged without it ({error})"
