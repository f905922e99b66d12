"""Runs the project's code in an interpreter on this machine, which shares the trees and the scratch databases."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from git_alembic.environments.environment import Environment
from git_alembic.git import Repository
from git_alembic.scratch.channel.cpu_limit import RUN_SECONDS
from git_alembic.scratch.checkout import Checkout, check_out
from git_alembic.scratch.interpreter.probe_interface import (
    MOST_TREES,
    ProbeRun,
    describe_environment,
    refuse_unusable,
    version_folder,
)
from git_alembic.scratch.interpreter.probe_process_launcher import (
    PrestartedProbe,
    ProbeProcess,
    added_variables,
    run_probe,
    start_probe,
)
from git_alembic.scratch.interpreter.project_python import Interpreter
from git_alembic.scratch.libpg_query_path import find_parser

if TYPE_CHECKING:
    from typing_extensions import Self

_CLEAR_SECONDS = 60


class LocalProbe:
    """The local `ProjectProbe`. A state is the full path of a folder below `folder`."""

    can_cache = True

    def __init__(
        self,
        repository: Repository,
        python: Interpreter,
        folder: str,
        env: Mapping[str, str],
        prestarted: PrestartedProbe | None = None,
    ) -> None:
        """`env` are variables of the settings."""
        self._repository = repository
        self._python = python
        self._folder = folder
        self._env = env
        self._prestarted = prestarted
        self._trees: list[_LocalTree] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes, and remove the copies of trees."""
        while self._trees:
            self._trees.pop().close()

    def provide(self, source: str, environment: Environment, more_versions: Mapping[str, bytes]) -> _LocalTree:
        key = (source, environment, more_versions)
        for tree in self._trees:
            if tree.key == key:
                return tree
        while len(self._trees) >= MOST_TREES:
            self._trees.pop(0).close()
        with ExitStack() as exits:
            checkout = exits.enter_context(check_out(self._repository, source, environment.versions))
            folder = exits.enter_context(version_folder(more_versions))
            tree = _LocalTree(self, key, checkout, folder, exits.pop_all())
        self._trees.append(tree)
        return tree

    def make_state(self, original: str | None) -> str:
        state = tempfile.mkdtemp(prefix="state-", dir=self._folder)
        if original:
            shutil.copytree(original, state, dirs_exist_ok=True)
        return state

    def clear_server(self, url: str, prefix: str) -> list[str]:
        driver_file = os.path.join(self._folder, "driver")  # the probe wrote it before it created the first database
        if not os.path.exists(driver_file):
            return []
        with open(driver_file, encoding="utf-8") as stream:
            question = {"clear": {"url": url, "driver": stream.read(), "prefix": prefix}}
        not_dropped: list[str] = run_probe(
            self._python.path, question, folder=self._folder, cwd=self._folder, seconds=_CLEAR_SECONDS
        )
        return not_dropped

    @contextmanager
    def start(self, checkout: Checkout, cwd: str) -> Iterator[ProbeProcess]:
        """Start the interpreter for a tree, unless one that was started early can be used."""
        extra = added_variables(self._env, checkout.working_tree)
        process = self._prestarted.take(self._python.path, extra) if self._prestarted else None
        if process is not None:
            yield process
            return
        output = tempfile.mkdtemp(prefix="output-", dir=self._folder)
        with start_probe(self._python.path, folder=output, cwd=cwd, extra=extra) as process:
            yield process

    def complete(
        self, question: Mapping[str, Any], checkout: Checkout, environment: Environment, more_versions: str
    ) -> dict[str, Any]:
        """Add the paths on this machine to a question."""
        return {
            **question,
            "scratch": self._folder,
            "bytecode": os.path.join(self._repository.common_dir, "git-alembic", "bytecode"),
            "top": checkout.top,
            "working_tree": checkout.working_tree,
            "subfolder": "",
            "cwd": os.path.normpath(os.path.join(checkout.top, environment.cwd)),
            "parser": find_parser(),
            "environment": describe_environment(environment, more_versions),
        }

    def refuse_unusable(self, answer: Mapping[str, Any]) -> None:
        refuse_unusable(self._python, answer)


class _LocalTree:
    """The local `ProvidedTree`. One process runs the code of the tree as long as it can."""

    def __init__(
        self,
        probe: LocalProbe,
        key: tuple[str, Environment, Mapping[str, bytes]],
        checkout: Checkout,
        more_versions: str,
        exits: ExitStack,
    ) -> None:
        """`exits` removes the files."""
        self.key = key
        self._probe = probe
        self._checkout = checkout
        self._more_versions = more_versions
        self._exits = exits
        self._processes = ExitStack()
        self._process: ProbeProcess | None = None  # that waits for another question

    def close(self) -> None:
        with self._exits:
            self._processes.close()

    def ask(self, question: Mapping[str, Any], environment: Environment, runs: Sequence[ProbeRun]) -> dict[str, Any]:
        described = [{"state": run.state, "steps": list(run.steps)} for run in runs]
        whole = self._probe.complete({**question, "runs": described}, self._checkout, environment, self._more_versions)
        answer = self._ask(whole)
        self._probe.refuse_unusable(answer)
        top, working_tree = self._checkout
        folders = (
            path for path in answer["packages"] if "site-packages" in path or not path.startswith((top, working_tree))
        )
        return {**answer, "outside": sorted({*answer["outside"], *folders})}

    def _ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        process = self._process or self._processes.enter_context(self._probe.start(self._checkout, question["cwd"]))
        self._process = None
        process.send(question)
        answer: dict[str, Any]
        answer, continues = process.receive(RUN_SECONDS)
        if continues:
            self._process = process
        else:
            self._processes.close()
        return answer
