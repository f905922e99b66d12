"""Finds the scratch database of a URL, in any folder and with any naming of the project's databases.

Two trees of one project can name the same database differently: by their folder, by a new UUID, by a git branch. The
run of each tree must find the scratch database that the other run filled.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from urllib.parse import unquote

_RANDOM = re.compile(
    r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"  # a UUID
    r"|(?=[a-f]*\d)[0-9a-f]{8,}"  # hexadecimal digits
    r"|(?<=tmp)[a-z0-9_]{8}"  # a folder of tempfile
    r"|\d{5,}"  # a process id or a time
)
_MEMORY = ("", ":memory:")


class DatabaseIdentities:
    """The databases of one run, by key: see `engine_redirect.database_key`.

    `known` are those that an earlier run filled.
    """

    def __init__(self, top: str, working_tree: str) -> None:
        """Store the paths. `top` is the tree that runs instead of `working_tree`."""
        self._top = top
        self._working_tree = working_tree
        self._known: list[str] = []
        self._found: dict[str, str] = {}
        self._adopted: set[str] = set()
        self._set_up: set[str] = set()
        self._adopts = True
        self.has_conflict = False

    def load(self, databases: Iterable[str], *, adopts: bool = True) -> None:
        """Begin a run. If it `adopts`, a single known database is the run's first one, whatever its name is."""
        self._known, self._found, self._adopts = list(databases), {}, adopts
        self._adopted, self._set_up, self.has_conflict = set(), set(), False

    @property
    def keys(self) -> list[str]:
        """Return all databases in the order of their first use."""
        return list(dict.fromkeys((*self._known, *self._found.values())))

    def is_known(self, identity: str) -> bool:
        """True if an earlier run has filled the database."""
        return identity in self._known

    def begin_setup(self, identity: str) -> bool:
        """Return True only the first time in a run."""
        is_first = identity not in self._set_up
        self._set_up.add(identity)
        return is_first

    def find(self, key: str) -> str:
        """Return the identity of a database."""
        if key not in self._found:
            self._found[key] = self._identify(self._normalize(key))
        return self._found[key]

    def _identify(self, key: str) -> str:
        used = set(self._found.values())
        if key in self._known:
            self.has_conflict = self.has_conflict or key in self._adopted
            return key
        free = [identity for identity in self._known if identity not in used]
        similar = [identity for identity in free if _RANDOM.sub("*", identity) == _RANDOM.sub("*", key)]
        if similar:
            return similar[0]
        if self._adopts and free and len(self._known) == 1 and _family(free[0]) == _family(key):
            self._adopted.add(free[0])
            return free[0]
        return key

    def _normalize(self, key: str) -> str:
        family, _, rest = key.partition("://")
        if family == "sqlite":
            rest = _sqlite_path(rest[1:])  # without the empty host
        return f"{family}://{rest.replace(self._top, self._working_tree)}"


def _family(key: str) -> str:
    return key.partition("://")[0]


def _sqlite_path(database: str) -> str:
    """Return the full path of an SQLite database. A database in memory stays unchanged."""
    if database.startswith("file:"):
        path, _, query = database[5:].partition("?")
        if "mode=memory" in query or unquote(path) in _MEMORY:
            return database
        database = re.sub("^//[^/]*(?=/)", "", unquote(path))
    return database if database in _MEMORY else os.path.abspath(database)
