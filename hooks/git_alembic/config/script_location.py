"""Finds the folders of a tree that a section of Alembic's configuration names.

Follows `alembic.script.ScriptDirectory.from_config`. If the result depends on the current directory or on installed
packages, the files of the tree decide. Pure.
"""

import re
from collections.abc import Iterator, Sequence
from posixpath import join
from typing import TYPE_CHECKING, NamedTuple

from git_alembic.config.repository_paths import HERE, ancestors, inside, is_within, is_within_any, join_path

if TYPE_CHECKING:
    from git_alembic.config.alembic_config import Section
    from git_alembic.config.repository_paths import Paths

_ABSOLUTE = re.compile(r"/|[A-Za-z]:/")


class ScriptFolders(NamedTuple):
    """The folders that a section names. `cwd` is the folder in which Alembic finds them, None if any folder works.

    `elsewhere` are the locations, as written, outside the tree or in installed packages.
    """

    script_location: str
    versions: tuple[str, ...]
    cwd: str | None
    elsewhere: tuple[str, ...] = ()


def find_script_folders(section: "Section", folder: str, tree: "Paths") -> ScriptFolders | None:
    """Return the folders that a section of a file in `folder` names. None if the tree lacks the script_location."""
    found = _script_location(section, folder, tree)
    if found is None:
        return None
    script_location, base = found
    written = section.version_locations or ()
    relative = [location for location in written if _is_relative(location)]
    if base is None and relative:
        existing = {
            at: sum(join_path(at, location) in tree.folders for location in relative) for at in ancestors(folder)
        }
        base = max(reversed(existing), key=lambda at: existing[at])
    if base is None:
        base = _import_folder(section, script_location, folder)
    versions: list[str] = []
    elsewhere: list[str] = []
    for location in written:
        folders = _version_folders(location, folder, base, tree)
        outside = [at for at in folders if at.split("/")[0] == ".." or is_within_any(at, tree.submodules)]
        unknown = not _is_relative(location) and not location.startswith(HERE) and tree.folders.isdisjoint(folders)
        if outside or unknown:
            elsewhere.append(location.replace(HERE, "%(here)s"))
        else:
            versions += folders
    return ScriptFolders(
        script_location,
        tuple(dict.fromkeys(versions)) or (inside(script_location, "versions"),),
        base,
        tuple(elsewhere),
    )


def _script_location(section: "Section", folder: str, tree: "Paths") -> tuple[str, str | None] | None:
    options = list(_candidates(section.script_location or "", folder, tree))
    for is_location in (
        tree.has_scripts,
        lambda at: inside(at, "versions") in tree.folders,
        lambda at: bool(section.version_locations) and at in tree.folders,
    ):
        for at, base in options:
            if is_location(at):
                return at, base
    return None


def _candidates(location: str, folder: str, tree: "Paths") -> Iterator[tuple[str, str | None]]:
    """Yield (a folder that the location can mean, the folder that it is relative to; None if that doesn't matter)."""
    location = location.replace("\\", "/")
    if location.startswith(HERE):
        options: list[tuple[str, str | None]] = [(join(folder, location[1:].lstrip("/")), None)]
    elif _ABSOLUTE.match(location):
        parts = location.split("/")
        options = [(join(at, *parts[i:]), None) for i in range(1, len(parts)) for at in dict.fromkeys((folder, ""))]
    elif _is_packaged(location):
        options = [(at, None) for at in _list_package_folders(location, folder, tree)]
    else:
        options = [(join(at, location), at) for at in ancestors(folder)] if location else []
    for at, base in options:
        yield join_path("", at), base


def _list_package_folders(location: str, folder: str, tree: "Paths") -> list[str]:
    """List the folders of the tree that `package:folder` can mean: the nearest to the ini first, then the shortest."""
    tail = _tail(location)
    near = ancestors(folder)

    def distance(at: str) -> tuple[int, int, str]:
        return next(i for i, parent in enumerate(near) if is_within(at, parent)), at.count("/"), at

    return sorted((at for at in tree.folders if f"/{at}".endswith(f"/{tail}")), key=distance)


def _version_folders(location: str, folder: str, base: str | None, tree: "Paths") -> Sequence[str]:
    """Return the folder that the location means. If the tree doesn't have it, return all folders that it can mean."""
    if _is_relative(location):
        return (join_path(base or "", location),)
    options = [at for at, _ in _candidates(location, folder, tree)]
    if _is_packaged(location):
        options += [join_path(at, _tail(location)) for at in ancestors(folder)]
    return [at for at in options if at in tree.folders][:1] or options


def _import_folder(section: "Section", script_location: str, folder: str) -> str | None:
    """Return the folder from which Python can import `package:folder`, or None if any folder works."""
    location = section.script_location or ""
    if not _is_packaged(location):
        return None
    root = script_location[: -len(_tail(location))].strip("/")
    entries = section.prepend_sys_path or ()
    return next((at for at in reversed(ancestors(folder)) for entry in entries if join_path(at, entry) == root), None)


def _tail(location: str) -> str:
    package, *rest = location.replace("\\", "/").split(":")
    return "/".join([package.replace(".", "/"), *rest]).strip("/")


def _is_packaged(location: str) -> bool:
    return ":" in location and not location.startswith(HERE) and not _ABSOLUTE.match(location)


def _is_relative(location: str) -> bool:
    return ":" not in location and not location.startswith((HERE, "/", "\\"))
