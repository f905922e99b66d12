"""Questions about everything that git still has, with or without a ref. The search for lost revisions uses them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

from git_alembic.errors import CannotJudge
from git_alembic.git import LOG, Entry, Repository
from git_alembic.git.remotes.partial_clone import fetch_missing_blobs, list_missing_blobs
from git_alembic.git.text_encoding import decode

STASH = "stash@{"  # the start of a stash's name
EVERYTHING = ("--all", "--reflog")  # all refs, the HEADs of all worktrees, and their reflogs
_LONGEST = 300  # entries of a reflog
# Override configuration that follows only one file, omits the root commit, or shows merges differently.
_PLAIN = ("-c", "log.follow=false", "-c", "log.showRoot=true", "-c", "log.diffMerges=separate")


class Commit(NamedTuple):
    """The description of a commit in messages. The date is the author date as YYYY-MM-DD."""

    id: str
    short: str
    author: str
    date: str
    subject: str


class PathChange(NamedTuple):
    """What a commit changed at one path, compared with one of its parents."""

    commit: str
    parents: int
    entry: Entry


class NamedCommit(NamedTuple):
    """A commit and a name that the user knows ("main", "origin/main", "stash@{0}", "HEAD of ../other")."""

    name: str
    commit: str


class Worktree(NamedTuple):
    """Another worktree: its top folder, its index file, and its HEAD's commit ("" before the first)."""

    top: str
    index_file: str
    head: str


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
            commit, *others = meta.split(" ")
            parents = len(others)


def list_named_commits(repository: Repository) -> list[NamedCommit]:
    """List HEAD, branches, remote-tracking branches, tags, other refs, stashes and HEADs of other worktrees."""
    head = repository.resolve(["HEAD"])[0]
    out = repository.run("for-each-ref", "--format=%(refname)%00%(refname:short)%00%(symref)%00%(objectname)")
    rows = [decode(line).split("\0") for line in out.splitlines()]
    kinds = ("refs/heads/", "refs/remotes/", "refs/tags/")
    order = {kind: position for position, kind in enumerate(kinds)}
    direct = [row for row in rows if not row[2] and row[0] != "refs/stash"]
    direct.sort(key=lambda row: next((order[kind] for kind in kinds if row[0].startswith(kind)), len(order)))
    others = [NamedCommit(f"HEAD of {tree.top}", tree.head) for tree in list_worktrees(repository) if tree.head]
    own = [NamedCommit("HEAD", head)] if head else []
    refs = [NamedCommit(short, commit) for _, short, _, commit in direct]
    return [*own, *refs, *list_stashes(repository), *others]


def list_stashes(repository: Repository) -> list[NamedCommit]:
    """List the commits of each stash: working tree, index, untracked files."""
    status, out = repository.attempt("log", "--walk-reflogs", *LOG, "--format=%gd %H %P", "refs/stash", "--")
    rows = [line.split(" ") for line in decode(out).splitlines()] if not status else []
    return [NamedCommit(name, commit) for name, own, *parents in rows for commit in (own, *parents[1:])]


def list_checked_out_commits(repository: Repository) -> list[NamedCommit]:
    """List what the reflog of HEAD says was checked out, newest first. Each commit is named by its id."""
    status, out = repository.attempt("log", "--walk-reflogs", *LOG, f"--max-count={_LONGEST}", "--format=%H", "HEAD")
    return [NamedCommit(id_, id_) for id_ in dict.fromkeys(decode(out).split())] if not status else []


def list_worktrees(repository: Repository) -> list[Worktree]:
    """List the other worktrees that exist."""
    out = decode(repository.run("worktree", "list", "--porcelain"))
    found = []
    for block in out.split("\n\n"):
        known = dict(line.partition(" ")[::2] for line in block.splitlines())
        top = known.get("worktree", "")
        folder = _git_dir(top) if top and "bare" not in known else ""
        if folder and os.path.realpath(folder) != os.path.realpath(repository.git_dir):
            head = known.get("HEAD", "")
            found.append(Worktree(top, os.path.join(folder, "index"), head if head.strip("0") else ""))
    return found


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


def find_refs_with_file(
    repository: Repository, commits: Sequence[NamedCommit], paths: Iterable[str]
) -> dict[tuple[str, str], list[str]]:
    """Map each (path, blob id) to the names of the commits that have this file."""
    pairs = [(commit, path) for path in paths if "\n" not in path for commit in commits]
    names = dict.fromkeys(f"{commit.commit}:{path}" for commit, path in pairs)
    lines = repository.run_with_lines(("cat-file", "--batch-check=%(objectname)"), names).splitlines()
    blobs = {name: decode(line) for name, line in zip(names, lines, strict=True)}
    found: dict[tuple[str, str], list[str]] = {}
    for commit, path in pairs:
        found.setdefault((path, blobs[f"{commit.commit}:{path}"]), []).append(commit.name)
    return found


def read_existing_blobs(repository: Repository, ids: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Yield (id, content) of the blobs that exist. A partial or incomplete clone can lack some."""
    blobs = list(dict.fromkeys(ids))
    if repository.is_partial_clone:
        with suppress(CannotJudge):  # treat what the remote can't send as missing
            fetch_missing_blobs(repository, blobs)
        missing = frozenset(list_missing_blobs(repository, blobs))
        return repository.read(blob for blob in blobs if blob not in missing)
    kinds = repository.run_with_lines(("cat-file", "--batch-check=%(objecttype)"), blobs).splitlines()
    return repository.read(id_ for id_, kind in zip(blobs, kinds, strict=True) if kind == b"blob")


def describe_commits(repository: Repository, ids: Iterable[str]) -> dict[str, Commit]:
    """Describe each commit, by id."""
    commits = list(dict.fromkeys(ids))
    if not commits:
        return {}
    layout = "--format=%H%x00%h%x00%an%x00%ad%x00%s"
    command = ("log", "--no-walk=unsorted", "--no-patch", *LOG, "--date=short", layout, "--stdin", "--")
    out = repository.run_with_lines(command, commits)
    found = [Commit(*line.split("\0")) for line in decode(out).split("\n") if line]
    return {commit.id: commit for commit in found}


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
    found = [(row[1], row[2]) for row in rows if len(row) == 3 and row[0] == "unreachable"]
    return [id_ for kind, id_ in found if kind == "commit"], [id_ for kind, id_ in found if kind == "blob"]


def list_index_of(repository: Repository, tree: Worktree, pathspecs: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Yield (path, mode, blob id) of the entries in the index of another worktree."""
    out = repository.run("ls-files", "--stage", "-z", "--", *pathspecs, environ={"GIT_INDEX_FILE": tree.index_file})
    for row in decode(out).split("\0")[:-1]:
        meta, _, path = row.partition("\t")
        mode, blob, _ = meta.split(" ")
        yield path, mode, blob
