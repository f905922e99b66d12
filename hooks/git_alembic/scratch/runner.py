"""Runs env.py of a tree on scratch databases, or finds the answer of an earlier run in the cache."""

from __future__ import annotations

import os
import posixpath
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

from git_alembic.config.settings import DriftSettings
from git_alembic.environments.environment import Environment
from git_alembic.errors import CannotJudge
from git_alembic.git import Repository
from git_alembic.scratch.cache.run_cache import CachedRun, RunCache, RunKey, has_known_inputs, local_time
from git_alembic.scratch.checkout import DISK, Checkout, check_out
from git_alembic.scratch.interpreter.child_process import exit_on_signals, run_probe
from git_alembic.scratch.interpreter.prestart import PrestartedProbe, variables
from git_alembic.scratch.interpreter.project_python import Interpreter
from git_alembic.scratch.postgresql_parser import find_parser
from git_alembic.scratch.servers.embedded_postgresql import run_server
from git_alembic.scratch.servers.scratch_server import EMBEDDED, ScratchServer, uses_server
from git_alembic.scratch.setup_script import read_setup
from git_alembic.temporary_files import SCRATCH, private_folder

if TYPE_CHECKING:
    from typing_extensions import Self

SECONDS = 900  # of CPU time, or of standing still
_TITLES = {"python": "Python", "alembic": "Alembic", "sqlalchemy": "SQLAlchemy"}
_MOST_REFUSED = 3
Step = Mapping[str, Any]


@dataclass(frozen=True)
class RunRequest:
    """One run of env.py, on the databases of a folder `state` (None: empty databases).

    The cache stores the outcome under `key`, if that isn't None. `comparison` is a run on databases of its own, whose
    comparisons are added to this run's.
    """

    steps: tuple[Step, ...]
    state: str | None = None
    key: RunKey | None = None
    comparison: RunRequest | None = None


