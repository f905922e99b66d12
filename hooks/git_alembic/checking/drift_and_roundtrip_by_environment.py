"""Runs a drift or roundtrip check on each environment, and applies the scratch rules to the results."""

from __future__ import annotations

import os
import posixpath
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from git_alembic.checking.passed_check_cache import PassedCheckCache, VerdictInputs
from git_alembic.checking.prefixes_of_printed_commands import with_runners
from git_alembic.checking.run_and_report import policy_for, request_from_options, run_and_report
from git_alembic.checking.shared_command_line_options import Options
from git_alembic.environments.configuration_files import SETTINGS, configures
from git_alembic.errors import CannotCheck
from git_alembic.findings.report import EnvironmentState, Report
from git_alembic.git import INDEX, Repository
from git_alembic.scratch import python_readers
from git_alembic.scratch.interpreter.probe_process_launcher import PrestartedProbe, prestart
from git_alembic.scratch.run_cache import local_time

if TYPE_CHECKING:
    from git_alembic.config.settings import Settings
    from git_alembic.environments.environment import Environment
    from git_alembic.history.commits_to_compare import ComparisonRequest
    from git_alembic.history.snapshot_and_change import Change
    from git_alembic.scratch.drift_and_roundtrip.failures_of_new_revisions import ScratchCheck
    from git_alembic.scratch.scratch_result import ScratchResult

    Check = Callable[[ScratchCheck, Settings], ScratchResult | None]

# Options that change how a verdict is shown, but not the verdict.
_REPORTING = ("format", "color", "verbose", "quiet")


def run_scratch_check(options: Options, title: str, check: Check) -> int:
    """Run the check on every environment, print the report and return the exit code."""
    command = "" if options.rev else "git commit"
    return run_and_report(
        options, command, lambda repository: check_each_environment(repository, options, title, check)
    )


def check_each_environment(repository: Repository, options: Options, title: str, check: Check) -> Report:
    """Check every environment of the tree. A clean verdict stays valid until one of its inputs changes."""
    request = request_from_options(repository, options)
    if request.source != INDEX:
        return _Run(repository, options, request, title, check).check_all()
    settings = sha256(repr(repository.alembic_config()).encode()).hexdigest()  # they may contain secrets
    key = [*sorted((name, value) for name, value in vars(options).items() if name not in _REPORTING), title, settings]
    cache = PassedCheckCache(repository, title.partition(" ")[0], key, [commit for _, commit in request.parents])
    cached = cache.find(configures)
    if cached is not None:
        reused = f"reused the cached result: its inputs haven't changed since {local_time(cached.time)}"
        return Report(tuple(_parse_state(*state) for state in cached.states), notes=(*cached.notes, reused))
    with _prestart(repository, cache) as prestarted:
        run = _Run(repository, options, request, title, check, prestarted)
        report = run.check_all()
    is_clean = report == Report(report.environments, notes=tuple(run.notes))
    if is_clean and run.inputs.answers and not run.runs_command:
        cache.store(list(report.environments), run.notes, run.inputs)
    return report


def _prestart(repository: Repository, cache: PassedCheckCache) -> AbstractContextManager[PrestartedProbe | None]:
    """Start the interpreter that produced the last verdict."""
    from git_alembic.config.settings import Settings
    from git_alembic.config.settings_parser import parse_settings

    settings = Settings()
    with suppress(CannotCheck):  # there is no file, or a later step reports the mistake in it
        for _, text in repository.read([f":{SETTINGS}"]):
            settings = parse_settings(text.decode("utf-8", "replace"))
    return prestart(repository, cache.interpreter(settings.python), settings.drift.env)


def _parse_state(
    name: str, script_location: str, heads: Sequence[str], bases: Sequence[str], revisions: int
) -> EnvironmentState:
    return EnvironmentState(name, script_location, tuple(heads), tuple(bases), revisions)


