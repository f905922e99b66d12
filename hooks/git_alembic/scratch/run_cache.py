"""Keeps the results of the project's code until a file that it read changes.

An entry is a folder below the common git directory: `entry.json`, and `state` with the scratch databases. An entry
describes its tree as a commit and the differences from it, so one git command shows whether the entry is still valid.
Of environment variables, an entry has only fingerprints, because they may contain secrets.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from hashlib import sha256
from typing import Any

from git_alembic import __version__
from git_alembic.git import INDEX, NOTHING, Entry, Repository
from git_alembic.scratch.interpreter.probe_process_launcher import inherited_variables
from git_alembic.temporary_files import is_private

_FORMAT = 5
_KEYS = {"key", "commit", "overlay", "stamps", "variables", "time", "answer"}
_MAX_ENTRIES = 12  # per environment and kind of run

RunKey = Mapping[str, Any]  # JSON values that identify a kind of run
ALL = "*"  # the project's code has listed all variables
# Variables of the shell or the terminal, which don't change what the project does. git and hook frameworks change PATH.
_VOLATILE = frozenset(
    (
        "PATH", "PWD", "OLDPWD", "SHLVL", "_", "COLUMNS", "LINES", "TERM", "COLORTERM", "NO_COLOR", "FORCE_COLOR",
        "DISPLAY", "STY", "EDITOR", "VISUAL", "PAGER", "SHELL", "LOGNAME", "USER", "MAIL", "HOSTNAME", "INVOCATION_ID",
    )
)  # fmt: skip
_VOLATILE_PREFIXES = (
    "GIT_", "PRE_COMMIT", "TERM_", "TMUX", "SSH_", "XDG_", "DBUS_", "WINDOWID", "LS_", "VSCODE_", "GPG_",
)  # fmt: skip


@dataclass(frozen=True)
class CachedRun:
    """The probe's answer and the folder with the databases after the run.

    `name` is "" if the run wasn't stored. `time` is when an earlier command stored it (seconds since the epoch), else
    None.
    """

    name: str
    answer: Mapping[str, Any]
    state: str
    time: int | None = None


class RunCache:
    """The entries of one repository. A missing, broken or foreign entry is ignored."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._folder = os.path.join(repository.common_dir, "git-alembic", "scratch")
        self._diffs: dict[tuple[str, str], list[Entry]] = {}
        self._stored: set[str] = set()

    def find(self, key: RunKey, source: str) -> CachedRun | None:
        """Return the newest entry of this key that is still valid for a tree."""
        for name in sorted(self._names(), reverse=True):
            entry = self._read(name)
            if entry and entry["key"] == _with_version(key) and self._is_valid(entry, source):
                stored_at = None if name in self._stored else entry["time"]
                return CachedRun(name, entry["answer"], os.path.join(self._folder, name, "state"), stored_at)
        return None

    def store(self, key: RunKey, source: str, answer: Mapping[str, Any], state: str) -> CachedRun:
        """Store an answer for a tree, and move the folder of its databases into the cache if possible."""
        commit = self._repository.resolve(["HEAD"])[0] if source != NOTHING else None
        top = self._repository.top or ""
        entry: dict[str, Any] = {
            "key": _with_version(key),
            "commit": commit or NOTHING,
            "overlay": [list(difference) for difference in self._diff(commit or NOTHING, source)],
            "stamps": {path: stamp(path) for path in outside_paths(answer, top)},
            "variables": fingerprint_variables(answer["variables"]),
            "time": int(time.time()),
            "answer": answer,
        }
        try:
            name = self._write(entry, state)
        except OSError:
            return CachedRun("", answer, state)
        self._stored.add(name)
        self._prune(entry["key"])
        return CachedRun(name, answer, os.path.join(self._folder, name, "state"))

    def _write(self, entry: Mapping[str, Any], state: str) -> str:
        """Write an entry, which appears only when it is complete, and return its name."""
        os.makedirs(self._folder, exist_ok=True)
        unfinished = tempfile.mkdtemp(prefix="entry-", dir=os.path.dirname(state))
        with open(os.path.join(unfinished, "entry.json"), "w", encoding="utf-8") as stream:
            stream.write(json.dumps(entry))
        name = f"{_newest(self._names()) + 1:08}-{os.path.basename(unfinished).removeprefix('entry-')}"
        moved_state = os.path.join(unfinished, "state")
        os.rename(state, moved_state)
        try:
            os.rename(unfinished, os.path.join(self._folder, name))
        except OSError:
            os.rename(moved_state, state)
            raise
        return name

    def _names(self) -> list[str]:
        try:
            return os.listdir(self._folder)
        except OSError:
            return []

    def _read(self, name: str) -> dict[str, Any] | None:
        folder = os.path.join(self._folder, name)
        try:
            with open(os.path.join(folder, "entry.json"), encoding="utf-8") as stream:
                entry = json.load(stream) if is_private(os.lstat(folder)) else {}
            return entry if entry.keys() >= _KEYS else None
        except (OSError, ValueError, AttributeError):
            return None

    def _is_valid(self, entry: Mapping[str, Any], source: str) -> bool:
        """True if the project's code would read the same files and find the same packages."""
        if not is_unchanged_outside(entry) or (source == INDEX and self._has_missed_file(entry)):
            return False
        if entry["commit"] != NOTHING and self._repository.resolve([entry["commit"]])[0] is None:
            return False
        read = {*entry["answer"]["read"], *entry["answer"]["missed"]}
        then = {fields[0]: Entry(*fields) for fields in entry["overlay"]}
        now = {difference.path: difference for difference in self._diff(entry["commit"], source)}
        changed = [path for path in then.keys() | now.keys() if then.get(path) != now.get(path)]
        return not any(
            path in read or is_added_or_removed_module(path, then.get(path), now.get(path)) for path in changed
        )

    def _has_missed_file(self, entry: Mapping[str, Any]) -> bool:
        """True if the working tree has a file that a run in a copy missed, for example an ignored file."""
        top = self._repository.top or ""
        return any(os.path.exists(os.path.join(top, path)) for path in entry["answer"]["missed"])

    def _diff(self, commit: str, source: str) -> list[Entry]:
        if (commit, source) not in self._diffs:
            self._diffs[commit, source] = self._repository.diff(commit, source) if commit != source else []
        return self._diffs[commit, source]

    def _prune(self, key: RunKey) -> None:
        """Remove the oldest entries of a key."""
        same = [name for name in sorted(self._names()) if (self._read(name) or {}).get("key") == key]
        for name in same[:-_MAX_ENTRIES]:
            shutil.rmtree(os.path.join(self._folder, name), ignore_errors=True)


