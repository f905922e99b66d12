"""Collects and sends what the other side needs: the relay's modules, the probe, and trees.

Of a tree, it first sends the list of its files, then the contents that are missing there.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from hashlib import sha1, sha256
from typing import TYPE_CHECKING, Any

import git_alembic
from git_alembic.git import LINK, Repository, is_link
from git_alembic.git.trees import EXECUTABLE, FILE, SUBMODULE
from git_alembic.scratch.checkout import WORKING_TREE

if TYPE_CHECKING:
    from git_alembic.scratch.remote.relay_session import RelaySession

_PACKAGE = git_alembic.__path__[0]
_SCRATCH = os.path.join(_PACKAGE, "scratch")
# In the order of their imports. The last one runs.
_RELAY_MODULES = (
    "temporary_files",
    "scratch.channel.frames",
    "scratch.channel.child_process",
    "scratch.channel.cpu_limit",
    "scratch.libpg_query_path",
    "scratch.remote.relay.revision_syntax_check",
    "scratch.remote.relay.received_tree",
    "scratch.remote.relay.relay_folder",
    "scratch.remote.relay.main",
)
_PACKAGES = ("", "scratch", "scratch.channel", "scratch.remote", "scratch.remote.relay")
_BATCH = 8_000_000  # bytes of one request
_SHA1_LENGTH = 40
SentFiles = dict[str, tuple[str, str]]  # path -> (git's mode, id of the content)


@cache
def bootstrap_text() -> bytes:
    """Return the text that any Python runs first."""
    return _read("scratch/remote/relay/bootstrap.py")


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
    files = [(os.path.relpath(path, "scratch").replace(os.sep, "/"), FILE, str(len(data))) for path, data in contents]
    return files, b"".join(data for _, data in contents)


def send_tree(session: RelaySession, repository: Repository, source: str, env_py: str, name: str) -> None:
    """Send the files of INDEX, WORKING_TREE or a commit as the tree `name`. `env_py` is one of them if it exists."""
    request = describe_tree(repository, source, env_py, name)
    missing = session.request(request)["missing"]
    if source == WORKING_TREE:
        contents = _read_working_tree(repository, request["files"], missing)
    else:
        contents = repository.read(missing)
    for batch in _batches(contents):
        sizes = [[id_, len(data)] for id_, data in batch]
        session.request({"do": "contents", "sizes": sizes}, b"".join(data for _, data in batch))
    session.request({"do": "make", "tree": name})


def describe_tree(repository: Repository, source: str, env_py: str, name: str) -> dict[str, Any]:
    """Return the request that lists the files of a tree: see `relay/main.py`."""
    files = _list_working_tree(repository) if source == WORKING_TREE else repository.listing(source, ())
    return {
        "do": "tree",
        "tree": name,
        "project": os.path.basename(repository.top or ""),
        "env_py": env_py,
        "files": [[path, *entry] for path, entry in files.items()],
    }


def _probe_paths() -> Iterator[str]:
    for package in ("probe", "channel"):
        for folder, _, names in os.walk(os.path.join(_SCRATCH, package)):
            for name in names:
                if name.endswith((".py", ".json")):
                    yield os.path.relpath(os.path.join(folder, name), _PACKAGE)


def _read(path: str) -> bytes:
    with open(os.path.join(_PACKAGE, path), "rb") as stream:
        return stream.read()


def _batches(contents: Iterable[tuple[str, bytes]]) -> Iterator[list[tuple[str, bytes]]]:
    batch, size = list[tuple[str, bytes]](), 0
    for id_, data in contents:
        batch.append((id_, data))
        size += len(data)
        if size > _BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _list_working_tree(repository: Repository) -> SentFiles:
    """List the files of the working tree that git doesn't ignore, staged or not."""
    top = repository.top or ""
    files: SentFiles = {}
    for path in repository.working_tree_paths():
        mode = _mode(os.path.join(top, path))
        if mode is not None:
            content = b"" if mode == SUBMODULE else _content(top, path, mode)
            files[path] = (mode, _id(content, len(repository.empty_tree)))
    return files


def _mode(path: str) -> str | None:
    """Return git's mode of a file, a link or a submodule, or None."""
    try:
        mode = os.lstat(path).st_mode
    except OSError:
        return None
    if stat.S_ISLNK(mode):
        return LINK
    if stat.S_ISDIR(mode):
        return SUBMODULE
    return (EXECUTABLE if mode & stat.S_IXUSR else FILE) if stat.S_ISREG(mode) else None


def _content(top: str, path: str, mode: str) -> bytes:
    full = os.path.join(top, path)
    if is_link(mode):
        return os.fsencode(os.readlink(full))
    with open(full, "rb") as stream:
        return stream.read()


def _id(content: bytes, length: int) -> str:
    hashed = sha1 if length == _SHA1_LENGTH else sha256  # git's hash; it protects no secret
    return hashed(b"blob %d\0" % len(content) + content).hexdigest()


def _read_working_tree(
    repository: Repository, files: Iterable[Sequence[str]], ids: Iterable[str]
) -> Iterator[tuple[str, bytes]]:
    paths = {id_: (path, mode) for path, mode, id_ in files}
    return ((id_, _content(repository.top or "", *paths[id_])) for id_ in ids)
