"""What the project's code did when it was last run, kept for as long as nothing that it read has changed.

An entry is a folder below the common git directory: `entry.json`, and `state` with the scratch databases. The tree that
it speaks of is a commit and what differed from it, so that whether it still holds is one question to git.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from git_alembic import __version__
from git_alembic.git import NOTHING, Entry, Repository
from git_alembic.temporary_files import is_private

_FORMAT = 2
_MOST = 12  # entries of one environment

Asked = Mapping[str, Any]  # what tells one kind of run from another: JSON values


@dataclass(frozen=True)
class Kept:
    """An entry: the answer of the probe, and the folder with the databases as they were left."""

    name: str
    answer: Mapping[str, Any]
    state: str


class Store:
    """The entries of one repository; a missing, broken or foreign one is as good as none."""

    def __init__(self, repository: Repository) -> None:
        """Nothing is read before it is asked for."""
        self._repository = repository
        self._folder = os.path.join(repository.common_dir, "git-alembic", "scratch")
        self._moves: dict[tuple[str, str], list[Entry]] = {}

    def find(self, asked: Asked, source: str) -> Kept | None:
        """The newest entry of what was asked that still holds for a tree."""
        for name in sorted(self._names(), reverse=True):
            entry = self._entry(name)
            if entry and entry["asked"] == self._whole(asked) and self._holds(entry, source):
                return Kept(name, entry["answer"], os.path.join(self._folder, name, "state"))
        return None

    def keep(self, asked: Asked, source: str, answer: Mapping[str, Any], state: str) -> Kept:
        """Keep an answer on a tree with the folder of its databases, which is moved, if that can be done."""
        commit = self._repository.resolve(["HEAD"])[0] if source != NOTHING else None
        top = self._repository.top or ""
        entry: dict[str, Any] = {
            "asked": self._whole(asked),
            "commit": commit or NOTHING,
            "overlay": [list(one) for one in self._diff(commit or NOTHING, source)],
            "untracked": {path: stamp(os.path.join(top, path)) for path in answer["untracked"]},
            "packages": {path: stamp(path) for path in answer["packages"]},
            "answer": answer,
        }
        try:
            name = self._move(entry, state)
        except OSError:
            return Kept("", answer, state)
        self._prune(entry["asked"])
        return Kept(name, answer, os.path.join(self._folder, name, "state"))

    def _move(self, entry: Mapping[str, Any], state: str) -> str:
        """Make an entry of it, complete from the moment on at which it is there; its name."""
        os.makedirs(self._folder, exist_ok=True)
        made = tempfile.mkdtemp(prefix="entry-", dir=os.path.dirname(state))
        with open(os.path.join(made, "entry.json"), "w", encoding="utf-8") as stream:
            stream.write(json.dumps(entry))
        name = f"{_newest(self._names()) + 1:08}-{os.path.basename(made).removeprefix('entry-')}"
        place = os.path.join(made, "state")
        os.rename(state, place)
        try:
            os.rename(made, os.path.join(self._folder, name))
        except OSError:
            os.rename(place, state)
            raise
        return name

    def _whole(self, asked: Asked) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(json.dumps({**asked, "version": f"{_FORMAT} {__version__}"}))
        return found

    def _names(self) -> list[str]:
        try:
            return os.listdir(self._folder)
        except OSError:
            return []

    def _entry(self, name: str) -> dict[str, Any] | None:
        place = os.path.join(self._folder, name)
        try:
            with open(os.path.join(place, "entry.json"), encoding="utf-8") as stream:
                entry = json.load(stream) if is_private(os.lstat(place)) else {}
            return entry if entry.keys() >= {"asked", "commit", "overlay", "untracked", "packages", "answer"} else None
        except (OSError, ValueError, AttributeError):
            return None

    def _holds(self, entry: Mapping[str, Any], source: str) -> bool:
        """Whether the project's code would read the same files, and find the same packages."""
        top = self._repository.top or ""
        outside = {
            **{os.path.join(top, path): known for path, known in entry["untracked"].items()},
            **entry["packages"],
        }
        if any(stamp(path) != known for path, known in outside.items()):
            return False
        if entry["commit"] != NOTHING and self._repository.resolve([entry["commit"]])[0] is None:
            return False
        read = set(entry["answer"]["read"])
        then = {one[0]: Entry(*one) for one in entry["overlay"]}
        now = {one.path: one for one in self._diff(entry["commit"], source)}
        moved = [path for path in then.keys() | now.keys() if then.get(path) != now.get(path)]
        return not any(path in read or appears(path, then.get(path), now.get(path)) for path in moved)

    def _diff(self, commit: str, source: str) -> list[Entry]:
        if (commit, source) not in self._moves:
            self._moves[commit, source] = self._repository.diff(commit, source) if commit != source else []
        return self._moves[commit, source]

    def _prune(self, asked: Asked) -> None:
        """Old entries of the same kind go, and what is no entry and older than the newest."""
        same = [name for name in sorted(self._names()) if (self._entry(name) or {}).get("asked") == asked]
        for name in same[:-_MOST]:
            shutil.rmtree(os.path.join(self._folder, name), ignore_errors=True)


def appears(path: str, then: Entry | None, now: Entry | None) -> bool:
    """Whether a Python file came or went: packages are searched for their modules."""
    return path.endswith(".py") and any(one is not None and one.status != "M" for one in (then, now))


def _newest(names: list[str]) -> int:
    numbers = (name.partition("-")[0] for name in names)
    return max((int(number) for number in numbers if number.isdigit()), default=0)


def stamp(path: str) -> list[int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return [status.st_mtime_ns, status.st_size]
