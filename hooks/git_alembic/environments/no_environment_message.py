"""Explains why a tree has no environment: an ini may name scripts outside the repository."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator

from git_alembic.config.alembic_config import Section, ini_sections, toml_section
from git_alembic.errors import CannotCheck

_NOTHING = "no Alembic environment is staged or committed here (`git add` one)"


def describe_missing_environment(paths: Iterable[str], read: Callable[[str], bytes]) -> str:
    """Name the files whose script_location is outside the tree, or say that there is no environment."""
    return "; ".join(_every_location_elsewhere(paths, read)) or _NOTHING


def refuse_locations_elsewhere(paths: Iterable[str], read: Callable[[str], bytes]) -> None:
    """Raise CannotCheck if a configuration names a script_location outside the tree."""
    locations = _every_location_elsewhere(paths, read)
    if locations:
        raise CannotCheck("; ".join(locations))


def _every_location_elsewhere(paths: Iterable[str], read: Callable[[str], bytes]) -> list[str]:
    return [line for path in sorted(paths) for line in _locations_elsewhere(path, read)]


def _locations_elsewhere(path: str, read: Callable[[str], bytes]) -> Iterator[str]:
    for section in _sections(path, read):
        location = section.script_location
        if not location:
            continue
        package, colon, _ = location.partition(":")
        if colon and len(package) > 1:  # one letter is a Windows drive
            yield (
                f"{path}: script_location = {location} names the package {package}, which is outside this "
                "repository: run this in that package's repository"
            )
        else:
            yield f"{path}: script_location = {location} is not in this repository"


def _sections(path: str, read: Callable[[str], bytes]) -> tuple[Section, ...]:
    name = posixpath.basename(path)
    if name not in ("alembic.ini", "pyproject.toml"):
        return ()
    text = read(path).decode("utf-8", "surrogateescape")
    try:
        if name == "alembic.ini":
            return ini_sections(path, text)
        table = toml_section(path, text)
        return (table,) if table else ()
    except CannotCheck:
        return ()
