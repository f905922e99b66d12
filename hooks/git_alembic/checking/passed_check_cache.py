"""Caches a clean drift or roundtrip verdict until one of its inputs changes.

Four git commands find it before any history is read, so an unrelated commit costs no more than these commands.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

from git_alembic import __version__
from git_alembic.errors import CannotCheck
from git_alembic.git import INDEX, NOTHING, Entry, Repository
from git_alembic.scratch.interpreter.project_python import interpreter
from git_alembic.scratch.run_cache import (
    fingerprint_variables,
    has_known_inputs,
    is_added_or_removed_module,
    is_unchanged_outside,
    outside_paths,
    stamp,
)
from git_alembic.temporary_files import own

_FORMAT = 2


@dataclass(frozen=True)
class VerdictInputs:
    """The inputs of a verdict: path of the interpreter -> (as configured, folder), and the answers of the runs."""

    interpreters: dict[str, tuple[str | tuple[str, ...] | None, str]]
    answers: list[Mapping[str, Any]]


class CleanVerdict(NamedTuple):
    """The environments as lists of fields, the notes, and the time of storage (seconds since the epoch)."""

    states: list[list[Any]]
    notes: list[str]
    time: int


class PassedCheckCache:
    """One file per command. `key` has the options and git settings of the verdict, `parents` are commits."""

    def __init__(self, repository: Repository, command: str, key: object, parents: Sequence[str]) -> None:
        self._repository = repository
        self._path = os.path.join(repository.common_dir, "git-alembic", "scratch", f"clean-{command}.json")
        self._key = repr((_FORMAT, __version__, repository.top, key))
        self._parents = list(parents)
        self._interpreters: Mapping[str, Sequence[Any]] = {}

    def find(self, is_relevant: Callable[[str], bool]) -> CleanVerdict | None:
        """Return the cached verdict if no file that it read and no relevant file has changed."""
        with (
            suppress(OSError, ValueError, KeyError, TypeError, CannotCheck),
            open(self._path, encoding="utf-8", opener=own) as file,
        ):
            verdict = json.load(file)
            self._interpreters = verdict["interpreters"]
            if verdict["key"] == self._key and self._is_valid(verdict, is_relevant):
                return CleanVerdict(verdict["states"], verdict["notes"], verdict["time"])
        return None

    def interpreter(self, configured: str | tuple[str, ...] | None) -> str | None:
        """Return the interpreter of the verdict that `find` read if the setting is the same. It may be gone."""
        with suppress(AttributeError, IndexError):
            return next((path for path, inputs in self._interpreters.items() if inputs[0] == configured), None)
        return None

    def store(self, states: Iterable[Sequence[Any]], notes: Sequence[str], inputs: VerdictInputs) -> None:
        """Store that these environments are clean, unless the verdict has an unknown input."""
        if not all(map(has_known_inputs, inputs.answers)):
            return
        commit = self._parents[0] if self._parents else NOTHING
        top = self._repository.top or ""
        outside = {path for answer in inputs.answers for path in outside_paths(answer, top)}
        variables = {name for answer in inputs.answers for name in answer["variables"]}
        verdict = {
            "key": self._key,
            "states": list(states),
            "parents": self._parents,
            "overlay": self._repository.diff(commit, INDEX),
            "read": sorted({path for answer in inputs.answers for path in (*answer["read"], *answer["missed"])}),
            "stamps": {path: stamp(path) for path in outside},
            "variables": fingerprint_variables(variables),
            "notes": list(notes),
            "time": int(time.time()),
            "interpreters": inputs.interpreters,
        }
        with suppress(OSError):
            os.makedirs(os.path.dirname(self._path), exist_ok=True)
            part = f"{self._path}.{os.getpid()}"
            with open(part, "w", encoding="utf-8", opener=own) as file:
                file.write(json.dumps(verdict))
            os.replace(part, self._path)

    def _is_valid(self, verdict: dict[str, Any], is_relevant: Callable[[str], bool]) -> bool:
        """True if the index, its parents and the files outside git still have the same content."""
        before: list[str] = verdict["parents"]
        if len(before) != len(self._parents) or not is_unchanged_outside(verdict):
            return False
        committed = {entry.path: (entry, None) for entry in self._diff_parents(before)}
        then = {fields[0]: Entry(*fields) for fields in verdict["overlay"]}
        now = {entry.path: entry for entry in self._repository.diff(before[0] if before else NOTHING, INDEX)}
        differing = {path: (then.get(path), now.get(path)) for path in then.keys() | now.keys()}
        read = set(verdict["read"])
        return not any(
            path in read or is_relevant(path) or is_added_or_removed_module(path, *pair)
            for changes in (committed, differing)
            for path, pair in changes.items()
            if pair[0] != pair[1]
        ) and all(self._is_still_used(path, *inputs) for path, inputs in verdict["interpreters"].items())

    def _diff_parents(self, before: Sequence[str]) -> Iterator[Entry]:
        for old, new in zip(before, self._parents, strict=True):
            if old != new:
                yield from self._repository.diff(old, new)

    def _is_still_used(self, path: str, configured: str | None, cwd: str) -> bool:
        """True if this is still the project's interpreter."""
        return interpreter(configured, self._repository.top or "", os.environ, cwd).path == path
