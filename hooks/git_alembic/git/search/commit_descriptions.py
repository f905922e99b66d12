"""Describes commits for messages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from git_alembic.git import LOG, Repository
from git_alembic.git.text_encoding import decode


class Commit(NamedTuple):
    """The description of a commit in messages. The date is the author date as YYYY-MM-DD."""

    id: str
    short: str
    author: str
    date: str
    subject: str


def describe_commits(repository: Repository, ids: Iterable[str]) -> dict[str, Commit]:
    """Describe each commit, by id."""
    commits = list(dict.fromkeys(ids))
    if not commits:
        return {}
    layout = "--format=%H%x00%h%x00%an%x00%ad%x00%s"
    command = ("log", "--no-walk=unsorted", "--no-patch", *LOG, "--date=short", layout, "--stdin", "--")
    out = repository.run_with_lines(command, commits)
    descriptions = [Commit(*line.split("\0")) for line in decode(out).split("\n") if line]
    return {commit.id: commit for commit in descriptions}
