"""The paths of a tree and its folders. Paths are relative to the repository root; "" is the root. Pure."""

from collections.abc import Collection, Iterable
from posixpath import join, normpath
from typing import NamedTuple

HERE = "\0"  # a placeholder for the value of %(here)s; no path can contain it
NO_PATH = "\ufffd"  # replaces a NUL in a file


class Paths(NamedTuple):
    """The files of a tree and all their parent folders."""

    files: frozenset[str]
    folders: frozenset[str]
    submodules: tuple[str, ...] = ()  # as .gitmodules lists them

    @classmethod
    def of(cls, files: Collection[str], parents: Collection[str] | None = None) -> "Paths":
        """Collect the paths of a tree. `parents` are the folders of the files if the caller already knows them."""
        if parents is None:
            parents = {path.rpartition("/")[0] for path in files}
        return cls(frozenset(files), frozenset(folder for parent in parents for folder in ancestors(parent)))

    def has_scripts(self, folder: str) -> bool:
        """True if the folder has Alembic's env.py."""
        return inside(folder, "env.py") in self.files


def ancestors(folder: str) -> tuple[str, ...]:
    """Return the folder itself and its parents, up to the root ("")."""
    parts = folder.split("/") if folder else []
    return tuple("/".join(parts[:count]) for count in range(len(parts), -1, -1))


def inside(folder: str, name: str) -> str:
    """Return the path of a name in a folder."""
    return f"{folder}/{name}" if folder else name


def is_within(path: str, folder: str) -> bool:
    """True if the path is the folder or is below it."""
    return not folder or path == folder or path.startswith(f"{folder}/")


def is_within_any(path: str, folders: Iterable[str]) -> bool:
    """True if the path is one of the folders or is below one."""
    return any(is_within(path, folder) for folder in folders)


def join_path(base: str, location: str) -> str:
    """Return the path in the tree for a location relative to a folder of the tree."""
    path = normpath(join(base, location.replace("\\", "/").replace(HERE, NO_PATH))).lstrip("/")
    return "" if path == "." else path
