"""A tree on the relay's side, made from received contents and from the command's own folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from hashlib import sha1, sha256
from typing import Any

_LINK, _SUBMODULE, _PROGRAM = "120000", "160000", "100755"
# Local settings are never committed, but a copy needs them just like the command's own folder.
_LOCAL_SETTINGS = (".env", ".flaskenv")
_SHA1_LENGTH = 40


class ContentStore:
    """Contents of files by git's ids. The project's code can't change them."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def path(self, id_: str) -> str:
        return os.path.join(self._folder, id_)

    def has(self, id_: str) -> bool:
        return os.path.exists(self.path(id_))

    def add(self, sizes: Iterable[Sequence[Any]], body: bytes) -> None:
        """Write the contents of a body: [id, size] of each."""
        position = 0
        for id_, size in sizes:
            self._write(id_, body[position : position + size])
            position += size

    def add_file(self, id_: str, path: str) -> None:
        """Store the content of a file if git would give it this id."""
        data = _read(path)
        if data is not None and _has_id(data, id_):
            self._write(id_, data)

    def _write(self, id_: str, data: bytes) -> None:
        with open(self.path(id_), "wb") as stream:
            stream.write(data)


class ReceivedTree:
    """A tree. `own` is the project folder that the command starts in. In the tree, that folder is `subfolder`.

    `own` is "" if the command starts somewhere else.
    """

    def __init__(self, top: str, files: Sequence[Sequence[str]], env_py: str) -> None:
        """Store the list of files. `files` are [path, mode, id]; `env_py` is the path of one of them."""
        self.top = top
        self._files = files
        self.own, self.subfolder = _find_own(env_py, files)

    def find_missing(self, contents: ContentStore) -> list[str]:
        """Return the ids of the contents that are missing here."""
        for path, id_ in self._contents():
            own_file = self._own_path(path)
            if own_file and not contents.has(id_):
                contents.add_file(id_, own_file)
        return [id_ for id_ in dict.fromkeys(id_ for _, id_ in self._contents()) if not contents.has(id_)]

    def compare(self) -> dict[str, Any]:
        """Compare the tree with the command's own folder.

        {"started": where the command starts, "own": `own`, "absent": [path of a file that isn't in `own`], "other":
        [path of a Python file that differs there]}.
        """
        absent, other = [], []
        for path, id_ in self._contents() if self.own else ():
            data = _read(self._own_path(path))
            if data is None:
                absent.append(path)
            elif path.endswith(".py") and not _has_id(data, id_):
                other.append(path)
        return {"started": os.getcwd(), "own": self.own, "absent": absent, "other": other}

    def without_same(self, paths: Iterable[str]) -> list[str]:
        """Return the paths whose file in `own` differs from the tree."""
        ids = dict(self._contents())
        return [path for path in paths if path not in ids or not _has_id(_read(self._own_path(path)) or b"", ids[path])]

    def inside(self, path: str) -> str:
        """Return a path of the tree relative to `own`."""
        return os.path.relpath(path, self.subfolder or ".")

    def make(self, contents: ContentStore) -> None:
        """Write the tree to its folder, with the local settings of the command's own folder."""
        os.makedirs(self.top)
        for path, mode, id_ in self._files:
            target = os.path.join(self.top, path)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            if mode == _SUBMODULE:
                self._link_submodule(path, target)
            elif mode == _LINK:
                os.symlink(os.fsdecode(_read(contents.path(id_)) or b""), target)
            else:
                shutil.copyfile(contents.path(id_), target)
                if mode == _PROGRAM:
                    os.chmod(target, 0o700)
        for folder in {os.path.dirname(path) for path, _, _ in self._files} | {""}:
            for name in _LOCAL_SETTINGS:
                self._copy_settings(os.path.join(folder, name))

    def _contents(self) -> Iterator[tuple[str, str]]:
        """Yield (path, id) of all files and links."""
        return ((path, id_) for path, mode, id_ in self._files if mode != _SUBMODULE)

    def _own_path(self, path: str) -> str:
        """Return the path of a file in the command's own folder, or "" if it can't be there."""
        inside = path if not self.subfolder else path[len(self.subfolder) + 1 :]
        is_there = self.own and (not self.subfolder or path.startswith(f"{self.subfolder}/"))
        return os.path.join(self.own, inside) if is_there else ""

    def _link_submodule(self, path: str, target: str) -> None:
        own_folder = self._own_path(path)
        if own_folder and os.path.isdir(own_folder):
            os.symlink(own_folder, target)

    def _copy_settings(self, path: str) -> None:
        own_file, target = self._own_path(path), os.path.join(self.top, path)
        if own_file and os.path.isfile(own_file) and not os.path.lexists(target):
            with suppress(PermissionError):
                shutil.copyfile(own_file, target)


def _find_own(env_py: str, files: Sequence[Sequence[str]]) -> tuple[str, str]:
    """Return (the command's folder or a folder above it, the corresponding folder of the tree)."""
    current = os.getcwd()
    folders = os.path.dirname(env_py).split("/")
    for number in range(len(folders)):
        subfolder = "/".join(folders[:number])
        if os.path.isfile(os.path.join(current, *folders[number:], os.path.basename(env_py))):
            above = current[: -len(subfolder) - 1] if current.endswith(f"/{subfolder}") else ""
            if subfolder and above and any(_is_beside(path, subfolder, above) for path, _, _ in files):
                return above, ""
            return current, subfolder
    return "", ""


def _is_beside(path: str, subfolder: str, above: str) -> bool:
    return not path.startswith(f"{subfolder}/") and os.path.isfile(os.path.join(above, path))


def _read(path: str) -> bytes | None:
    """Return git's content of a file or a link, or None if there is none."""
    try:
        if os.path.islink(path):
            return os.fsencode(os.readlink(path))
        with open(path, "rb") as stream:
            return stream.read()
    except OSError:
        return None


def _has_id(data: bytes, id_: str) -> bool:
    hashed = sha1 if len(id_) == _SHA1_LENGTH else sha256
    return hashed(b"blob %d\0" % len(data) + data).hexdigest() == id_
