"""Alembic's configuration files: what their sections say, and which folders of a tree they mean.

Follows `alembic.config.Config` and `alembic.script.ScriptDirectory.from_config`, without an interpreter or a disk: what
depends on where Alembic is run, or on what is installed, is worked out from what the tree holds.
"""

from __future__ import annotations

import os
import re
from posixpath import join, normpath
from typing import TYPE_CHECKING, NamedTuple

from git_alembic.config.settings import load_toml
from git_alembic.errors import CannotJudge

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from configparser import ConfigParser
    from configparser import Error as IniError

HERE = "\0"  # stands for what %(here)s becomes; no path can hold it
_NO_PATH = "\ufffd"  # what a file says instead that holds it all the same
_SEPARATORS = {"space": " ", "newline": "\n", "os": os.pathsep, ":": ":", ";": ";"}
_NOT_OURS = re.compile(r"(loggers|handlers|formatters|post_write_hooks)$|(logger|handler|formatter)_")
_ABSOLUTE = re.compile(r"/|[A-Za-z]:/")
_TABLE = re.compile(
    r"""^\s*(\[\s*["']?tool["']?\s*(\]|\.\s*["']?alembic)|["']?tool["']?\s*[.=])""", re.MULTILINE
)  # all ways in which TOML may spell tool.alembic, and as little else as is easy: the parser costs


class Section(NamedTuple):
    """What one section says, as written but for interpolation; None where it says nothing (that resolves)."""

    name: str = "alembic"
    script_location: str | None = None
    version_locations: tuple[str, ...] | None = None
    recursive: bool | None = None
    prepend_sys_path: tuple[str, ...] | None = None

    def over(self, other: Section) -> Section:
        """The two together, key by key: this one first."""
        return Section(
            self.name,
            self.script_location or other.script_location,
            self.version_locations or other.version_locations,
            other.recursive if self.recursive is None else self.recursive,
            self.prepend_sys_path or other.prepend_sys_path,
        )


def ini_sections(path: str, text: str) -> tuple[Section, ...]:
    """All sections that may be an environment's; CannotJudge names file and line of what does not parse."""
    import configparser

    parser = configparser.ConfigParser({"here": HERE})
    try:
        parser.read_string(text.replace(HERE, _NO_PATH))
    except configparser.Error as error:
        raise CannotJudge(f"{path}:{_line_of(error)}: no valid ini file") from None
    return tuple(_ini_section(parser, name) for name in parser.sections() if not _NOT_OURS.match(name))


def toml_section(path: str, text: str) -> Section | None:
    """The `[tool.alembic]` of a pyproject.toml, None where there is none; CannotJudge as above."""
    if "alembic" not in text or not _TABLE.search(text):
        return None
    tool = load_toml(path, text).get("tool")
    table = tool.get("alembic") if isinstance(tool, dict) else None
    if not isinstance(table, dict):
        return None
    recursive = table.get("recursive_version_locations")
    return Section(
        script_location=_formatted(table.get("script_location")),
        version_locations=_toml_list(table.get("version_locations")),
        recursive=recursive is True if recursive is not None else None,
        prepend_sys_path=_toml_list(table.get("prepend_sys_path")),
    )


def _line_of(error: IniError) -> int:
    lines = [line for line, _ in getattr(error, "errors", [])]
    return int(getattr(error, "lineno", None) or (lines or [0])[0])


def _ini_section(parser: ConfigParser, name: str) -> Section:
    recursive = _option(parser, name, "recursive_version_locations")
    return Section(
        name,
        _option(parser, name, "script_location"),
        _listed(parser, name, "version_locations", ("path_separator", "version_path_separator"), r", *| +|\n"),
        recursive == "true" if recursive is not None else None,
        _listed(parser, name, "prepend_sys_path", ("path_separator",), r", *| +|:|\n"),
    )


def _option(parser: ConfigParser, section: str, key: str) -> str | None:
    import configparser

    try:
        return parser.get(section, key, fallback=None)
    except configparser.InterpolationError:
        return None


def _listed(
    parser: ConfigParser, section: str, key: str, separators: Sequence[str], legacy: str
) -> tuple[str, ...] | None:
    text = _option(parser, section, key)
    if text is None:
        return None
    chosen = next(filter(None, (_option(parser, section, name) for name in separators)), "")
    # "os  # a comment" is what old templates wrote; Alembic reads the separator only where there is something to split.
    separator = _SEPARATORS.get((chosen.split() or [""])[0])
    parts = text.split(separator) if separator else re.split(legacy, text)
    return tuple(filter(None, (part.strip() for part in parts)))


def _toml_list(value: object) -> tuple[str, ...] | None:
    return tuple(filter(None, map(_formatted, value))) if isinstance(value, list) else None


def _formatted(value: object) -> str | None:
    try:
        return value.replace(HERE, _NO_PATH) % {"here": HERE} if isinstance(value, str) else None
    except (KeyError, ValueError, TypeError):  # not for us to fill in: a template's, or the caller's arguments
        return None


