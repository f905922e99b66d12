"""The project's interpreter at its imports while we are still at ours."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

from git_alembic.git import Repository
from git_alembic.scratch.child_process import Child, started
from git_alembic.temporary_files import own_folder


class HeadStart:
    """A process that has been started before anybody knew what to ask it; good for one question."""

    def __init__(self, child: Child, extra: Mapping[str, str]) -> None:
        """`extra` are the variables that it was started with."""
        self._child: Child | None = child
        self._extra = extra

    def taken(self, python: str, extra: Mapping[str, str]) -> Child | None:
        """The process, if it is the one that is wanted."""
        child, self._child = self._child, None
        return child if child and child.python == python and self._extra == extra and child.is_alive else None


@contextmanager
def head_start(repository: Repository, python: str | None, env: Mapping[str, str]) -> Iterator[HeadStart | None]:
    """Start an interpreter, if it is known which; it ends afterwards, whether anybody has asked it anything or not."""
    home = os.path.join(repository.common_dir, "git-alembic")
    with ExitStack() as exits:
        found = None
        if python is not None and repository.top is not None and os.name == "posix":
            extra = variables(env, repository.top)
            try:
                folder = exits.enter_context(own_folder(home, "run-"))
                bytecode = os.path.join(home, "bytecode")
                waiting = started(
                    python, "main.py", folder=folder, cwd=repository.top, extra=extra, arguments=(bytecode,)
                )
                found = HeadStart(exits.enter_context(waiting), extra)
            except OSError:  # nowhere to write to, or no such program: whoever needs it will say so
                pass
        yield found


def variables(env: Mapping[str, str], top: str) -> dict[str, str]:
    """What the settings want the project's code to see, and a fence around what it asks git."""
    return {**env, "GIT_CEILING_DIRECTORIES": os.path.dirname(top)}
