"""Collects what is sent to the other side: the relay's modules as text, and the files of the probe."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache

import git_alembic

_PACKAGE = git_alembic.__path__[0]
_SCRATCH = os.path.join(_PACKAGE, "scratch")
# In the order of their imports. The last one runs.
_RELAY_MODULES = (
    "temporary_files",
    "scratch.channel.frames",
    "scratch.channel.cpu_limit",
    "scratch.channel.parent_side",
    "scratch.libpg_query",
    "scratch.relay.syntax_check",
    "scratch.relay.remote_tree",
    "scratch.relay.workspace",
    "scratch.relay.relay",
)
_PACKAGES = ("", "scratch", "scratch.channel", "scratch.relay")


@cache
def bootstrap_text() -> bytes:
    """Return the text that any Python runs first."""
    return _read("scratch/relay/bootstrap.py")


def relay_modules() -> list[tuple[str, str | None]]:
    """Return (name, text) of each module after its package. The text of a package is None."""
    packages: list[tuple[str, str | None]] = [(f"git_alembic.{name}".rstrip("."), None) for name in _PACKAGES]
    modules = [
        (f"git_alembic.{name}", _read(f"{name.replace('.', '/')}.py").decode("utf-8")) for name in _RELAY_MODULES
    ]
    return [*packages, *modules]


def probe_files() -> tuple[list[tuple[str, str, str]], bytes]:
    """Return [path, mode, length] of the probe's files, and their contents."""
    contents = [(path, _read(path)) for path in sorted(_probe_paths())]
    files = [
        (os.path.relpath(path, "scratch").replace(os.sep, "/"), "100644", str(len(data))) for path, data in contents
    ]
    return files, b"".join(data for _, data in contents)


def _probe_paths() -> Iterator[str]:
    for package in ("probe", "channel"):
        for folder, _, names in os.walk(os.path.join(_SCRATCH, package)):
            for name in names:
                if name.endswith((".py", ".json")):
                    yield os.path.relpath(os.path.join(folder, name), _PACKAGE)


def _read(path: str) -> bytes:
    with open(os.path.join(_PACKAGE, path), "rb") as stream:
        return stream.read()
