"""Runs the project's code behind a command, which shares neither trees nor scratch databases.

A question about the project's own databases starts the command once.
"""

from __future__ import annotations

import platform
import posixpath
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from itertools import count
from typing import TYPE_CHECKING, Any

from git_alembic.environments.environment import Environment
from git_alembic.errors import CannotCheck
from git_alembic.git import Repository
from git_alembic.scratch.channel.cpu_limit import RUN_SECONDS
from git_alembic.scratch.checkout import WORKING_TREE
from git_alembic.scratch.interpreter.probe_interface import (
    MOST_TREES,
    ProbeRun,
    describe_environment,
    name_files,
    refuse_unusable,
)
from git_alembic.scratch.interpreter.project_python import Interpreter
from git_alembic.scratch.libpg_query_path import find_parser
from git_alembic.scratch.remote.relay_session import RelaySession, open_session, open_session_with_probe
from git_alembic.scratch.remote.uploads import describe_tree, probe_files, send_tree

if TYPE_CHECKING:
    from typing_extensions import Self


_CLEAR_SECONDS = 60
_TREE = "tree"


class RemoteProbe:
    """The remote `ProjectProbe`. A state is a name for the relay. The command starts with the first tree."""

    can_cache = False

    def __init__(self, repository: Repository, python: Interpreter, env: Mapping[str, str]) -> None:
        """Store the arguments. `env` are variables of the settings; the command itself decides on all others."""
        self._repository = repository
        self._python = python
        self._env = dict(env)
        self._exits = ExitStack()
        self._session: RelaySession | None = None
        self._numbers = count(1)
        self._trees: list[_RemoteTree] = []
        self._new_states: dict[str, str | None] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End the command."""
        self._exits.close()

    def provide(self, source: str, environment: Environment, more_versions: Mapping[str, bytes]) -> _RemoteTree:
        key = (source, environment, more_versions)
        for tree in self._trees:
            if tree.key == key:
                return tree
        session = self._start()
        while len(self._trees) >= MOST_TREES:
            session.request({"do": "drop", "tree": self._trees.pop(0).name})
        tree = _RemoteTree(self, f"tree-{next(self._numbers)}", key)
        env_py = posixpath.join(environment.script_location, "env.py")
        send_tree(session, self._repository, source, env_py, tree.name)
        self._trees.append(tree)
        return tree

    def make_state(self, original: str | None) -> str:
        name = f"state-{next(self._numbers)}"
        self._new_states[name] = original
        return name

    def clear_server(self, url: str, prefix: str) -> list[str]:
        if self._session is None:
            return []
        request = {
            "do": "clear",
            "question": {"url": url, "prefix": prefix},
            "env": self._env,
            "seconds": _CLEAR_SECONDS,
        }
        not_dropped: list[str] = self._session.ask_probe(request)
        return not_dropped

    def ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer to a question about a tree."""
        states, self._new_states = self._new_states, {}
        whole = {"do": "ask", "states": states, "env": self._env, "seconds": RUN_SECONDS, **request}
        answer: dict[str, Any] = self._start().ask_probe(whole)
        refuse_unusable(self._python, answer)
        return answer

    def _start(self) -> RelaySession:
        if self._session is None:
            session = self._exits.enter_context(open_session(self._python, self._repository.top or ""))
            files, contents = probe_files()
            has_parser = session.request({"do": "code", "files": files}, contents)["parser"]
            parser = None if has_parser else _parser_for(session.hello)
            if parser is not None:
                with open(parser, "rb") as stream:
                    session.request({"do": "parser"}, stream.read())
            self._session = session
        return self._session


class _RemoteTree:
    """The remote `ProvidedTree`."""

    def __init__(self, probe: RemoteProbe, name: str, key: tuple[str, Environment, Mapping[str, bytes]]) -> None:
        self.name = name
        self.key = key
        self._probe = probe

    def ask(self, question: Mapping[str, Any], environment: Environment, runs: Sequence[ProbeRun]) -> dict[str, Any]:
        described = [{"state": run.state, "steps": list(run.steps)} for run in runs]
        more = {name: content.decode("latin-1") for name, content in name_files(self.key[2]).items()}
        whole = {
            **question,
            "cwd": environment.cwd,
            "environment": describe_environment(environment),
            "runs": described,
        }
        return self._probe.ask({"tree": self.name, "question": whole, "more": more})


def _parser_for(hello: Mapping[str, Any]) -> str | None:
    """Return our own library of PostgreSQL's parser if it fits the other side."""
    here = (sys.platform, platform.machine(), platform.libc_ver()[0])
    there = (hello["system"], hello["machine"], hello["libc"])
    return find_parser() if here == there else None


def ask_in_place(  # noqa: PLR0913 - the parts of a question
    repository: Repository,
    python: Interpreter,
    environment: Environment,
    question: Mapping[str, Any],
    *,
    seconds: int,
    env: Mapping[str, str],
) -> Any:  # noqa: ANN401 - any answer of the probe
    """Ask about an environment in the folder where the command starts, because databases can depend on it.

    Raise CannotCheck if that folder doesn't have the project, or if its files differ from the working tree.
    """
    with open_session_with_probe(python, repository.top or "") as session:
        env_py = posixpath.join(environment.script_location, "env.py")
        tree = session.request(describe_tree(repository, WORKING_TREE, env_py, _TREE))
        required = [env_py, *filter(None, [environment.config])]
        _refuse_other_files(python, tree, required, environment)
        full_question = {**question, "cwd": environment.cwd, "environment": describe_environment(environment)}
        request = {"do": "inspect", "tree": _TREE, "question": full_question, "env": dict(env), "seconds": seconds}
        return session.ask_probe(request)


def _refuse_other_files(
    python: Interpreter, tree: Mapping[str, Any], required: list[str], environment: Environment
) -> None:
    if not tree["own"]:
        raise CannotCheck(
            f"{python.path} starts in {tree['started']}, which has no {required[0]}: git-alembic inspects "
            "databases from the project's directory there, because their URLs can be relative to it (set the "
            "container's working directory)"
        )
    needed = {*required, *(path for path in tree["absent"] if path.startswith(f"{environment.script_location}/"))}
    absent = sorted(needed.intersection(tree["absent"]))
    if absent or tree["other"]:
        path, what = (absent[0], "is missing") if absent else (tree["other"][0], "is a different one")
        raise CannotCheck(
            f"{path} {what} in {tree['own']}, where {python.path} runs: bring the files there up to date with the "
            "working tree (build the image again, or mount the working tree)"
        )