def local_time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).astimezone().strftime("%Y-%m-%d %H:%M")


def has_known_inputs(answer: Mapping[str, Any]) -> bool:
    """True if the outcome depends only on what the cache compares. A failure or an answer of git may change."""
    failure = answer["run"]["failure"]
    return (failure is None or failure["kind"] == "not-implemented") and not answer["asks_git"]


def outside_paths(answer: Mapping[str, Any], top: str) -> set[str]:
    """Return the full paths of everything outside git that a run depends on."""
    return {*answer["outside"], *(os.path.join(top, path) for path in answer["untracked"])}


def is_unchanged_outside(entry: Mapping[str, Any]) -> bool:
    """True if the files outside git and the environment variables are unchanged."""
    stamps, variables = entry["stamps"], entry["variables"]
    return fingerprint_variables(variables) == variables and all(
        stamp(path) == old_stamp for path, old_stamp in stamps.items()
    )


def is_added_or_removed_module(path: str, then: Entry | None, now: Entry | None) -> bool:
    """True if a Python file was added or removed. Some projects search their packages for modules."""
    return path.endswith(".py") and any(entry is not None and entry.status != "M" for entry in (then, now))


def stamp(path: str) -> list[int] | None:
    """Return values that change with a file's content, or None if there is no file."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return [status.st_mtime_ns, status.st_size]


def fingerprint_variables(names: Iterable[str]) -> dict[str, str | None]:
    """Return the fingerprint of each variable as the project's code would see it now, or None if it isn't set."""
    values = inherited_variables()
    fingerprints: dict[str, str | None] = {}
    for name in names:
        if name == ALL:
            fingerprints[name] = _fingerprint(
                *(f"{key}={values[key]}" for key in sorted(values) if not _is_volatile(key))
            )
        elif not _is_volatile(name):
            fingerprints[name] = _fingerprint(f"{name}={values[name]}") if name in values else None
    return fingerprints


def _with_version(key: RunKey) -> dict[str, Any]:
    normalized: dict[str, Any] = json.loads(json.dumps({**key, "version": f"{_FORMAT} {__version__}"}))
    return normalized


def _newest(names: list[str]) -> int:
    numbers = (name.partition("-")[0] for name in names)
    return max((int(number) for number in numbers if number.isdigit()), default=0)


def _is_volatile(name: str) -> bool:
    return name in _VOLATILE or name.startswith(_VOLATILE_PREFIXES)


def _fingerprint(*texts: str) -> str:
    return sha256("\0".join(texts).encode("utf-8", "surrogateescape")).hexdigest()
