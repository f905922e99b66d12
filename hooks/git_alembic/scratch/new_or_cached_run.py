"""Runs env.py of a tree on scratch databases, or finds the answer of an earlier run in the cache."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain, repeat
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from git_alembic.config.settings import DriftSettings
from git_alembic.environments.environment import Environment
from git_alembic.errors import CannotCheck
from git_alembic.git import Repository
from git_alembic.scratch.checkout import WORKING_TREE
from git_alembic.scratch.database_setting import EMBEDDED, ScratchServer, uses_server
from git_alembic.scratch.failure_messages import explain_other_code
from git_alembic.scratch.interpreter.local_probe import LocalProbe
from git_alembic.scratch.interpreter.probe_interface import ProbeRun, ProjectProbe, ProvidedTree
from git_alembic.scratch.interpreter.probe_process_launcher import PrestartedProbe, exit_on_signals
from git_alembic.scratch.interpreter.project_python import Interpreter
from git_alembic.scratch.run_cache import CachedRun, RunCache, RunKey, has_known_inputs, local_time
from git_alembic.scratch.setup_sql_setting import read_setup
from git_alembic.scratch.temporary_postgresql_server import run_server
from git_alembic.temporary_files import SCRATCH, private_folder

if TYPE_CHECKING:
    from typing_extensions import Self

_TITLES = {"python": "Python", "alembic": "Alembic", "sqlalchemy": "SQLAlchemy"}
_MOST_REFUSED = 3
ProbeStep = Mapping[str, Any]


@dataclass(frozen=True)
class RunRequest:
    """One run of env.py on the databases of a folder `state` (None: empty databases).

    The cache stores the outcome under `key` unless that is None. `comparison` is a run on other databases, whose
    comparisons are added to this run's.
    """

    steps: tuple[ProbeStep, ...]
    state: str | None = None
    key: RunKey | None = None
    comparison: RunRequest | None = None


class EnvPyRunner:
    """Runs the code of environments. As a context manager, it removes the scratch databases at the end."""

    def __init__(
        self,
        repository: Repository,
        python: Interpreter,
        settings: DriftSettings,
        prestarted: PrestartedProbe | None = None,
        *,
        source: str = WORKING_TREE,
    ) -> None:
        """Store the arguments. `source` is the tree whose `setup` runs on each new database."""
        self._setup = read_setup(repository, source, settings.setup)
        self._prestarted = prestarted
        self.python = python
        self.uses_server = uses_server(settings.database)
        self._repository = repository
        self._cache = RunCache(repository)
        self._settings = settings
        self._probe: ProjectProbe | None = None  # set after `__enter__`
        self._server: ScratchServer | None = None
        self._live: set[str] = set()  # states whose databases are still on the server
        self._exits = ExitStack()
        self.answers: list[Mapping[str, Any]] = []  # of all runs, cached or not
        self.notes: list[str] = []  # sentences for -v
        self._times: list[int] = []  # the times of the cached answers
        self.show_progress: Callable[[str], None] = lambda _: None

    def __enter__(self) -> Self:
        self._exits.enter_context(exit_on_signals())
        self._probe = self._make_probe()
        return self

    def __exit__(self, *_: object) -> None:
        self._exits.close()

    @property
    def not_dropped(self) -> list[str]:
        """The databases that a server still has after the end, each with the reason."""
        return self._server.not_dropped if self._server else []

    def note_history(self, why: str) -> None:
        """Tell the user now, and in a note, why the whole history runs, which takes longer."""
        self.show_progress(f"running the whole history, {why}")
        self.notes.append(f"the whole history ran, {why}")

    def make_folder(self) -> str:
        """Make a folder for the project's code, on its side, that is removed at the end."""
        return self._entered_probe.make_state(None)

    def find_cached(self, environment: Environment, key: RunKey, source: str) -> CachedRun | None:
        """Return an earlier run that is still valid for a tree."""
        if not self._entered_probe.can_cache:
            return None
        cached = self._cache.find(self._with_settings(environment, key), source)
        if cached:
            self.answers.append(cached.answer)
            self._times += [cached.time] if cached.time is not None else []
        return cached

    def describe(self, name: str) -> list[str]:
        """Return sentences on what ran: the dialect, the interpreter, and the answers of earlier commands."""
        notes = [f"{name}: {note}" for note in self.notes]
        for answer in self.answers[-1:]:
            dialects = dict.fromkeys(
                database["dialect"] for run in self.answers for database in run["run"]["databases"]
            )
            versions = ", ".join(f"{_TITLES[key]} {version}" for key, version in answer["versions"].items())
            scratch = f"a {', '.join(dialects)} scratch database" if dialects else "no scratch database"
            notes.insert(0, f"{name}: {scratch}, with {self.python.path} ({self.python.why}; {versions})")
        refused = list(dict.fromkeys(what for run in self.answers for what in run["refused"]))
        if refused:
            more = f" and {len(refused) - _MOST_REFUSED} more" if len(refused) > _MOST_REFUSED else ""
            notes.append(f"{name}: the project's code could not reach {', '.join(refused[:_MOST_REFUSED])}{more}")
        if self.python.command:
            notes.append(
                f"{name}: nothing was reused, because git-alembic can't tell whether the environment of a command "
                "has changed"
            )
        if self._times:
            notes.append(f"{name}: reused the results of {local_time(min(self._times))}, whose inputs have not changed")
        return notes

    def has_databases(self, run: CachedRun) -> bool:
        """True if a run can start with the databases of an earlier run. Databases on a server can be used only once."""
        return not self.uses_server or run.state in self._live

    def run(
        self,
        environment: Environment,
        source: str,
        requests: Sequence[RunRequest],
        *,
        more_versions: Mapping[str, bytes] = MappingProxyType({}),
    ) -> list[CachedRun]:
        """Run env.py of a tree once per request. Raise CannotCheck if there is no answer at all.

        `more_versions` has the content of revisions that the tree lacks, by their ids.
        """
        tree = self._entered_probe.provide(source, environment, more_versions)
        self._live.difference_update(request.state for request in requests if request.state)
        with_comparisons = [run for request in requests for run in (request, request.comparison) if run is not None]
        answer, states = self._ask_for_runs(environment, tree, with_comparisons)
        answer["untracked"] = [] if source == WORKING_TREE else self._list_untracked_files(answer, source)
        outcomes = iter(zip(answer["runs"], states, strict=True))
        runs = list[CachedRun]()
        for request in requests:
            run, state = next(outcomes)
            whole = _add_comparisons(run, next(outcomes)[0]) if request.comparison else run
            runs.append(self._store(environment, source, request, {**answer, "run": whole, "runs": []}, state))
        return runs

    @property
    def _entered_probe(self) -> ProjectProbe:
        if self._probe is None:
            raise RuntimeError("you have to enter it first")
        return self._probe

    def _make_probe(self) -> ProjectProbe:
        """Return the probe that runs the code. A local probe puts the scratch databases beside the cache."""
        if self.python.command:
            from git_alembic.scratch.remote.remote_probe import RemoteProbe

            return self._exits.enter_context(RemoteProbe(self._repository, self.python, self._settings.env))
        home = self._home()
        try:
            os.makedirs(home, exist_ok=True)
            folder = self._exits.enter_context(private_folder(home, "run-"))
        except OSError:  # the repository is read-only
            folder = self._exits.enter_context(private_folder(tempfile.gettempdir(), SCRATCH))
        env = self._settings.env
        local = LocalProbe(self._repository, self.python, os.path.realpath(folder), env, self._prestarted)
        return self._exits.enter_context(local)

    def _ask_for_runs(
        self, environment: Environment, tree: ProvidedTree, requests: Sequence[RunRequest]
    ) -> tuple[dict[str, Any], list[str]]:
        """Return the answer and the states. A new database that was confused with a known one gets its own state."""
        for adopts in (True, False):
            states = [self._entered_probe.make_state(request.state) for request in requests]
            runs = [ProbeRun(state, request.steps) for request, state in zip(requests, states, strict=True)]
            question = {**self._database(), "adopts": adopts, "setup": self._setup.text}
            answer = self._with_inputs(tree.ask(question, environment, runs))
            if not any(run and run["has_conflict"] for run in answer["runs"]):
                break
        return answer, states

    def _store(
        self, environment: Environment, source: str, request: RunRequest, answer: dict[str, Any], state: str
    ) -> CachedRun:
        run = CachedRun("", answer, state)
        self.answers.append(answer)
        if request.key is not None and self._entered_probe.can_cache and has_known_inputs(answer):
            run = self._cache.store(self._with_settings(environment, request.key), source, answer, state)
        self._live.add(run.state)
        return run

    def _with_settings(self, environment: Environment, key: RunKey) -> dict[str, Any]:
        where = [environment.name, environment.script_location, environment.config, environment.section]
        # The settings may contain secrets, so the cache stores only their hash.
        values = (self._settings.database, sorted(self._settings.env.items()), self._setup.text)
        settings = sha256(repr(values).encode()).hexdigest()
        return {"environment": where, "python": self.python.path, "settings": settings, **key}

    def _home(self) -> str:
        return os.path.join(self._repository.common_dir, "git-alembic")

    def _database(self) -> Mapping[str, str | bool]:
        """Return the kind of scratch for the probe. Start an embedded server on first use."""
        kind = self._settings.database
        if self.uses_server and self._server is None:
            is_embedded = kind == EMBEDDED
            if is_embedded and self.python.command:
                raise CannotCheck(
                    f"`database` in [tool.git-alembic.drift] is {EMBEDDED}, a server on this machine that "
                    f"{self.python.path} cannot reach: set `database` to a server that the command can reach"
                )
            url = self._exits.enter_context(run_server(self._home())) if is_embedded else kind
            self._server = ScratchServer(url, is_embedded)
            self._exits.callback(self._server.clear, self._entered_probe)
        return self._server.describe() if self._server else {"database": kind, "prefix": ""}

    def _with_inputs(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Add the file with the setup, and remove the variables of the settings."""
        variables = [name for name in answer["variables"] if name not in self._settings.env]
        return {**answer, "read": sorted({*answer["read"], *filter(None, [self._setup.path])}), "variables": variables}

    def _list_untracked_files(self, answer: Mapping[str, Any], source: str) -> list[str]:
        """Return used files that aren't in the tree. Raise CannotCheck if the working tree's code ran."""
        tracked = self._repository.listing(source, ())
        for path in answer["elsewhere"]:
            if path in tracked:
                raise CannotCheck(explain_other_code(path, self.python))
        used = (*answer["read"], *answer["elsewhere"], *answer["missed"])
        return [path for path in used if path not in tracked]


def _add_comparisons(run: Mapping[str, Any], comparison: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Add the comparisons of another run if there was one."""
    if comparison is None:
        return run
    others = chain((database["comparisons"] for database in comparison["databases"]), repeat({}))
    databases = [
        {**database, "comparisons": {**other, **database["comparisons"]}}
        for database, other in zip(run["databases"], others, strict=False)
    ]
    return {**run, "databases": databases, "failure": run["failure"] or comparison["failure"]}
