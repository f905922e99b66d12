"""Reads the sections of alembic.ini and `[tool.alembic]` like `alembic.config.Config`. Pure."""

import os
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from git_alembic.config.path_containment import HERE, NO_PATH
from git_alembic.errors import CannotCheck

if TYPE_CHECKING:
    from configparser import Error as IniError
    from configparser import RawConfigParser

_SEPARATORS = {"space": " ", "newline": "\n", "os": os.pathsep, ":": ":", ";": ";"}
_TEMPLATED = re.compile(r"\{\{|\{%|\$\{|<%|@@")
_NO_ENVIRONMENT = re.compile(r"(loggers|handlers|formatters|post_write_hooks)$|(logger|handler|formatter)_")
_TABLE = re.compile(
    r"""^[ \t]*(\[[ \t]*["']?tool["']?[ \t]*(\]|\.[ \t]*["']?alembic)|["']?tool["']?[ \t]*[.=])""", re.MULTILINE
)  # matches every spelling of tool.alembic in TOML and little else, because the parser is slow


class Section(NamedTuple):
    """The interpolated values of one section. None for a missing value, or one that can't be interpolated."""

    name: str = "alembic"
    script_location: str | None = None
    version_locations: tuple[str, ...] | None = None
    recursive: bool | None = None
    sourceless: bool | None = None
    prepend_sys_path: tuple[str, ...] | None = None

    def over(self, other: "Section") -> "Section":
        """Merge both sections. This section wins."""
        return Section(
            self.name,
            self.script_location or other.script_location,
            self.version_locations or other.version_locations,
            other.recursive if self.recursive is None else self.recursive,
            other.sourceless if self.sourceless is None else self.sourceless,
            self.prepend_sys_path or other.prepend_sys_path,
        )


def ini_sections(path: str, text: str) -> tuple[Section, ...]:
    """Return all sections that can be an environment. CannotCheck names file and line if the text isn't valid."""
    parser = _parse_ini(path, text)
    return tuple(_ini_section(parser, name) for name in parser.sections() if not _NO_ENVIRONMENT.match(name))


def is_template(text: str) -> bool:
    """True for a file that a template engine completes before Alembic reads it."""
    return _TEMPLATED.search(text) is not None


def refuse_broken_ini(path: str, text: str) -> None:
    """Raise CannotCheck with file and line if Alembic can't read the file or can't interpolate a location in it."""
    parser = _parse_ini(path, text)
    for name in parser.sections():
        for key in ("script_location", "version_locations"):
            if _NO_ENVIRONMENT.match(name) or not parser.has_option(name, key):
                continue
            try:
                _interpolate(parser, name, key)
            except ValueError as error:
                line = _line_of_key(text, name, key)
                raise CannotCheck(f"{path}:{line}: {key} in [{name}] can't be interpolated: {error}") from None


@lru_cache(maxsize=256)
def _parse_ini(path: str, text: str) -> "RawConfigParser":
    import configparser

    parser = configparser.RawConfigParser({"here": HERE})
    try:
        parser.read_string(text.replace(HERE, NO_PATH))
    except configparser.Error as error:
        raise CannotCheck(f"{path}:{_line_of(error)}: invalid ini file") from None
    return parser


def _line_of_key(text: str, section: str, key: str) -> int:
    """Return the line of a key in a section, or the section's own line if [DEFAULT] has the key."""
    current, section_line = "", 1
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("["):
            current = line.strip().removeprefix("[").partition("]")[0]
            section_line = number if current == section else section_line
        elif current == section and re.match(rf"{key}\s*[=:]", line, re.IGNORECASE):
            return number
    return section_line


def toml_section(path: str, text: str) -> Section | None:
    """Return the `[tool.alembic]` table of a pyproject.toml, or None. CannotCheck names file and line."""
    if "alembic" not in text or not _TABLE.search(text):
        return None
    from git_alembic.config.toml_reader import load_toml

    tool = load_toml(path, text).get("tool")
    table = tool.get("alembic") if isinstance(tool, dict) else None
    if not isinstance(table, dict):
        return None
    recursive = table.get("recursive_version_locations")
    return Section(
        script_location=_format(table.get("script_location")),
        version_locations=_toml_list(table.get("version_locations")),
        recursive=recursive is True if recursive is not None else None,
        sourceless=table.get("sourceless") is True if "sourceless" in table else None,
        prepend_sys_path=_toml_list(table.get("prepend_sys_path")),
    )


def _line_of(error: "IniError") -> int:
    lines = [line for line, _ in getattr(error, "errors", [])]
    return int(getattr(error, "lineno", None) or (lines or [0])[0])


def _ini_section(parser: "RawConfigParser", name: str) -> Section:
    recursive = _option(parser, name, "recursive_version_locations")
    sourceless = _option(parser, name, "sourceless")
    return Section(
        name,
        _option(parser, name, "script_location"),
        _split_list(parser, name, "version_locations", ("path_separator", "version_path_separator"), r", *| +|\n"),
        recursive == "true" if recursive is not None else None,
        sourceless == "true" if sourceless is not None else None,
        _split_list(parser, name, "prepend_sys_path", ("path_separator",), r", *| +|:|\n"),
    )


def _option(parser: "RawConfigParser", section: str, key: str) -> str | None:
    try:
        return _interpolate(parser, section, key)
    except ValueError:
        return None


def _interpolate(parser: "RawConfigParser", section: str, key: str) -> str | None:
    text = parser.get(section, key, fallback=None)
    if text is None:
        return None
    if "%" not in text:
        return text
    from git_alembic.config.interpolation import interpolate

    return interpolate(text, lambda name: parser.get(section, name, fallback=None))


def _split_list(
    parser: "RawConfigParser", section: str, key: str, separators: Sequence[str], legacy: str
) -> tuple[str, ...] | None:
    text = _option(parser, section, key)
    if text is None:
        return None
    chosen = next(filter(None, (_option(parser, section, name) for name in separators)), "")
    # Old templates wrote "os  # a comment". Alembic reads the separator only if there is something to split.
    separator = _SEPARATORS.get((chosen.split() or [""])[0])
    parts = text.split(separator) if separator else re.split(legacy, text)
    return tuple(filter(None, (part.strip() for part in parts)))


def _toml_list(value: object) -> tuple[str, ...] | None:
    return tuple(filter(None, map(_format, value))) if isinstance(value, list) else None


def _format(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    from git_alembic.config.interpolation import interpolate

    try:
        return interpolate(value.replace(HERE, NO_PATH), {"here": HERE}.get)
    except ValueError:  # a placeholder of a template or of the caller
        return None