class ScratchRunner:
    """Runs the code of environments; a context manager that removes the scratch databases at the end."""

    def __init__(
        self,
        repository: Repository,
        python: Interpreter,
        settings: DriftSettings,
        prestarted: PrestartedProbe | None = None,
        *,
        source: str = DISK,
    ) -> None:
        """`source` is the tree whose `setup` runs on each new database."""
        self._setup = read_setup(repository, source, settings.setup)
        self._prestarted = prestarted
        self.python = python
        self.uses_server = uses_server(settings.database)
        self._repository = repository
        self._cache = RunCache(repository)
        self._settings = settings
        self._folder = ""
        self._server: ScratchServer | None = None
        self._live: set[str] = set()  # states whose databases are still on the server
        self._exits = ExitStack()
        self.answers: list[Mapping[str, Any]] = []  # of all runs, cached or not
        self.notes: list[str] = []  # sentences for -v
        self._times: list[int] = []  # of the cached answers
        self.show_progress: Callable[[str], None] = lambda _: None

    def __enter__(self) -> Self:
        """Make a folder for the scratch databases beside the cache, so that storing them is a rename."""
        home = self._home()
        self._exits.enter_context(exit_on_signals())
        try:
            os.makedirs(home, exist_ok=True)
            folder = self._exits.enter_context(private_folder(home, "run-"))
        except OSError:  # the repository is read-only
            folder = self._exits.enter_context(private_folder(tempfile.gettempdir(), SCRATCH))
        self._folder = os.path.realpath(folder)
        return self

    def __exit__(self, *_: object) -> None:
        self._exits.close()

    @property
    def not_dropped(self) -> list[str]:
        """The databases that a server still has after the end, each with the reason."""
        return self._server.not_dropped if self._server else []

    def note_history(self, why: str) -> None:
        """Say now, and in the notes, why the whole history runs, which takes longer."""
        self.show_progress(f"running the whole history, {why}")
        self.notes.append(f"the whole history ran, {why}")

    def find_cached(self, environment: Environment, key: RunKey, source: str) -> CachedRun | None:
        """Return an earlier run that still holds for a tree."""
        found = self._cache.find(self._with_settings(environment, key), source)
        if found:
            self.answers.append(found.answer)
            self._times += [found.time] if found.time is not None else []
        return found

    def describe(self, name: str) -> list[str]:
        """Return sentences on what ran: the dialect, the interpreter, and the answers of earlier commands."""
        notes = [f"{name}: {note}" for note in self.notes]
        for answer in self.answers[-1:]:
            dialects = dict.fromkeys(
                database["dialect"] for run in self.answers for database in run["run"]["databases"]
            )
            versions = ", ".join(f"{_TITLES[key]} {version}" for key, version in answer["versions"].items())
            scratch = f"a scratch database of {', '.join(dialects)}" if dialects else "no scratch database"
            notes.insert(0, f"{name}: {scratch}, with {self.python.path} ({self.python.why}; {versions})")
        refused = list(dict.fromkeys(what for run in self.answers for what in run["refused"]))
        if refused:
            more = f" and {len(refused) - _MOST_REFUSED} more" if len(refused) > _MOST_REFUSED else ""
            notes.append(f"{name}: the project's code could not reach {', '.join(refused[:_MOST_REFUSED])}{more}")
        if self._times:
            notes.append(f"{name}: reused answers of {local_time(min(self._times))}, whose inputs have not changed")
        return notes

    def has_databases(self, run: CachedRun) -> bool:
        """True if a run can start with the databases of an earlier run; those on a server serve only once."""
        return not self.uses_server or run.state in self._live

    def run(
        self, environment: Environment, source: str, requests: Sequence[RunRequest], *, more_versions: str = ""
    ) -> list[CachedRun]:
        """Run env.py of a tree once per request. CannotJudge if there is no answer at all.

        `more_versions` is a folder with revisions that the tree lacks.
        """
        with check_out(self._repository, source, environment.versions) as checkout:
            self._live.difference_update(request.state for request in requests if request.state)
            with_comparisons = [run for request in requests for run in (request, request.comparison) if run is not None]
            answer, states = self._ask_for_runs(environment, checkout, with_comparisons, more_versions)
            answer["untracked"] = [] if source == DISK else self._untracked(answer, source)
            outcomes = iter(zip(answer["runs"], states, strict=True))
            found = list[CachedRun]()
            for request in requests:
                run, state = next(outcomes)
                whole = _add_comparisons(run, next(outcomes)[0]) if request.comparison else run
                found.append(self._store(environment, source, request, {**answer, "run": whole, "runs": []}, state))
            return found

    def _ask_for_runs(
        self, environment: Environment, checkout: Checkout, requests: Sequence[RunRequest], more_versions: str
    ) -> tuple[dict[str, Any], list[str]]:
        """Return the answer and the states; a new database that was mistaken for a known one gets one of its own."""
        for adopts in (True, False):
            states = [self._make_state(request.state) for request in requests]
            runs = [
                {"state": state, "steps": list(request.steps)} for request, state in zip(requests, states, strict=True)
            ]
            answer = self._ask(environment, checkout, runs, more_versions, adopts=adopts)
            if not any(run and run["has_conflict"] for run in answer["runs"]):
                break
        return answer, states

    def _store(
        self, environment: Environment, source: str, request: RunRequest, answer: dict[str, Any], state: str
    ) -> CachedRun:
        run = CachedRun("", answer, state)
        self.answers.append(answer)
        if request.key is not None and has_known_inputs(answer):
            run = self._cache.store(self._with_settings(environment, request.key), source, answer, state)
        self._live.add(run.state)
        return run

    def _make_state(self, original: str | None) -> str:
        state = tempfile.mkdtemp(prefix="state-", dir=self._folder)
        if original:
            shutil.copytree(original, state, dirs_exist_ok=True)
        return state

    def _with_settings(self, environment: Environment, key: RunKey) -> dict[str, Any]:
        where = [environment.name, environment.script_location, environment.config, environment.section]
        # The settings may contain secrets, so the cache stores only their hash.
        values = (self._settings.database, sorted(self._settings.env.items()), self._setup.text)
        settings = sha256(repr(values).encode()).hexdigest()
        return {"environment": where, "python": self.python.path, "settings": settings, **key}

    def _ask(
        self,
        environment: Environment,
        checkout: Checkout,
        runs: Sequence[Mapping[str, Any]],
        more_versions: str,
        *,
        adopts: bool,
    ) -> dict[str, Any]:
        cwd = os.path.normpath(os.path.join(checkout.top, environment.cwd))
        question = {
            "scratch": self._folder,
            **self._database(),
            "bytecode": os.path.join(self._home(), "bytecode"),
            "top": checkout.top,
            "working_tree": checkout.working_tree,
            "adopts": adopts,
            "setup": self._setup.text,
            "cwd": cwd,
            "parser": find_parser(),
            "environment": describe_environment(environment, checkout.top, more_versions),
            "runs": runs,
        }
        extra = variables(self._settings.env, checkout.working_tree)
        answer: dict[str, Any]
        if self._prestarted and (process := self._prestarted.take(self.python.path, extra)):
            process.send(question)
            answer = process.answer(SECONDS)
        else:
            answer = run_probe(
                self.python.path, "main.py", question, folder=self._folder, cwd=cwd, seconds=SECONDS, extra=extra
            )
        refuse_unusable(self.python, answer)
        return self._with_outside(answer, checkout)

    def _home(self) -> str:
        return os.path.join(self._repository.common_dir, "git-alembic")

    def _database(self) -> Mapping[str, str | bool]:
        """Return the kind of scratch for the probe; starts an embedded server on first use."""
        kind = self._settings.database
        if self.uses_server and self._server is None:
            is_embedded = kind == EMBEDDED
            url = self._exits.enter_context(run_server(self._home())) if is_embedded else kind
            self._server = ScratchServer(url, is_embedded)
            self._exits.callback(self._server.clear, self.python, self._folder)
        return self._server.describe() if self._server else {"database": kind, "prefix": ""}

    def _with_outside(self, answer: dict[str, Any], checkout: Checkout) -> dict[str, Any]:
        """Add folders of packages outside of the checked tree; leave out the variables of the settings."""
        folders = (
            path
            for path in answer["packages"]
            if "site-packages" in path or not path.startswith((checkout.top, checkout.working_tree))
        )
        variables = [name for name in answer["variables"] if name not in self._settings.env]
        read = sorted({*answer["read"], *filter(None, [self._setup.path])})
        return {**answer, "read": read, "outside": sorted({*answer["outside"], *folders}), "variables": variables}

    def _untracked(self, answer: Mapping[str, Any], source: str) -> list[str]:
        """Return the files that were used and aren't in the tree; CannotJudge if the working tree's code ran."""
        tracked = self._repository.listing(source, ())
        for path in answer["elsewhere"]:
            if path in tracked:
                raise CannotJudge(
                    f"{path} was imported from the working tree, which differs from what is judged: stash what is not "
                    "staged (`git stash --keep-index`)"
                )
        used = (*answer["read"], *answer["elsewhere"], *answer["missed"])
        return [path for path in used if path not in tracked]


