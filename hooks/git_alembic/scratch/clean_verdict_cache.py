"""The latest verdict on which nothing was said, kept for as long as nothing that led to it has changed.

It is found by three questions to git, before any history is read: what an unrelated commit costs.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from git_alembic import __version__
from git_alembic.errors import CannotJudge
from git_alembic.git import INDEX, NOTHING, Entry, Repository
from git_alembic.scratch.project_python import interpreter
from git_alembic.scratch.run_cache import appears, stamp
from git_alembic.temporary_files import own

_FORMAT = 1


@dataclass(frozen=True)
class Led:
    """What led to a verdict: the project's interpreters by (as configured, folder), and the answers of their runs."""

    interpreters: dict[str, tuple[str | None, str]]
    answers: list[Mapping[str, Any]]


class Latest:
    """One file for each command; `key` is all that the user has asked for, `parents` are commits."""

    def __init__(self, repository: Repository, command: str, key: object, parents: Sequence[str]) -> None:
        """Nothing is read before it is asked for."""
        self._repository = repository
        self._path = os.path.join(repository.common_dir, "git-alembic", "scratch", f"latest-{command}.json")
        self._key = repr((_FORMAT, __version__, repository.top, key))
        self._parents = list(parents)
        self._interpreters: Mapping[str, Sequence[Any]] = {}

    def find(self, concerns: Callable[[str], bool]) -> list[list[Any]] | None:
        """What was kept, if it still holds; `concerns(path)`: whether any change of a file could matter."""
        with (
            suppress(OSError, ValueError, KeyError, TypeError, CannotJudge),
            open(self._path, encoding="utf-8", opener=own) as file,
        ):
            kept = json.load(file)
            self._interpreters = kept["interpreters"]
            if kept["key"] == self._key and self._holds(kept, concerns):
                states: list[list[Any]] = kept["states"]
                return states
        return None

    def interpreter(self, configured: str | None) -> str | None:
        """Which interpreter a verdict that `find` has looked at came from, under this setting; it may have moved."""
        with suppress(AttributeError, IndexError):
            return next((path for path, asked in self._interpreters.items() if asked[0] == configured), None)
        return None

    def keep(self, states: Iterable[Sequence[Any]], led: Led) -> None:
        """Keep what was judged, and that there was nothing to be said."""
        commit = self._parents[0] if self._parents else NOTHING
        top = self._repository.top or ""
        untracked = {os.path.join(top, path) for one in led.answers for path in one["untracked"]}
        packages = {path for one in led.answers for path in one["packages"]}
        kept = {
            "key": self._key,
            "states": list(states),
            "parents": self._parents,
            "overlay": self._repository.diff(commit, INDEX),
            "read": sorted({path for one in led.answers for path in one["read"]}),
            "stamps": {path: stamp(path) for path in untracked | packages},
            "interpreters": led.interpreters,
        }
        with suppress(OSError):
            os.makedirs(os.path.dirname(self._path), exist_ok=True)
            part = f"{self._path}.{os.getpid()}"
            with open(part, "w", encoding="utf-8", opener=own) as file:
                file.write(json.dumps(kept))
            os.replace(part, self._path)

    def _holds(self, kept: dict[str, Any], concerns: Callable[[str], bool]) -> bool:
        """Whether the same would be read of the index, of its parents, and of what lies outside of git."""
        before: list[str] = kept["parents"]
        if len(before) != len(self._parents) or any(stamp(path) != known for path, known in kept["stamps"].items()):
            return False
        moved = {one.path: (one, None) for one in self._between(before)}
        then = {one[0]: Entry(*one) for one in kept["overlay"]}
        now = {one.path: one for one in self._repository.diff(kept["parents"][0] if before else NOTHING, INDEX)}
        differing = {path: (then.get(path), now.get(path)) for path in then.keys() | now.keys()}
        read = set(kept["read"])
        return not any(
            path in read or concerns(path) or appears(path, *pair)
            for changes in (moved, differing)
            for path, pair in changes.items()
            if pair[0] != pair[1]
        ) and all(self._is_found(path, *asked) for path, asked in kept["interpreters"].items())

    def _between(self, before: Sequence[str]) -> Iterator[Entry]:
        for old, new in zip(before, self._parents, strict=True):
            if old != new:
                yield from self._repository.diff(old, new)

    def _is_found(self, path: str, configured: str | None, cwd: str) -> bool:
        """Whether this is still the project's interpreter."""
        return interpreter(configured, self._repository.top or "", os.environ, cwd).path == path
