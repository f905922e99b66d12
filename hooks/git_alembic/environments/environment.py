"""One history as Alembic loads it, and how to call Alembic for it."""

from __future__ import annotations

from posixpath import relpath
from typing import Literal, NamedTuple

from git_alembic.config.tree_paths import within_any


class Environment(NamedTuple):
    """One history: the folders whose files Alembic loads together, and how to call Alembic for it.

    Folders are relative to the repository root with "/", "" is the root; but `cwd`, the folder from which the project's
    commands run, is "." for the root. `config` is None for what was found by content.
    """

    name: str
    script_location: str
    versions: tuple[str, ...]
    recursive: bool = False
    config: str | None = None
    section: str = "alembic"
    wrapper: Literal["alembic", "flask"] = "alembic"
    cwd: str = "."
    external_parents: bool = False  # parents may be in other packages, which the tree does not hold
    elsewhere: tuple[str, ...] = ()  # version locations that the tree does not hold, as written
    sourceless: bool = False  # Alembic loads .pyc files too
    runner: tuple[str, ...] = ()  # what a printed command needs before it, such as "uv run"; see `command_runner`
    heads_file: str = ""  # the path of the file with the heads, "" if the settings don't want it

    def holds(self, path: str) -> bool:
        """Whether Alembic would load this file as a revision."""
        folder, _, name = path.rpartition("/")
        return is_revision_file(name) and self.loads(folder)

    def loads(self, folder: str) -> bool:
        """Whether Alembic would load the revision files of this folder."""
        if folder in self.versions:
            return not folder.endswith("__pycache__")
        deep = self.recursive and not folder.endswith("__pycache__")
        return deep and within_any(folder, self.versions)

    def command(self, *args: str) -> tuple[str, ...]:
        """The argv of one of the project's Alembic commands, to be run from `cwd`."""
        if self.wrapper == "flask":
            folder = relpath(self.script_location or ".", self.cwd)
            directory = () if folder == "migrations" else ("-d", folder)
            return (*self.runner, "flask", "db", *args[:1], *directory, *args[1:])
        config = relpath(self.config, self.cwd) if self.config else "alembic.ini"
        chosen = () if config in ("alembic.ini", "pyproject.toml") else ("-c", config)
        named = () if self.section == "alembic" else ("-n", self.section)
        return (*self.runner, "alembic", *chosen, *named, *args)


def is_revision_file(name: str) -> bool:
    """Whether Alembic would take a file of this name for a revision: `(?!\\.\\#|__init__)(.*\\.py)$`."""
    # The first letter settles it for most: there may be ten thousand names.
    odd = name[:1] in "._" and name.startswith((".#", "__init__"))
    return name[-3:] == ".py" and not odd and "\n" not in name