def refuse_unusable(python: Interpreter, answer: Mapping[str, Any]) -> None:
    """CannotJudge if the interpreter lacks Alembic or SQLAlchemy, or has a version that is too old."""
    if "missing" in answer:
        raise CannotJudge(
            f"{python.path} ({python.why}) cannot import {answer['missing']}: set `python` in "
            "[tool.git-alembic] to the interpreter that has the project's packages"
        )
    if "outdated" in answer:
        versions = answer["versions"]
        raise CannotJudge(
            f"{python.path} ({python.why}) has Alembic {versions['alembic']} and SQLAlchemy {versions['sqlalchemy']}; "
            f"git-alembic needs Alembic 1.9 and SQLAlchemy 1.4.36 or newer there ({answer['outdated']})"
        )


def _add_comparisons(run: Mapping[str, Any], comparison: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Add the comparisons of another run, if it was made."""
    if comparison is None:
        return run
    others = chain((database["comparisons"] for database in comparison["databases"]), repeat({}))
    databases = [
        {**database, "comparisons": {**other, **database["comparisons"]}}
        for database, other in zip(run["databases"], others, strict=False)
    ]
    return {**run, "databases": databases, "failure": run["failure"] or comparison["failure"]}


def describe_environment(environment: Environment, top: str, more_versions: str = "") -> dict[str, Any]:
    """Return an environment as the probe's question has it, with one more version folder if there is one."""

    def full_path(path: str) -> str:
        return os.path.normpath(os.path.join(top, path))

    config = environment.config
    ini = full_path(config) if config and not config.endswith(".toml") else None
    beside = full_path(posixpath.join(posixpath.dirname(config or ""), "pyproject.toml"))
    default = posixpath.join(environment.script_location, "versions")
    has_default = config or environment.versions == (default,)
    versions = [] if has_default else list(map(full_path, environment.versions))
    if more_versions:
        versions = [*filter(os.path.isdir, map(full_path, environment.versions)), more_versions]
    return {
        "config": ini,
        "toml": beside if os.path.isfile(beside) and config else None,
        "section": environment.section,
        "script_location": full_path(environment.script_location),
        "version_locations": versions,
        "wrapper": environment.wrapper,
    }
