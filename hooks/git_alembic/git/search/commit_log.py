"""Reads what `git log` says: what commits changed at paths, and descriptions of commits for messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from git_alembic.git import LOG, Entry, Repository
from git_alembic.git.text_encoding import decode

EVERYTHING = ("--all", "--reflog")  # all refs, the HEADs of all worktrees, and their reflogs
# Override configuration that follows only one file, omits the root commit, or shows merges differently.
_PLAIN = ("-c", "log.follow=false", "-c", "log.showRoot=true", "-c", "log.diffMerges=separate")


class PathChange(NamedTuple):
    """What a commit changed at one path, compared with one of its parents."""

    commit: str
    parents: int
    entry: Entry


def list_path_changes(
    repository: Repository, options: Sequence[str], pathspecs: Sequence[str], commits: Sequence[str] = ()
) -> Iterator[PathChange]:
    """Yield what the commits of `git log <options>` changed, newest first, merges against each parent.

    `commits` are more starting points. There can be too many for command-line arguments.
    """
    form = ("-m", "--raw", "-z", "--no-abbrev", "--full-history", "--topo-order", "--format=%H %P")
    command = (*_PLAIN, "log", *LOG, *form, *options, *(("--stdin",) if commits else ()), "--", *pathspecs)
    fields = repository.stream_text(command, commits)
    commit, parents = "", 0
    for field in fields:
        meta = field.lstrip("\n")
        if meta.startswith(":"):
            old_mode, new_mode, old, new, _ = meta[1:].split(" ")
            yield PathChange(commit, parents, Entry(next(fields), old_mode, new_mode, old, new))
        elif meta:
            commit, *others = meta.split()
            parents = len(others)


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
