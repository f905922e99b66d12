"""Provides a tree as a folder that code can run in: the working tree if it is the same, else a copy."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import NamedTuple

from git_alembic.errors import CannotCheck
from git_alembic.git import INDEX, Repository, is_file, is_link
from git_alembic.git.trees import EXECUTABLE, SUBMODULE
from git_alembic.temporary_files import SCRATCH, private_folder

WORKING_TREE = ":working tree:"  # the working tree as it is, staged or not
# Local settings are never committed, but a copy needs them just like the working tree.
_LOCAL_SETTINGS = (".env", ".flaskenv")


class Checkout(NamedTuple):
    """A folder with a tree, and the working tree that it replaces. Both are the same if it isn't a copy."""

    top: str
    working_tree: str


@contextmanager
def check_out(repository: Repository, source: str, searched: Sequence[str]) -> Iterator[Checkout]:
    """Provide the files of INDEX, WORKING_TREE or a commit. If they are a copy, remove it at the end.

    In the `searched` folders every file counts. If one is untracked, the working tree does not match the index.
    """
    if repository.top is None:
        raise CannotCheck("there is no working tree here, and the project's code needs one to run")
    if source == WORKING_TREE:
        yield Checkout(repository.top, repository.top)
        return
    if source == INDEX and repository.working_tree_matches_index() and not repository.untracked_python_files(searched):
        yield Checkout(repository.top, repository.top)
        return
    with _folder(repository) as parent:
        # Some projects name their database after the folder.
        folder = os.path.join(parent, os.path.basename(repository.top))
        os.mkdir(folder)
        write(repository, source, folder)
        _link_git_folder(repository, source, folder, os.path.join(parent, "git"))
        yield Checkout(folder, repository.top)


@contextmanager
def _folder(repository: Repository) -> Iterator[str]:
    """Make a folder below the working tree if possible, so that code finds settings in the folders above."""
    home = os.path.join(repository.git_dir, "git-alembic")
    with ExitStack() as exits:
        try:
            os.makedirs(home, exist_ok=True)
            folder = exits.enter_context(private_folder(home, "tree-"))
        except OSError:  # the repository is read-only
            folder = exits.enter_context(private_folder(tempfile.gettempdir(), SCRATCH))
        yield os.path.realpath(folder)


def write(repository: Repository, source: str, folder: str) -> None:
    """Write the files of a tree to an empty folder, byte for byte, without git's filters."""
    top = repository.top or ""
    files = repository.listing(source, ())
    folders = {os.path.dirname(path) for path in files}
    for subfolder in folders:
        os.makedirs(os.path.join(folder, subfolder), exist_ok=True)
    paths: dict[str, list[str]] = {}
    for path, (mode, blob) in files.items():
        if mode == SUBMODULE:
            _link_submodule(os.path.join(top, path), os.path.join(folder, path))
        else:
            paths.setdefault(blob, []).append(path)
    for blob, data in repository.read(paths):
        for path in paths[blob]:
            _write_file(os.path.join(folder, path), files[path][0], data)
    _copy_settings(top, folder, {"", *folders})


def _link_git_folder(repository: Repository, source: str, folder: str, git_folder: str) -> None:
    """Make the copy a linked worktree, so that the project's code can use git (`git describe --dirty`).

    It has its own index, and git's list of worktrees doesn't contain it.
    """
    index = os.path.join(git_folder, "index")
    with suppress(OSError, CannotCheck):  # then git behaves as in any other folder
        os.mkdir(git_folder)
        shutil.copyfile(os.path.join(repository.git_dir, "HEAD"), os.path.join(git_folder, "HEAD"))
        for path, text in (
            (os.path.join(git_folder, "commondir"), os.path.abspath(repository.common_dir)),
            (os.path.join(git_folder, "gitdir"), os.path.join(folder, ".git")),
            (os.path.join(folder, ".git"), f"gitdir: {git_folder}"),
        ):
            with open(path, "x", encoding="utf-8") as stream:
                stream.write(f"{text}\n")
        if source == INDEX:
            named = os.environ.get("GIT_INDEX_FILE") or os.path.join(repository.git_dir, "index")
            shutil.copyfile(os.path.join(repository.top or "", named), index)
        else:
            repository.write_index(index, source)


def _copy_settings(top: str, folder: str, folders: Collection[str]) -> None:
    for subfolder in folders:
        for name in _LOCAL_SETTINGS:
            own, copy = os.path.join(top, subfolder, name), os.path.join(folder, subfolder, name)
            if os.path.isfile(own) and not os.path.lexists(copy):
                shutil.copyfile(own, copy)


def _write_file(path: str, mode: str, data: bytes) -> None:
    if is_link(mode):
        os.symlink(os.fsdecode(data), path)
        return
    if not is_file(mode):
        return
    with open(path, "wb") as stream:
        stream.write(data)
    if mode == EXECUTABLE:
        os.chmod(path, 0o755)  # noqa: S103 - the mode that git uses


def _link_submodule(target: str, path: str) -> None:
    if os.path.isdir(target):
        os.symlink(target, path)
