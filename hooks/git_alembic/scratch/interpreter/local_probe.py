"""Runs the project's code in an interpreter on this machine, which shares the trees and the scratch databases."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from git_alembic.environments.environment import Environment
from git_alembic.git import Repository
from git_alembic.scratch.checkout import Checkout, check_out
from git_alembic.scratch.interpreter.child_process import run_probe
from git_alembic.scratch.interpreter.environment_paths import describe_environment
from git_alembic.scratch.interpreter.prestarted_probe import PrestartedProbe, variables
from git_alembic.scratch.interpreter.project_probe import SECONDS, ProbeRun, refuse_unusable
from git_alembic.scratch.interpreter.project_python import Interpreter
from git_alembic.scratch.interpreter.version_folder import version_folder
from git_alembic.scratch.postgresql_parser import find_parser

_CLEAR_SECONDS = 60


class LocalProbe:
    """The local `ProjectProbe`. A state is the full path of a folder below `folder`."""

    caches = True

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

    @contextmanager
    def provide(
        self, source: str, environment: Environment, more_versions: Mapping[str, bytes]
    ) -> Iterator[_LocalTree]:
        with (
            check_out(self._repository, source, environment.versions) as checkout,
            version_folder(more_versions) as folder,
        ):
            yield _LocalTree(self, checkout, folder)

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
        left: list[str] = run_probe(
            self._python.path, question, folder=self._folder, cwd=self._folder, seconds=_CLEAR_SECONDS
        )
        return left

    def ask(
        self, checkout: Checkout, question: Mapping[str, Any], environment: Environment, more_versions: str
    ) -> dict[str, Any]:
        """Add the paths on this machine to a question, and return the answer."""
        cwd = os.path.normpath(os.path.join(checkout.top, environment.cwd))
        whole = {
            **question,
            "scratch": self._folder,
            "bytecode": os.path.join(self._repository.common_dir, "git-alembic", "bytecode"),
            "top": checkout.top,
            "working_tree": checkout.working_tree,
            "subfolder": "",
            "cwd": cwd,
            "parser": find_parser(),
            "environment": describe_environment(environment, more_versions),
        }
        extra = variables(self._env, checkout.working_tree)
        answer: dict[str, Any]
        if self._prestarted and (process := self._prestarted.take(self._python.path, extra)):
            process.send(whole)
            answer = process.answer(SECONDS)
        else:
            answer = run_probe(self._python.path, whole, folder=self._folder, cwd=cwd, seconds=SECONDS, extra=extra)
        refuse_unusable(self._python, answer)
        return answer


class _LocalTree:
    """The local `ProvidedTree`."""

    def __init__(self, probe: LocalProbe, checkout: Checkout, more_versions: str) -> None:
        self._probe = probe
        self._checkout = checkout
        self._more_versions = more_versions

    def ask(self, question: Mapping[str, Any], environment: Environment, runs: Sequence[ProbeRun]) -> dict[str, Any]:
        described = [{"state": run.state, "steps": list(run.steps)} for run in runs]
        answer = self._probe.ask(self._checkout, {**question, "runs": described}, environment, self._more_versions)
        top, working_tree = self._checkout
        folders = (
            path for path in answer["packages"] if "site-packages" in path or not path.startswith((top, working_tree))
        )
        return {**answer, "outside": sorted({*answer["outside"], *folders})}