class Paths(NamedTuple):
    """The paths of a tree, and all folders that they are in."""

    files: frozenset[str]
    folders: frozenset[str]

    @classmethod
    def of(cls, files: Collection[str], parents: Collection[str] | None = None) -> Paths:
        """The tree of these paths; `parents` are the folders that they lie in, where somebody knows them already."""
        if parents is None:
            parents = {path.rpartition("/")[0] for path in files}
        return cls(frozenset(files), frozenset(folder for parent in parents for folder in ancestors(parent)))

    def has_scripts(self, folder: str) -> bool:
        """Whether Alembic's env.py is there."""
        return inside(folder, "env.py") in self.files


class Place(NamedTuple):
    """The folders that a section means; `cwd` is the folder from which Alembic finds them, None where any will do."""

    script_location: str
    versions: tuple[str, ...]
    cwd: str | None


def ancestors(folder: str) -> tuple[str, ...]:
    """The folder itself first, the root ("") last."""
    parts = folder.split("/") if folder else []
    return tuple("/".join(parts[:count]) for count in range(len(parts), -1, -1))


def inside(folder: str, name: str) -> str:
    """The path of what a folder holds; "" is the root."""
    return f"{folder}/{name}" if folder else name


def within(path: str, folder: str) -> bool:
    """Whether the path is the folder, or lies somewhere in it."""
    return not folder or path == folder or path.startswith(f"{folder}/")


def within_any(path: str, folders: Iterable[str]) -> bool:
    """Whether the path is one of the folders, or lies somewhere in one."""
    return any(within(path, folder) for folder in folders)


def place(section: Section, folder: str, tree: Paths) -> Place | None:
    """What a section of a file in `folder` means; None where the tree holds nothing at its script_location."""
    found = _script_location(section, folder, tree)
    if found is None:
        return None
    script_location, base = found
    written = section.version_locations or ()
    relative = [location for location in written if _is_relative(location)]
    if base is None and relative:
        shown = {at: sum(joined(at, location) in tree.folders for location in relative) for at in ancestors(folder)}
        base = max(reversed(shown), key=lambda at: shown[at])
    if base is None:
        base = _importing(section, script_location, folder)
    versions = [one for location in written for one in _version_folders(location, folder, base, tree)]
    return Place(script_location, tuple(dict.fromkeys(versions)) or (inside(script_location, "versions"),), base)


def _script_location(section: Section, folder: str, tree: Paths) -> tuple[str, str | None] | None:
    options = list(_candidates(section.script_location or "", folder, tree))
    for good in (
        tree.has_scripts,
        lambda at: inside(at, "versions") in tree.folders,
        lambda at: bool(section.version_locations) and at in tree.folders,
    ):
        for at, base in options:
            if good(at):
                return at, base
    return None


def _candidates(location: str, folder: str, tree: Paths) -> Iterator[tuple[str, str | None]]:
    """(a folder that may be meant, the folder from which it is; None where that does not matter)."""
    location = location.replace("\\", "/")
    if location.startswith(HERE):
        places: list[tuple[str, str | None]] = [(join(folder, location[1:].lstrip("/")), None)]
    elif _ABSOLUTE.match(location):
        parts = location.split("/")
        places = [(join(at, *parts[i:]), None) for i in range(1, len(parts)) for at in dict.fromkeys((folder, ""))]
    elif _is_packaged(location):
        places = [(at, None) for at in _packaged(location, folder, tree)]
    else:
        places = [(join(at, location), at) for at in ancestors(folder)] if location else []
    for at, base in places:
        yield joined("", at), base


def _packaged(location: str, folder: str, tree: Paths) -> list[str]:
    """The folders of the tree that `package:folder` may be: the nearest to the ini first, then the shortest."""
    tail = _tail(location)
    near = ancestors(folder)

    def distance(at: str) -> tuple[int, int, str]:
        return next(i for i, one in enumerate(near) if within(at, one)), at.count("/"), at

    return sorted((at for at in tree.folders if f"/{at}".endswith(f"/{tail}")), key=distance)


def _version_folders(location: str, folder: str, base: str | None, tree: Paths) -> Sequence[str]:
    """The folder that is meant; where the tree does not show it, all that it may be."""
    if _is_relative(location):
        return (joined(base or "", location),)
    options = [at for at, _ in _candidates(location, folder, tree)]
    if _is_packaged(location):
        options += [joined(at, _tail(location)) for at in ancestors(folder)]
    return [at for at in options if at in tree.folders][:1] or options


def _importing(section: Section, script_location: str, folder: str) -> str | None:
    """The folder to run from so that `package:folder` can be imported; None where any will do."""
    location = section.script_location or ""
    if not _is_packaged(location):
        return None
    root = script_location[: -len(_tail(location))].strip("/")
    entries = section.prepend_sys_path or ()
    return next((at for at in reversed(ancestors(folder)) for one in entries if joined(at, one) == root), None)


def _tail(location: str) -> str:
    package, *rest = location.replace("\\", "/").split(":")
    return "/".join([package.replace(".", "/"), *rest]).strip("/")


def _is_packaged(location: str) -> bool:
    return ":" in location and not location.startswith(HERE) and not _ABSOLUTE.match(location)


def _is_relative(location: str) -> bool:
    return ":" not in location and not location.startswith((HERE, "/", "\\"))


def joined(base: str, location: str) -> str:
    """The path in the tree that a relative location means, from a folder of the tree."""
    path = normpath(join(base, location.replace("\\", "/").replace(HERE, _NO_PATH))).lstrip("/")
    return "" if path == "." else path
