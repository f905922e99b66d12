"""Starts the project's interpreter early, so that it imports Alembic while git-alembic reads the history."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

from git_alembic.git import Repository
from git_alembic.scratch.interpreter.probe_process import ProbeProcess, start_probe
from git_alembic.temporary_files import private_folder


class PrestartedProbe:
    """A process that waits for a single question."""

    def __init__(self, process: ProbeProcess, extra: Mapping[str, str]) -> None:
        """`extra` are the environment variables of the process."""
        self._process: ProbeProcess | None = process
        self._extra = extra

    def take(self, python: str, extra: Mapping[str, str]) -> ProbeProcess | None:
        """Return the process once if it runs this interpreter with these variables."""
        process, self._process = self._process, None
        fits = process and process.python == python and self._extra == extra and process.is_alive
        return process if fits else None


@contextmanager
def prestart(repository: Repository, python: str | None, env: Mapping[str, str]) -> Iterator[PrestartedProbe | None]:
    """Start an interpreter if one is known, and stop it at the end, used or not."""
    home = os.path.join(repository.common_dir, "git-alembic")
    with ExitStack() as exits:
        prestarted = None
        if python is not None and repository.top is not None and os.name == "posix":
            extra = variables(env, repository.top)
            try:
                folder = exits.enter_context(private_folder(home, "run-"))
                bytecode = os.path.join(home, "bytecode")
                process = start_probe(python, folder=folder, cwd=repository.top, extra=extra, arguments=(bytecode,))
                prestarted = PrestartedProbe(exits.enter_context(process), extra)
            except OSError:  # the folder isn't writable or the program is missing; the later start reports it
                pass
        yield prestarted


def variables(env: Mapping[str, str], top: str) -> dict[str, str]:
    """Return the variables of the settings, and a limit for git's search for a repository."""
    return {**env, "GIT_CEILING_DIRECTORIES": os.path.dirname(top)}
