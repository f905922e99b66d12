"""Questions about commits and their history."""

import os
import posixpath
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from git_alembic.errors import CannotCheck
from git_alembic.git.runner import GitRunner
from git_alembic.git.text_encoding import decode

# `git log` reads settings that plumbing commands ignore.
LOG = ("--encoding=UTF-8", "--no-show-signature", "--no-ext-diff", "--no-textconv", "--no-renames")


_LONGEST_REFLOG = 300  # entries
_NAME = re.compile(r"'([^']+)'")  # in "Merge branch 'topic'" and "Merge branches 'a' and 'b'"
_FEW_PATHS = 10  # For so few paths, one search per path is faster than a walk through all commits.
_MOST_PATHS = 100  # in one command line


class FirstParent(NamedTuple):
    """The first parent of a commit (None for a root), and the commit's time in Unix seconds."""

    parent: str | None
    time: int


class CommitQueries(GitRunner):
    """The questions about commits, as methods."""

    def resolve(self, names: Sequence[str]) -> list[str | None]:
        """Return the commit of each name, or None if there is none or its object is missing."""
        return [self._resolve(name) if "\n" not in name and not name.startswith("-") else None for name in names]

    def _resolve(self, name: str) -> str | None:
        """Resolve a name. Prefer the remote-tracking branch `origin/main` to a tag or a local branch with that name."""
        names = (f"refs/remotes/{name}", name) if "/" in name and not name.startswith("refs/") else (name,)
        answers = (self._objects.read_object(f"{full}^{{commit}}") for full in names)
        return next((answer[0] for answer in answers if answer), None)

    def commit(self, name: str) -> str:
        """Return the commit that `name` refers to. Raise CannotCheck if there is none."""
        commit = self.resolve([name])[0]
        if commit is not None:
            return commit
        if self.is_shallow():
            raise CannotCheck(
                f"{name} isn't a commit in this repository, which is a shallow clone without the old commits "
                "(run `git fetch --unshallow`, or set `fetch-depth: 0` in a workflow)"
            )
        raise CannotCheck(f"{name} isn't a commit in this repository")

    def has_commit(self) -> bool:
        """True if HEAD names a commit, even one whose object is missing. False before the first commit."""
        return not self.attempt("rev-parse", "--verify", "--quiet", "HEAD")[0]

    def is_shallow(self) -> bool:
        return os.path.exists(os.path.join(self.common_dir, "shallow"))

    def merge_parents(self) -> list[str]:
        """List the commits that the merge in progress brings in; [] if there is no merge."""
        try:
            with open(os.path.join(self.git_dir, "MERGE_HEAD"), encoding="ascii") as stream:
                return stream.read().split()
        except FileNotFoundError:
            # During pre-merge-commit there is no MERGE_HEAD yet. git names the other parents in GITHEAD_<id>.
            return sorted(name[8:] for name in os.environ if name.startswith("GITHEAD_"))

    def merge_parent_names(self, parents: Sequence[str]) -> list[str]:
        """Name the commits that the merge in progress brings in, from git's merge message or by a branch."""
        try:
            with open(os.path.join(self.git_dir, "MERGE_MSG"), encoding="utf-8", errors="replace") as stream:
                merged_names = _NAME.findall(stream.readline())
        except FileNotFoundError:
            merged_names = []
        names = {commit: name for name, commit in zip(merged_names, self.resolve(merged_names), strict=True) if commit}
        return [os.environ.get(f"GITHEAD_{other}") or names.get(other) or self._branch_at(other) for other in parents]

    def _branch_at(self, commit: str) -> str:
        options = ("--format=%(refname:lstrip=2)", f"--points-at={commit}")
        out = self.run("for-each-ref", *options, "refs/heads", "refs/remotes")
        return next(iter(decode(out).splitlines()), "MERGE_HEAD")

    def describe_addition(self, commit: str, path: str) -> tuple[str, str, str]:
        """Return (short id, author, author date) of the newest commit up to `commit` that added a path."""
        out = self.run("log", "-1", *LOG, "--diff-filter=A", "--format=%H", commit, "--", f":(literal){path}")
        return self.describe(decode(out).strip() or commit)

    def last_addition(self, tips: Sequence[str], path: str) -> str | None:
        """Return the newest commit up to the tips that added a path, or None."""
        out = self.run("log", "-1", *LOG, "--diff-filter=A", "--format=%H", *tips, "--", f":(literal){path}")
        return decode(out).strip() or None

    def last_additions(self, tips: Sequence[str], paths: Sequence[str]) -> dict[str, str]:
        """Map each path to `last_addition`. Paths that no commit added are left out."""
        if len(paths) <= _FEW_PATHS:
            commits = {path: self.last_addition(tips, path) for path in paths}
            return {path: commit for path, commit in commits.items() if commit}
        options = ("--diff-filter=A", "--name-only", "-z", "--format=%x01%H")
        log = decode(self.run("log", *LOG, *options, *tips, "--", *_specs(paths)))
        added: dict[str, str] = {}
        for commit in log.split("\1")[1:]:
            id_, *names = commit.split("\0")
            for name in names:
                added.setdefault(name.strip("\n"), id_.strip("\n"))
        return {path: added[path] for path in paths if path in added}

    def order_of_addition(self, tip: str, paths: Sequence[str]) -> list[str]:
        """List the given paths that commits up to `tip` added, in the order in which its first parents got them.

        Paths of one merge are in the order of the commits that added them.
        """
        if not paths or self.resolve([tip])[0] is None:
            return []
        brought, added = (self._positions(tip, paths, *flags) for flags in (("--first-parent", "-m"), ()))
        added_paths = brought.keys() & set(paths)
        return sorted(added_paths, key=lambda path: (brought[path], added.get(path, -1), path))

    def _positions(self, tip: str, paths: Sequence[str], *flags: str) -> dict[str, int]:
        """Map each path to the position of its first addition, counted from the oldest commit."""
        options = ("--topo-order", "--reverse", "--diff-filter=A", "--name-only", "-z", "--format=%x01")
        log = self.run("log", *LOG, *options, *flags, tip, "--", *_specs(paths))
        positions: dict[str, int] = {}
        for position, commit in enumerate(decode(log).split("\1")):
            for path in filter(None, (name.strip("\n") for name in commit.split("\0"))):
                positions.setdefault(path, position)
        return positions

    def list_deletions(self, commit: str, folders: Sequence[str]) -> list[tuple[str, str]]:
        """List (path, blob id) of the Python files that a commit up to `commit` deleted from folders."""
        return self._list_files(("-m", "--diff-filter=D", commit), folders, side=2)

    def list_dropped_additions(self, ref: str, commit: str, folders: Sequence[str]) -> list[tuple[str, str]]:
        """List (path, blob id) of the Python files that a remote branch had before it was forced back to `commit`."""
        full = decode(self.attempt("rev-parse", "--symbolic-full-name", ref, "--")[1]).split("\n")[0]
        if not full.startswith("refs/remotes/"):
            return []  # a local branch is also moved by `git commit --amend`
        most = f"--max-count={_LONGEST_REFLOG}"
        out = decode(self.attempt("log", "--walk-reflogs", *LOG, most, "--format=%H", full, "--")[1])
        former = [tip for tip in dict.fromkeys(out.split()) if tip != commit]
        return self._list_files(("--diff-filter=A", *former, f"^{commit}"), folders, side=3) if former else []

    def _list_files(self, options: Sequence[str], folders: Sequence[str], *, side: int) -> list[tuple[str, str]]:
        """List (path, blob id) of the Python files in a log; `side` is 2 for the old blob, 3 for the new."""
        specs = [f":(literal){folder}" for folder in folders if folder]
        output_options = ("--raw", "-z", "--no-abbrev", "--format=")
        fields = decode(self.run("log", *LOG, *output_options, *options, "--", *specs)).split("\0")
        files: dict[tuple[str, str], None] = {}
        for meta, path in zip(fields[::2], fields[1::2], strict=False):
            if path.endswith(".py"):
                files[path, meta.split(" ")[side]] = None
        return list(files)

    def commit_message(self, commit: str) -> str:
        """Return the whole message of a commit."""
        return decode(self.run("log", "-1", *LOG, "--format=%B", commit, "--"))

    def subjects(self, commits: Iterable[str]) -> dict[str, str]:
        """Return the subject of each commit."""
        command = ("log", "--no-walk=unsorted", "--stdin", *LOG, "-z", "--format=%H%x00%s")
        ids = list(dict.fromkeys(commits))
        fields = decode(self.run_with_lines(command, ids)).split("\0") if ids else []
        return dict(zip(fields[::2], fields[1::2], strict=False))

    def describe(self, commit: str) -> tuple[str, str, str]:
        """Return (short id, author, author date as YYYY-MM-DD) of a commit."""
        out = self.run("log", "-1", *LOG, "--date=short", "--format=%h%x00%an%x00%ad", commit, "--")
        short, author, date = decode(out).strip().split("\0")
        return short, author, date

    def list_commits(self, revisions: Sequence[str]) -> list[tuple[str, tuple[str, ...], int, bool]]:
        """Return (id, parents, commit time in Unix seconds, is boundary) like `git rev-list`, parents first."""
        out = self.run(
            "rev-list", "--topo-order", "--reverse", "--boundary", "--parents", "--timestamp", *revisions, "--"
        )
        rows = (line.split(" ") for line in out.decode("ascii").splitlines())
        return [(row[1].lstrip("-"), tuple(row[2:]), int(row[0]), row[1].startswith("-")) for row in rows]

    def first_parent_line(self, commit: str) -> list[str]:
        """List the ids from a commit back along first parents, newest first."""
        return decode(self.run("rev-list", "--first-parent", commit, "--")).split()

    def first_parents(self, tips: Sequence[str], target: str) -> dict[str, FirstParent]:
        """Map each commit that is on the first-parent line of a tip and not on the target to its first parent."""
        command = ("rev-list", "--first-parent", "--parents", "--timestamp", "--stdin")
        lines = decode(self.run_with_lines(command, [*tips, f"^{target}"])).splitlines() if tips else []
        rows = (line.split(" ") for line in lines)
        return {row[1]: FirstParent(row[2] if len(row) > 2 else None, int(row[0])) for row in rows}


def _specs(paths: Sequence[str]) -> list[str]:
    """Return pathspecs of the paths, or of their folders if there are too many paths for a command line."""
    names = paths if len(paths) <= _MOST_PATHS else sorted({posixpath.dirname(path) for path in paths})
    return [] if "" in names else [f":(literal){name}" for name in names]
