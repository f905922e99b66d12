"""`git alembic pre-receive`: the rules of a push on a server, where nobody can skip them."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase

from git_alembic.checking.push import RAISED, Terms, Tip, judge_tip, reader
from git_alembic.checking.request import Options, add_judging_options, conclude, rules_of
from git_alembic.findings.report import Judgement, joined
from git_alembic.git import Repository
from git_alembic.git.ref_updates import Update, lines, received
from git_alembic.history.snapshots import History
from git_alembic.report import emit

DESCRIPTION = "Judge the refs that a server is about to update: lines `<old id> <new id> <ref>` on standard input."
PUSH_OPTION = "git-alembic-allow="
OVERRIDE = f"git push -o {PUSH_OPTION}{{rules}} …  (where the server takes push options)"


class _Receive(Options):
    protect: list[str]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; 0 clean, 1 findings of severity error (the push is refused), 2 could not judge."""
    parser = argparse.ArgumentParser("git alembic pre-receive", description=DESCRIPTION)
    parser.add_argument(
        "--protect",
        metavar="REF",
        action="append",
        default=[],
        help="judge updates of these refs, by name or glob (repeatable; default: the branch that HEAD names)",
    )
    add_judging_options(parser)
    options = parser.parse_args(argv, _Receive())
    return conclude(options, OVERRIDE, lambda repository: _judged(repository, options))


def _judged(repository: Repository, options: _Receive) -> Judgement:
    updates = received(lines(sys.stdin.buffer.read()))
    head = repository.current_branch()
    protected = options.protect or ([f"refs/heads/{head}"] if head else [])
    judged = [update for update in updates if update.new is not None and _matches(update, protected)]
    history = reader(repository)
    return joined(_judgement(repository, history, options, update) for update in judged)


def _matches(update: Update, protected: Sequence[str]) -> bool:
    names = (update.ref, update.ref.removeprefix("refs/heads/"))
    return update.is_branch and any(fnmatchcase(name, pattern) for name in names for pattern in protected)


def _judgement(repository: Repository, history: History, options: _Receive, update: Update) -> Judgement:
    commit = repository.commit(update.new or "")
    old = (update.branch, repository.commit(update.old)) if update.old else None
    tip = Tip(f"the pushed {update.branch}", commit, update.branch, old, forced=True)
    allowed = ",".join(filter(None, [os.environ.get("GIT_ALEMBIC_ALLOW", ""), _allowed_by_pusher(os.environ)]))
    terms = Terms([old] if old else [], lambda comparison: rules_of(options, comparison, RAISED, allowed), _tell)
    return judge_tip(repository, history, tip, None, terms)


def _tell(note: str) -> None:
    emit(f"git-alembic: {note}", sys.stderr)


def _allowed_by_pusher(environ: Mapping[str, str]) -> str:
    """What `git push -o git-alembic-allow=RULE` lets pass, where the server advertises push options."""
    count = environ.get("GIT_PUSH_OPTION_COUNT", "0")
    given = [environ.get(f"GIT_PUSH_OPTION_{at}", "") for at in range(int(count) if count.isdigit() else 0)]
    return ",".join(option.removeprefix(PUSH_OPTION) for option in given if option.startswith(PUSH_OPTION))
