"""Finds the folders of a tree that a section of Alembic's configuration names.

Follows `alembic.script.ScriptDirectory.from_config`. If the result depends on the current directory or on installed
packages, the files of the tree decide. Pure.
"""

import re
from collections.abc import Iterator, Sequence
from posixpath import join
from typing import TYPE_CHECKING, NamedTuple

from git_alembic.config.path_containment import HERE, ancestors, inside, is_within, is_within_any, join_path

if TYPE_CHECKING:
    from git_alembic.config.alembic_config import Section
    from git_alembic.config.path_containment import Paths

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
    location_and_base = _script_location(section, folder, tree)
    if location_and_base is None:
        return None
    script_location, base = location_and_base
    locations = section.version_locations or ()
    relative = [location for location in locations if _is_relative(location)]
    if base is None and relative:
        existing = {
            parent: sum(join_path(parent, location) in tree.folders for location in relative)
            for parent in ancestors(folder)
        }
        base = max(reversed(existing), key=lambda parent: existing[parent])
    if base is None:
        base = _import_folder(section, script_location, folder)
    versions: list[str] = []
    elsewhere: list[str] = []
    for location in locations:
        folders = _version_folders(location, folder, base, tree)
        outside = [
            parent for parent in folders if parent.split("/")[0] == ".." or is_within_any(parent, tree.submodules)
        ]
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
        lambda place: inside(place, "versions") in tree.folders,
        lambda place: bool(section.version_locations) and place in tree.folders,
    ):
        for place, base in options:
            if is_location(place):
                return place, base
    return None


def _candidates(location: str, folder: str, tree: "Paths") -> Iterator[tuple[str, str | None]]:
    """Yield (a folder that the location can mean, the folder that it is relative to; None if that doesn't matter)."""
    location = location.replace("\\", "/")
    if location.startswith(HERE):
        options: list[tuple[str, str | None]] = [(join(folder, location[1:].lstrip("/")), None)]
    elif _ABSOLUTE.match(location):
        parts = location.split("/")
        options = [
            (join(place, *parts[i:]), None) for i in range(1, len(parts)) for place in dict.fromkeys((folder, ""))
        ]
    elif _is_packaged(location):
        options = [(place, None) for place in _list_package_folders(location, folder, tree)]
    else:
        options = [(join(place, location), place) for place in ancestors(folder)] if location else []
    for place, base in options:
        yield join_path("", place), base


def _list_package_folders(location: str, folder: str, tree: "Paths") -> list[str]:
    """List the folders of the tree that `package:folder` can mean: the nearest to the ini first, then the shortest."""
    tail = _tail(location)
    near = ancestors(folder)

    def distance(candidate: str) -> tuple[int, int, str]:
        return next(i for i, parent in enumerate(near) if is_within(candidate, parent)), candidate.count("/"), candidate

    return sorted((candidate for candidate in tree.folders if f"/{candidate}".endswith(f"/{tail}")), key=distance)


def _version_folders(location: str, folder: str, base: str | None, tree: "Paths") -> Sequence[str]:
    """Return the folder that the location means. If the tree doesn't have it, return all folders that it can mean."""
    if _is_relative(location):
        return (join_path(base or "", location),)
    options = [place for place, _ in _candidates(location, folder, tree)]
    if _is_packaged(location):
        options += [join_path(place, _tail(location)) for place in ancestors(folder)]
    return [place for place in options if place in tree.folders][:1] or options


def _import_folder(section: "Section", script_location: str, folder: str) -> str | None:
    """Return the folder from which Python can import `package:folder`, or None if any folder works."""
    location = section.script_location or ""
    if not _is_packaged(location):
        return None
    root = script_location[: -len(_tail(location))].strip("/")
    entries = section.prepend_sys_path or ()
    return next(
        (parent for parent in reversed(ancestors(folder)) for entry in entries if join_path(parent, entry) == root),
        None,
    )


def _tail(location: str) -> str:
    package, *rest = location.replace("\\", "/").split(":")
    return "/".join([package.replace(".", "/"), *rest]).strip("/")


def _is_packaged(location: str) -> bool:
    return ":" in location and not location.startswith(HERE) and not _ABSOLUTE.match(location)


def _is_relative(location: str) -> bool:
    return ":" not in location and not location.startswith((HERE, "/", "\\"))
