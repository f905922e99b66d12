"""Lists the commits that have a name: refs, stashes, and what was checked out. Finds those that have a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from git_alembic.git import LOG, Repository
from git_alembic.git.refs import NamedCommit
from git_alembic.git.search.worktrees import list_worktrees
from git_alembic.git.text_encoding import decode

STASH = "stash@{"  # the start of a stash's name


_LONGEST = 300  # entries of a reflog


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
    own_head = [NamedCommit("HEAD", head)] if head else []
    refs = [NamedCommit(short, commit) for _, short, _, commit in direct]
    return [*own_head, *refs, *list_stashes(repository), *others]


def list_stashes(repository: Repository) -> list[NamedCommit]:
    """List the commits of each stash: working tree, index, untracked files."""
    status, out = repository.attempt("log", "--walk-reflogs", *LOG, "--format=%gd %H %P", "refs/stash", "--")
    rows = [line.split(" ") for line in decode(out).splitlines()] if not status else []
    return [NamedCommit(name, commit) for name, stash, *parents in rows for commit in (stash, *parents[1:])]


def list_checked_out_commits(repository: Repository) -> list[NamedCommit]:
    """List what the reflog of HEAD says was checked out, newest first. Each commit is named by its id."""
    status, out = repository.attempt("log", "--walk-reflogs", *LOG, f"--max-count={_LONGEST}", "--format=%H", "HEAD")
    return [NamedCommit(id_, id_) for id_ in dict.fromkeys(decode(out).split())] if not status else []


def find_refs_with_file(
    repository: Repository, commits: Sequence[NamedCommit], paths: Iterable[str]
) -> dict[tuple[str, str], list[str]]:
    """Map each (path, blob id) to the names of the commits that have this file."""
    pairs = [(commit, path) for path in paths if "\n" not in path for commit in commits]
    names = dict.fromkeys(f"{commit.commit}:{path}" for commit, path in pairs)
    lines = repository.run_with_lines(("cat-file", "--batch-check=%(objectname)"), names).splitlines()
    blobs = {name: decode(line) for name, line in zip(names, lines, strict=True)}
    names_of_files: dict[tuple[str, str], list[str]] = {}
    for commit, path in pairs:
        names_of_files.setdefault((path, blobs[f"{commit.commit}:{path}"]), []).append(commit.name)
    return names_of_files
