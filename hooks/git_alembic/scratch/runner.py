"""Has the project's code run on scratch databases: its models created, its revisions run, the two compared."""

from __future__ import annotations

import os
import posixpath
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

from git_alembic.config.settings import DriftSettings
from git_alembic.environments.discovery import Environment
from git_alembic.errors import CannotJudge
from git_alembic.git import Repository
from git_alembic.scratch.checkout import DISK, Place, checked_out
from git_alembic.scratch.child_process import ask, ending_in_order
from git_alembic.scratch.embedded_postgresql import running
from git_alembic.scratch.prestart import HeadStart, variables
from git_alembic.scratch.project_python import Interpreter
from git_alembic.scratch.run_cache import Asked, Kept, Store
from git_alembic.scratch.scratch_server import EMBEDDED, Server, on_server
from git_alembic.temporary_files import SCRATCH, own_folder

if TYPE_CHECKING:
    from typing_extensions import Self

SECONDS = 900
Step = Mapping[str, Any]


@dataclass(frozen=True)
class Wanted:
    """One run of env.py, on the databases that a folder holds (None: on empty ones).

    `asked` is what the outcome is kept under for the next time, None where it is not worth keeping. What is compared
    `beside` it, in a run on databases of its own, is added to what the run itself compares.
    """

    steps: tuple[Step, ...]
    start: str | None = None
    asked: Asked | None = None
    beside: Wanted | None = None


