"""Questions to git about everything that it still has, refs or no refs; for the search of what was lost."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from git_alembic.git import LOG, Entry, Repository

STASH = "stash@{"  # how the names of stashes begin
EVERYTHING = ("--all", "--reflog")  # all refs, the HEADs of all worktrees, and what any of them was
_LONGEST = 300  # entries of a reflog
# The user's configuration may follow one file only, leave out the first commit, or show merges otherwise.
_PLAIN = ("-c", "log.follow=false", "-c", "log.showRoot=true", "-c", "log.diffMerges=separate")


class Commit(NamedTuple):
    """A commit as people know it: full and short id, author's name, author date as YYYY-MM-DD, subject."""

    id: str
    short: str
    author: str
    date: str
    subject: str


class Event(NamedTuple):
    """What a commit did to one path, compared with one of its parents."""

    commit: str
    parents: int
    entry: Entry


class Tip(NamedTuple):
    """What the user knows by a name ("main", "origin/main", "stash@{0}", "HEAD of ../other"), and its commit."""

    name: str
    commit: str


class Worktree(NamedTuple):
    """Another worktree of the repository: its top, the file of its index, the commit of its HEAD ("" before one)."""

    top: str
    index_file: str
    head: str


def events(repository: Repository, revisions: Sequence[str], pathspecs: Sequence[str]) -> Iterator[Event]:
    """What the commits of `git log <revisions>` did to the paths, newest first, merges against each parent."""
    options = ("-m", "--raw", "-z", "--no-abbrev", "--full-history", "--topo-order", "--format=%H %P")
    out = repository.run(*_PLAIN, "log", *LOG, *options, *revisions, "--", *pathspecs)
    fields = iter(os.fsdecode(out).split("\0"))
    commit, parents = "", 0
    for field in fields:
        meta = field.lstrip("\n")
        if meta.startswith(":"):
            old_mode, new_mode, old, new, _ = meta[1:].split(" ")
            yield Event(commit, parents, Entry(next(fields), old_mode, new_mode, old, new))
        elif meta:
            commit, *others = meta.split(" ")
            parents = len(others)


def tips(repository: Repository) -> list[Tip]:
    """HEAD, the branches, remote-tracking branches and tags, all other refs, the stashes, the HEADs of worktrees."""
    head = repository.resolve(["HEAD"])[0]
    out = repository.run("for-each-ref", "--format=%(refname)%00%(refname:short)%00%(symref)%00%(objectname)")
    rows = [os.fsdecode(line).split("\0") for line in out.splitlines()]
    kinds = ("refs/heads/", "refs/remotes/", "refs/tags/")
    order = {kind: at for at, kind in enumerate(kinds)}
    direct = [row for row in rows if not row[2] and row[0] != "refs/stash"]
    direct.sort(key=lambda row: next((at for kind, at in order.items() if row[0].startswith(kind)), len(order)))
    others = [Tip(f"HEAD of {tree.top}", tree.head) for tree in worktrees(repository) if tree.head]
    own = [Tip("HEAD", head)] if head else []
    return [*own, *(Tip(short, commit) for _, short, _, commit in direct), *stashes(repository), *others]


def stashes(repository: Repository) -> list[Tip]:
    """Each stash: what it has of the working tree, of the index, and of untracked files."""
    status, out = repository.attempt("log", "--walk-reflogs", *LOG, "--format=%gd %H %P", "refs/stash", "--")
    rows = [line.split(" ") for line in os.fsdecode(out).splitlines()] if not status else []
    return [Tip(name, commit) for name, own, *parents in rows for commit in (own, *parents[1:])]


def been(repository: Repository) -> list[Tip]:
    """What was checked out here, as the reflog of HEAD knows it, newest first; each is called by its id."""
    status, out = repository.attempt("log", "--walk-reflogs", *LOG, f"--max-count={_LONGEST}", "--format=%H", "HEAD")
    return [Tip(id_, id_) for id_ in dict.fromkeys(os.fsdecode(out).split())] if not status else []


def worktrees(repository: Repository) -> list[Worktree]:
    """The other worktrees that exist."""
    out = os.fsdecode(repository.run("worktree", "list", "--porcelain"))
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
    """The git directory of a worktree; "" where the worktree is gone."""
    place = os.path.join(top, ".git")
    if os.path.isdir(place):
        return place
    try:
        with open(place, encoding="utf-8", errors="surrogateescape") as stream:
            return os.path.join(top, stream.read().removeprefix("gitdir:").strip())
    except OSError:
        return ""


def held(repository: Repository, tips: Sequence[Tip], paths: Iterable[str]) -> dict[tuple[str, str], list[str]]:
    """(path, blob id) -> the names of the tips that have this file."""
    asked = [(tip, path) for path in paths if "\n" not in path for tip in tips]
    names = dict.fromkeys(f"{tip.commit}:{path}" for tip, path in asked)
    lines = repository.feed(("cat-file", "--batch-check=%(objectname)"), names).splitlines()
    blobs = {name: os.fsdecode(line) for name, line in zip(names, lines, strict=True)}
    found: dict[tuple[str, str], list[str]] = {}
    for tip, path in asked:
        found.setdefault((path, blobs[f"{tip.commit}:{path}"]), []).append(tip.name)
    return found


def contents(repository: Repository, ids: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """(id, content) of those of the blobs that are there: a partial clone, or a copy, may lack some."""
    wanted = list(dict.fromkeys(ids))
    kinds = repository.feed(("cat-file", "--batch-check=%(objecttype)"), wanted).splitlines()
    return repository.read(id_ for id_, kind in zip(wanted, kinds, strict=True) if kind == b"blob")


def commits(repository: Repository, ids: Iterable[str]) -> dict[str, Commit]:
    """What is to be said of each commit."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return {}
    layout = "--format=%H%x00%h%x00%an%x00%ad%x00%s"
    out = repository.run("log", "--no-walk=unsorted", "--no-patch", *LOG, "--date=short", layout, *wanted, "--")
    found = [Commit(*line.split("\0")) for line in os.fsdecode(out).split("\n") if line]
    return {commit.id: commit for commit in found}


def unreferenced(repository: Repository, ids: Iterable[str]) -> frozenset[str]:
    """Those of the commits that no ref and no HEAD leads to."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return frozenset()
    lost = os.fsdecode(repository.run("rev-list", *wanted, "--not", "--all", "--")).split()
    return frozenset(lost).intersection(wanted)


def unreachable(repository: Repository) -> tuple[list[str], list[str]]:
    """(commits, blobs) that neither a ref nor a reflog nor an index leads to, and that git has not yet thrown away."""
    options = ("--unreachable", "--connectivity-only", "--no-dangling", "--no-progress")
    rows = [line.split() for line in os.fsdecode(repository.attempt("fsck", *options)[1]).splitlines()]
    found = [(row[1], row[2]) for row in rows if len(row) == 3 and row[0] == "unreachable"]
    return [id_ for kind, id_ in found if kind == "commit"], [id_ for kind, id_ in found if kind == "blob"]


def staged_in(repository: Repository, tree: Worktree, pathspecs: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """(path, mode, blob id) of what the index of another worktree holds."""
    out = repository.run("ls-files", "--stage", "-z", "--", *pathspecs, environ={"GIT_INDEX_FILE": tree.index_file})
    for row in os.fsdecode(out).split("\0")[:-1]:
        meta, _, path = row.partition("\t")
        mode, blob, _ = meta.split(" ")
        yield path, mode, blob
