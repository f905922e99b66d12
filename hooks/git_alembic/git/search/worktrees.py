"""Lists the other worktrees of a repository, and the content of their indexes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from git_alembic.git import Repository
from git_alembic.git.text_encoding import decode


class Worktree(NamedTuple):
    """Another worktree: its top folder, its index file, and its HEAD's commit ("" before the first)."""

    top: str
    index_file: str
    head: str


def list_worktrees(repository: Repository) -> list[Worktree]:
    """List the other worktrees that exist."""
    out = decode(repository.run("worktree", "list", "--porcelain"))
    worktrees = []
    for block in out.split("\n\n"):
        attributes = dict(line.partition(" ")[::2] for line in block.splitlines())
        top = attributes.get("worktree", "")
        folder = _git_dir(top) if top and "bare" not in attributes else ""
        if folder and os.path.realpath(folder) != os.path.realpath(repository.git_dir):
            head = attributes.get("HEAD", "")
            worktrees.append(Worktree(top, os.path.join(folder, "index"), head if head.strip("0") else ""))
    return worktrees


def _git_dir(top: str) -> str:
    """Return the git directory of a worktree, or "" if the worktree is gone."""
    path = os.path.join(top, ".git")
    if os.path.isdir(path):
        return path
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as stream:
            return os.path.join(top, stream.read().removeprefix("gitdir:").strip())
    except OSError:
        return ""


def list_index_of(repository: Repository, tree: Worktree, pathspecs: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Yield (path, mode, blob id) of the entries in the index of another worktree."""
    out = repository.run("ls-files", "--stage", "-z", "--", *pathspecs, environ={"GIT_INDEX_FILE": tree.index_file})
    for row in decode(out).split("\0")[:-1]:
        meta, _, path = row.partition("\t")
        mode, blob, _ = meta.split(" ")
        yield path, mode, blob