@dataclass
class _Run:
    """One check of all environments. `inputs` is complete at the end of the check."""

    repository: Repository
    options: Options
    request: ComparisonRequest
    title: str
    check: Check
    prestarted: PrestartedProbe | None = None
    inputs: VerdictInputs = field(default_factory=lambda: VerdictInputs({}, []))
    notes: list[str] = field(default_factory=list)
    runs_command: bool = False  # its output may differ from run to run

    def check_all(self) -> Report:
        from git_alembic.history.commit_comparison import Comparison
        from git_alembic.history.snapshot_reader import open_reader, refuse_missing_environment
        from git_alembic.policy.rule_application import apply_scratch_rules

        reader = open_reader(self.repository, *python_readers(self.repository))
        comparison = Comparison(self.repository, reader, self.request._replace(checks_whole_tree=True))
        changes = [change for change in comparison.changes() if len(change.after.graph) or change.after.unreadable]
        reader.save()
        if not changes:
            refuse_missing_environment(reader, self.request.source)
            return Report()
        try:
            results = [self._check_one_of(changes, comparison.settings, change) for change in changes]
        except CannotCheck as error:
            return Report(notes=tuple(self.notes), reason=str(error))
        policy = policy_for(self.options, comparison.settings, beyond_commit=False)
        report = apply_scratch_rules(filter(None, results), policy)
        report = with_runners(self.repository, self.request.source, report)
        return report._replace(environments=tuple(map(_state, changes)), notes=(*self.notes, *report.notes))

    def _check_one_of(self, changes: Sequence[Change], settings: Settings, change: Change) -> ScratchResult | None:
        """Check an environment. If that fails and there are several, the reason names it."""
        try:
            return self._check(settings, change)
        except CannotCheck as error:
            environment = change.after.environment
            if len(changes) == 1 or environment.script_location in str(error):
                raise
            raise CannotCheck(f"{environment.name}: {error}") from error

    def _check(self, settings: Settings, change: Change) -> ScratchResult | None:
        from git_alembic.scratch.drift_and_roundtrip.databases_built_from_parent_commit import find_baseline
        from git_alembic.scratch.drift_and_roundtrip.failures_of_new_revisions import ScratchCheck
        from git_alembic.scratch.interpreter.project_python import interpreter
        from git_alembic.scratch.new_or_cached_run import EnvPyRunner
        from git_alembic.terminal.progress import waiting

        environment = change.after.environment
        _refuse_unreadable(change)
        _refuse_without_env_py(self.repository, environment, self.request.source)
        python = interpreter(settings.python, self.repository.top or "", os.environ, environment.cwd)
        parents = tuple(commit for _, commit in self.request.parents)
        baseline = find_baseline(change, parents)
        if baseline and not _has_env_py(self.repository, baseline.snapshot.environment, baseline.commit):
            baseline = None  # its revisions can't be run
        source = self.request.source
        runner = EnvPyRunner(self.repository, python, settings.drift, self.prestarted, source=source)
        try:
            with waiting(f"{environment.name}: {self.title}", sys.stderr) as show, runner:
                runner.show_progress = lambda text: show(f"{environment.name}: {text}")
                return self.check(ScratchCheck(runner, self.repository, source, change, baseline, parents), settings)
        finally:
            for name in runner.not_dropped:
                sys.stderr.write(f"git-alembic: the scratch database {name} is still on the server\n")
            self.notes += runner.describe(environment.name)
            self.inputs.interpreters[python.path] = (settings.python, environment.cwd)
            self.inputs.answers.extend(runner.answers)
            self.runs_command = self.runs_command or bool(python.command)


def _refuse_unreadable(change: Change) -> None:
    if change.after.unreadable:
        file = change.after.unreadable[0]
        raise CannotCheck(f"{file.path}:{file.line}: {file.reason} (see `git alembic check`)")


def _refuse_without_env_py(repository: Repository, environment: Environment, source: str) -> None:
    if not _has_env_py(repository, environment, source):
        raise CannotCheck(
            f"{environment.script_location} has no env.py, so its revisions can't be run: select the other "
            "environments with --environment, or, under `environments` in [tool.git-alembic], list only the ones "
            "that Alembic runs"
        )


def _has_env_py(repository: Repository, environment: Environment, source: str) -> bool:
    return bool(repository.listing(source, [f":(literal){posixpath.join(environment.script_location, 'env.py')}"]))


def _state(change: Change) -> EnvironmentState:
    graph, environment = change.after.graph, change.environment
    return EnvironmentState(environment.name, environment.script_location, graph.heads, graph.bases, len(graph))
