"""One history as Alembic loads it, and how to run Alembic on it."""

from posixpath import dirname, join, relpath
from typing import Literal, NamedTuple

from git_alembic.config.path_containment import is_within_any


class Environment(NamedTuple):
    """One history: the folders whose files Alembic loads together, and how to run Alembic on it.

    Folders are relative to the repository root with "/"; "" is the root. `cwd` is the folder where the project's
    commands run; for the root it is ".". `config` is None for an environment that was found by content.
    """

    name: str
    script_location: str
    versions: tuple[str, ...]
    recursive: bool = False
    config: str | None = None
    section: str = "alembic"
    wrapper: Literal["alembic", "flask"] = "alembic"
    cwd: str = "."
    external_parents: bool = False  # parents may be in other packages, outside the tree
    elsewhere: tuple[str, ...] = ()  # version locations outside the tree, as written
    sourceless: bool = False  # Alembic loads .pyc files too
    runner: tuple[str, ...] = ()  # the words before a printed command, for example "uv run"
    heads_file_path: str = ""  # the path of the file with the heads; "" if the settings don't ask for it

    @property
    def ini(self) -> str | None:
        """The ini file that Alembic reads, which may not exist if `config` is a pyproject.toml.

        The template `pyproject` of `alembic init` makes both files, with the URL in alembic.ini.
        """
        if self.config is None or not self.config.endswith(".toml"):
            return self.config
        return join(dirname(self.config), "alembic.ini")

    def holds(self, path: str) -> bool:
        """True if Alembic would load this file as a revision."""
        folder, _, name = path.rpartition("/")
        return is_revision_file(name) and self.loads(folder)

    def loads(self, folder: str) -> bool:
        """True if Alembic would load the revision files of this folder."""
        if folder in self.versions:
            return not folder.endswith("__pycache__")
        deep = self.recursive and not folder.endswith("__pycache__")
        return deep and is_within_any(folder, self.versions)

    def command(self, *args: str) -> tuple[str, ...]:
        """Return the argv of one of the project's Alembic commands, to run in `cwd`."""
        if self.wrapper == "flask":
            folder = relpath(self.script_location or ".", self.cwd)
            directory = () if folder == "migrations" else ("-d", folder)
            return (*self.runner, "flask", "db", *args[:1], *directory, *args[1:])
        config = relpath(self.config, self.cwd) if self.config else "alembic.ini"
        config_file = () if config in ("alembic.ini", "pyproject.toml") else ("-c", config)
        section = () if self.section == "alembic" else ("-n", self.section)
        return (*self.runner, "alembic", *config_file, *section, *args)


def is_revision_file(name: str) -> bool:
    """True if Alembic would load a file of this name as a revision: `(?!\\.\\#|__init__)(.*\\.py)$`."""
    # The first character decides for most names. There may be ten thousand names.
    is_ignored = name[:1] in "._" and name.startswith((".#", "__init__"))
    return name[-3:] == ".py" and not is_ignored and "\n" not in name
