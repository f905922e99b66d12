"""What the commands that run the project's code have in common: one trial after another, and the report."""

from __future__ import annotations

import os
import posixpath
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from typing import TYPE_CHECKING

from git_alembic.checking.request import Options, asked
from git_alembic.environments.tree_files import SETTINGS, configures
from git_alembic.errors import CannotJudge
from git_alembic.findings.report import EnvironmentState, Judgement
from git_alembic.git import INDEX, Repository
from git_alembic.scratch.clean_verdict_cache import Latest, Led
from git_alembic.scratch.load_identifiers import IdentifierLoader
from git_alembic.scratch.prestart import HeadStart, head_start

if TYPE_CHECKING:
    from git_alembic.config.settings import Settings
    from git_alembic.environments.discovery import Environment
    from git_alembic.history.change import Change
    from git_alembic.history.comparison import Question
    from git_alembic.scratch.baseline import Start
    from git_alembic.scratch.drift import Trials
    from git_alembic.scratch.result import Trial

    Attempt = Callable[[Trials, Change, Start | None, Settings], Trial | None]

# Options that change how a verdict is shown, not what it is.
_REPORTING = ("format", "color", "verbose", "quiet")


def judge_each(repository: Repository, options: Options, title: str, attempt: Attempt) -> Judgement:
    """Make the attempt on every environment of the judged tree, and judge what came of it.

    Where all that led to the latest verdict is as it was, and nothing was to be said, that is the verdict.
    """
    question = asked(repository, options)
    if question.source != INDEX:
        return _tried(repository, options, question, title=title, attempt=attempt)[0]
    key = [*sorted((name, one) for name, one in vars(options).items() if name not in _REPORTING), title]
    latest = Latest(repository, title.partition(" ")[0], key, [commit for _, commit in question.parents])
    known = latest.find(configures)
    if known is not None:
        return Judgement(tuple(_restored(*state) for state in known))
    with _head_start(repository, latest) as early:
        judgement, led = _tried(repository, options, question, title=title, attempt=attempt, early=early)
    if judgement == Judgement(judgement.environments) and led.answers:
        latest.keep(list(judgement.environments), led)
    return judgement


def _head_start(repository: Repository, latest: Latest) -> AbstractContextManager[HeadStart | None]:
    """The interpreter that is likely to be wanted."""
    from git_alembic.config.settings import Settings
    from git_alembic.config.settings_parser import parse_settings

    settings = Settings()
    with suppress(CannotJudge):  # not there, or a mistake that is told of later
        for _, text in repository.read([f":{SETTINGS}"]):
            settings = parse_settings(text.decode("utf-8", "replace"))
    return head_start(repository, latest.interpreter(settings.python), settings.drift.env)


def _restored(
    name: str, script_location: str, heads: Sequence[str], bases: Sequence[str], revisions: int
) -> EnvironmentState:
    return EnvironmentState(name, script_location, tuple(heads), tuple(bases), revisions)


def _tried(  # noqa: PLR0913 - what attempts are made on, and how
    repository: Repository,
    options: Options,
    question: Question,
    *,
    title: str,
    attempt: Attempt,
    early: HeadStart | None = None,
) -> tuple[Judgement, Led]:
    """The judgement, and what led to it."""
    from git_alembic.checking.request import rules_of
    from git_alembic.history.comparison import Comparison
    from git_alembic.history.snapshots import History
    from git_alembic.revisions.revision_cache import RevisionCache
    from git_alembic.rules.verdict import judge_trials

    cache = RevisionCache(repository.common_dir, repository.read)
    history = History(repository, cache, IdentifierLoader(repository))
    comparison = Comparison(repository, history, question._replace(whole=True))
    changes = [change for change in comparison.changes() if len(change.after.graph) or change.after.unreadable]
    cache.save()
    led = Led({}, [])
    if not changes:
        return Judgement(), led
    trials = [
        _trial(repository, question, comparison.settings, change, title=title, attempt=attempt, led=led, early=early)
        for change in changes
    ]
    judgement = judge_trials(filter(None, trials), rules_of(options, comparison, {}))
    return judgement._replace(environments=tuple(map(_state, changes))), led


def _trial(  # noqa: PLR0913 - what an attempt is made on
    repository: Repository,
    question: Question,
    settings: Settings,
    change: Change,
    *,
    title: str,
    attempt: Attempt,
    led: Led,
    early: HeadStart | None,
) -> Trial | None:
    from git_alembic.scratch.baseline import start
    from git_alembic.scratch.drift import Trials
    from git_alembic.scratch.project_python import interpreter
    from git_alembic.scratch.runner import Rehearsal
    from git_alembic.terminal.progress import waiting

    environment = change.after.environment
    _refuse_unreadable(change)
    _refuse_without_env_py(repository, environment, question.source)
    python = interpreter(settings.python, repository.top or "", os.environ, environment.cwd)
    begin = start(change, [commit for _, commit in question.parents])
    with (
        waiting(f"{environment.name}: {title}", sys.stderr),
        Rehearsal(repository, python, settings.drift, early) as rehearsal,
    ):
        found = attempt(Trials(rehearsal, python, repository, question.source), change, begin, settings)
    led.interpreters[python.path] = (settings.python, environment.cwd)
    led.answers.extend(rehearsal.answers)
    return found


def _refuse_unreadable(change: Change) -> None:
    if change.after.unreadable:
        file = change.after.unreadable[0]
        raise CannotJudge(f"{file.path}:{file.line}: {file.reason} (`git alembic check` says more)")


def _refuse_without_env_py(repository: Repository, environment: Environment, source: str) -> None:
    env_py = posixpath.join(environment.script_location, "env.py")
    if not repository.listing(source, [env_py]):
        raise CannotJudge(
            f"{environment.script_location} has no env.py, so its revisions cannot be run: leave it out with "
            "--environment, or name the environments that Alembic runs in [tool.git-alembic] environments"
        )


def _state(change: Change) -> EnvironmentState:
    graph, environment = change.after.graph, change.environment
    return EnvironmentState(environment.name, environment.script_location, graph.heads, graph.bases, len(graph))
