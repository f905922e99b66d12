"""What the commands that run the project's code have in common: one trial after another, and the report."""

from __future__ import annotations

import os
import posixpath
import sys
from collections.abc import Callable
from dataclasses import replace

from git_alembic.cache import Readings
from git_alembic.change import Change
from git_alembic.command import Options, asked, rules_of
from git_alembic.comparison import Comparison
from git_alembic.environments import Environment
from git_alembic.errors import CannotJudge
from git_alembic.history import History
from git_alembic.judgement import EnvironmentState, Judgement
from git_alembic.report.progress import waiting
from git_alembic.repository import Repository
from git_alembic.scratch.interpreter import interpreter
from git_alembic.scratch.rehearsal import Rehearsal
from git_alembic.settings import Settings
from git_alembic.trial import Trial
from git_alembic.trials import Start, Trials, start
from git_alembic.verdict import judge_trials

Attempt = Callable[[Trials, Change, Start | None, Settings], Trial | None]


def judge_each(repository: Repository, options: Options, title: str, attempt: Attempt) -> Judgement:
    """Make the attempt on every environment of the judged tree, and judge what came of it."""
    question = replace(asked(repository, options), whole=True)
    readings = Readings(os.path.join(repository.common_dir, "git-alembic"), repository.read)
    comparison = Comparison(repository, History(repository, readings, may_run=True), question)
    changes = [change for change in comparison.changes() if len(change.after.graph) or change.after.unreadable]
    readings.save()
    if not changes:
        return Judgement()
    settings = comparison.settings
    trials = []
    for change in changes:
        environment = change.after.environment
        _refuse_unreadable(change)
        _refuse_without_env_py(repository, environment, question.source)
        python = interpreter(settings.python, repository.top or "", os.environ, environment.cwd)
        begin = start(change, [commit for _, commit in question.parents])
        with (
            waiting(f"{environment.name}: {title}", sys.stderr),
            Rehearsal(repository, python, settings.drift) as rehearsal,
        ):
            trials.append(attempt(Trials(rehearsal, python, repository, question.source), change, begin, settings))
    judgement = judge_trials(filter(None, trials), rules_of(options, comparison, {}))
    return replace(judgement, environments=tuple(map(_state, changes)))


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
