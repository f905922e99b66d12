"""The files of a tree in a folder, for code to be run from: the working tree where that is the same, else a copy."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

from git_alembic.errors import CannotJudge
from git_alembic.git import INDEX, Repository, is_file
from git_alembic.temporary_files import SCRATCH, own_folder

DISK = ":disk:"  # the working tree as it is, staged or not
_LINK = "120000"
_SUBMODULE = "160000"
# What settings are read from and nobody commits: the developer's own, and as good for a copy as for the working tree.
_LOCAL_SETTINGS = (".env", ".flaskenv")


class Place(NamedTuple):
    """A folder that holds a tree, and the working tree that it stands for."""

    top: str
    instead_of: str

    @property
    def is_copy(self) -> bool:
        return self.top != self.instead_of


@contextmanager
def checked_out(repository: Repository, source: str, searched: Sequence[str]) -> Iterator[Place]:
    """A place where the files of INDEX, DISK or a commit are; a copy goes away afterwards.

    `searched` are folders of which every file counts, staged or not: the working tree will not do if they hold others.
    """
    if repository.top is None:
        raise CannotJudge("there is no working tree here, and the project's code has to be run in one")
    if source == DISK:
        yield Place(repository.top, repository.top)
        return
    if source == INDEX and repository.working_tree_matches_index() and not repository.untracked_python_files(searched):
        yield Place(repository.top, repository.top)
        return
    with _folder(repository) as folder:
        write(repository, source, folder)
        yield Place(folder, repository.top)


@contextmanager
def _folder(repository: Repository) -> Iterator[str]:
    """Below the working tree, so that what looks for settings in the folders above finds them, if that can be."""
    home = os.path.join(repository.git_dir, "git-alembic")
    with ExitStack() as exits:
        try:
            os.makedirs(home, exist_ok=True)
            folder = exits.enter_context(own_folder(home, "tree-"))
        except OSError:  # a repository that cannot be written to
            folder = exits.enter_context(own_folder(tempfile.gettempdir(), SCRATCH))
        yield os.path.realpath(folder)


def write(repository: Repository, source: str, folder: str) -> None:
    """Write the files of a tree to an empty folder, byte for byte: no filter is run."""
    top = repository.top or ""
    files = repository.listing(source, ())
    folders = {os.path.dirname(path) for path in files}
    for one in folders:
        os.makedirs(os.path.join(folder, one), exist_ok=True)
    paths: dict[str, list[str]] = {}
    for path, (mode, blob) in files.items():
        if mode == _SUBMODULE:
            _link(os.path.join(top, path), os.path.join(folder, path))
        else:
            paths.setdefault(blob, []).append(path)
    for blob, data in repository.read(paths):
        for path in paths[blob]:
            _put(os.path.join(folder, path), files[path][0], data)
    _copy_settings(top, folder, {"", *folders})


def _copy_settings(top: str, folder: str, folders: Collection[str]) -> None:
    for one in folders:
        for name in _LOCAL_SETTINGS:
            own, copy = os.path.join(top, one, name), os.path.join(folder, one, name)
            if os.path.isfile(own) and not os.path.lexists(copy):
                shutil.copyfile(own, copy)


def _put(place: str, mode: str, data: bytes) -> None:
    if mode == _LINK:
        os.symlink(os.fsdecode(data), place)
        return
    if not is_file(mode):
        return
    with open(place, "wb") as stream:
        stream.write(data)
    if mode == "100755":
        os.chmod(place, 0o755)  # noqa: S103 - as git would


def _link(target: str, place: str) -> None:
    if os.path.isdir(target):
        os.symlink(target, place)
