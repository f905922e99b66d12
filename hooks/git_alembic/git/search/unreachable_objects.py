"""Finds the commits and blobs that no ref leads to and that git has not pruned yet."""

from __future__ import annotations

from collections.abc import Iterable

from git_alembic.git import Repository
from git_alembic.git.text_encoding import decode


def unreachable_among(repository: Repository, ids: Iterable[str]) -> frozenset[str]:
    """Return the commits that are not reachable from a ref or a HEAD."""
    commits = list(dict.fromkeys(ids))
    if not commits:
        return frozenset()
    unreachable = decode(repository.run_with_lines(("rev-list", "--stdin", "--not", "--all", "--"), commits)).split()
    return frozenset(unreachable).intersection(commits)


def list_unreachable_objects(repository: Repository) -> tuple[list[str], list[str]]:
    """Return the (commits, blobs) that no ref, reflog or index reaches and that git hasn't pruned yet."""
    options = ("--unreachable", "--connectivity-only", "--no-dangling", "--no-progress")
    rows = [line.split() for line in decode(repository.attempt("fsck", *options)[1]).splitlines()]
    objects = [(row[1], row[2]) for row in rows if len(row) == 3 and row[0] == "unreachable"]
    return [id_ for kind, id_ in objects if kind == "commit"], [id_ for kind, id_ in objects if kind == "blob"]