class Rehearsal:
    """Runs of environments' code; what has been run before on the same files is not run again. Ends as a context."""

    def __init__(
        self,
        repository: Repository,
        python: Interpreter,
        settings: DriftSettings,
        early: HeadStart | None = None,
    ) -> None:
        """Nothing is run before it is asked for."""
        self._early = early
        self.python = python
        self.on_server = on_server(settings.database)  # where databases are dropped in the end
        self._repository = repository
        self._store = Store(repository)
        self._settings = settings
        self._folder = ""
        self._server: Server | None = None
        self._live: set[str] = set()  # states whose databases are still on the server
        self._exits = ExitStack()
        self.answers: list[Mapping[str, Any]] = []  # all that was run or remembered

    def __enter__(self) -> Self:
        """Have a folder for the scratch databases: beside the cache, where what is to be kept is only moved."""
        home = self._home()
        self._exits.enter_context(ending_in_order())
        try:
            os.makedirs(home, exist_ok=True)
            folder = self._exits.enter_context(own_folder(home, "run-"))
        except OSError:  # a repository that cannot be written to
            folder = self._exits.enter_context(own_folder(tempfile.gettempdir(), SCRATCH))
        self._folder = os.path.realpath(folder)
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing behind but the cache."""
        self._exits.close()

    def remembered(self, environment: Environment, asked: Asked, source: str) -> Kept | None:
        """What an earlier run gave that still holds."""
        found = self._store.find(self._asked(environment, asked), source)
        self.answers += [found.answer] if found else []
        return found

    def has_databases(self, kept: Kept) -> bool:
        """Whether a run can start from how an earlier one left its databases: once, where they are on a server."""
        return not self.on_server or kept.state in self._live

    def run(self, environment: Environment, source: str, wanted: Sequence[Wanted]) -> list[Kept]:
        """Run env.py of a tree, each run in turn. CannotJudge where there is no answer at all."""
        with checked_out(self._repository, source, environment.versions) as place:
            self._live.difference_update(one.start for one in wanted if one.start)
            every = [run for one in wanted for run in (one, one.beside) if run is not None]
            states = [self._state(one.start) for one in every]
            runs = [{"state": state, "steps": list(one.steps)} for one, state in zip(every, states, strict=True)]
            answer = self._ask(environment, place, runs)
            answer["untracked"] = [] if source == DISK else self._untracked(answer, source)
            outcomes = iter(zip(answer["runs"], states, strict=True))
            found = list[Kept]()
            for one in wanted:
                run, state = next(outcomes)
                whole = _joined(run, next(outcomes)[0]) if one.beside else run
                found.append(self._kept(environment, source, one, {**answer, "run": whole, "runs": []}, state))
            return found

    def _kept(self, environment: Environment, source: str, one: Wanted, answer: dict[str, Any], state: str) -> Kept:
        kept = Kept("", answer, state)
        self.answers.append(answer)
        if one.asked is not None and not _may_pass(answer["run"]["failure"]):
            kept = self._store.keep(self._asked(environment, one.asked), source, answer, state)
        self._live.add(kept.state)
        return kept

    def _state(self, start: str | None) -> str:
        state = tempfile.mkdtemp(prefix="state-", dir=self._folder)
        if start:
            shutil.copytree(start, state, dirs_exist_ok=True)
        return state

    def _asked(self, environment: Environment, asked: Asked) -> dict[str, Any]:
        where = [environment.name, environment.script_location, environment.config, environment.section]
        # What may be secret in these is not written down once more.
        settings = sha256(repr((self._settings.database, sorted(self._settings.env.items()))).encode()).hexdigest()
        return {"environment": where, "python": self.python.path, "settings": settings, **asked}

    def _ask(self, environment: Environment, place: Place, runs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        cwd = os.path.normpath(os.path.join(place.top, environment.cwd))
        question = {
            "scratch": self._folder,
            **self._databases(),
            "bytecode": os.path.join(self._home(), "bytecode"),
            "top": place.top,
            "instead_of": place.instead_of,
            "cwd": cwd,
            "parser": _parser(),
            "environment": described(environment, place.top),
            "runs": runs,
        }
        extra = variables(self._settings.env, place.instead_of)
        answer: dict[str, Any]
        if self._early and (child := self._early.taken(self.python.path, extra)):
            child.tell(question)
            answer = child.answer(SECONDS)
        else:
            answer = ask(
                self.python.path, "main.py", question, folder=self._folder, cwd=cwd, seconds=SECONDS, extra=extra
            )
        if "missing" in answer:
            raise CannotJudge(
                f"{self.python.path} ({self.python.why}) cannot import {answer['missing']}: set `python` in "
                "[tool.git-alembic] to the interpreter that has the project's packages"
            )
        return self._own(answer, place)

    def _home(self) -> str:
        return os.path.join(self._repository.common_dir, "git-alembic")

    def _databases(self) -> dict[str, str]:
        """Which scratch is meant, as the probe wants it; a server of ours is started when it is first needed."""
        kind = self._settings.database
        if self.on_server and self._server is None:
            embedded = kind == EMBEDDED
            self._server = Server(self._exits.enter_context(running(self._home())) if embedded else kind, embedded)
            self._exits.callback(self._server.clear, self.python, self._folder)
        return self._server.described() if self._server else {"database": kind, "prefix": ""}

    def _own(self, answer: dict[str, Any], place: Place) -> dict[str, Any]:
        """The answer with those folders of packages only that are not the judged tree itself."""
        outside = (
            path
            for path in answer["packages"]
            if "site-packages" in path or not path.startswith((place.top, place.instead_of))
        )
        return {**answer, "packages": list(outside)}

    def _untracked(self, answer: Mapping[str, Any], source: str) -> list[str]:
        """What was read and is not in the tree; CannotJudge where code of the tree was run from elsewhere."""
        tracked = self._repository.listing(source, ())
        for path in answer["elsewhere"]:
            if path in tracked:
                raise CannotJudge(
                    f"{path} was imported from the working tree, which differs from what is judged: stash what is not "
                    "staged (`git stash --keep-index`)"
                )
        return [path for path in (*answer["read"], *answer["elsewhere"]) if path not in tracked]


def _joined(run: Mapping[str, Any], beside: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """A run with what was compared beside it, if anything was."""
    if beside is None:
        return run
    others = chain((one["comparisons"] for one in beside["databases"]), repeat({}))
    databases = [
        {**database, "comparisons": {**other, **database["comparisons"]}}
        for database, other in zip(run["databases"], others, strict=False)
    ]
    return {**run, "databases": databases, "failure": run["failure"] or beside["failure"]}


def _may_pass(failure: Mapping[str, Any] | None) -> bool:
    """Whether the same files may do better the next time: with another variable, say, or a package more."""
    if failure is None:
        return False
    return failure["stage"] in ("environment", "remake") or failure["kind"] not in ("error", "not-implemented")


def described(environment: Environment, top: str) -> dict[str, Any]:
    """An environment as the probe wants it."""

    def place(path: str) -> str:
        return os.path.normpath(os.path.join(top, path))

    config = environment.config
    ini = place(config) if config and not config.endswith(".toml") else None
    beside = posixpath.join(posixpath.dirname(config or ""), "pyproject.toml")
    toml = place(beside) if os.path.isfile(place(beside)) and config else None
    usual = posixpath.join(environment.script_location, "versions")
    named = [] if config or environment.versions == (usual,) else [place(folder) for folder in environment.versions]
    return {
        "config": ini,
        "toml": toml,
        "section": environment.section,
        "script_location": place(environment.script_location),
        "version_locations": named,
        "wrapper": environment.wrapper,
    }


def _parser() -> str | None:
    """The shared library of libpg_query; None where it is not to be had."""
    from importlib.util import find_spec

    found = find_spec("postgast")
    folders = list(found.submodule_search_locations or ()) if found else []
    names = ("libpg_query.so", "libpg_query.dylib", "pg_query.dll", "libpg_query.dll")
    paths = (os.path.join(folder, name) for folder in folders for name in names)
    return next(filter(os.path.exists, paths), None)
