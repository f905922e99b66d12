"""What git says of commits and their history."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence

from git_alembic.errors import CannotJudge
from git_alembic.git.runner import Plumbing

# `git log` reads settings that plumbing does not.
LOG = ("--encoding=UTF-8", "--no-show-signature", "--no-ext-diff", "--no-textconv", "--no-renames")


class Commits(Plumbing):
    """Questions about commits."""

    def resolve(self, names: Sequence[str]) -> list[str | None]:
        """The commit of each name, None where there is none (or its object is missing)."""
        asked = [name if "\n" not in name and not name.startswith("-") else "" for name in names]
        answers = [self._objects.get(f"{name}^{{commit}}") for name in asked]
        return [answer and answer[0] for answer in answers]

    def commit(self, name: str) -> str:
        """The commit that `name` means; raises CannotJudge with the reason where it means none."""
        found = self.resolve([name])[0]
        if found is not None:
            return found
        if self.is_shallow():
            raise CannotJudge(
                f"{name} is no commit of this repository, which is a shallow clone: its history was cut off "
                "(`git fetch --unshallow`, or `fetch-depth: 0` in a workflow)"
            )
        raise CannotJudge(f"{name} is no commit of this repository")

    def has_commit(self) -> bool:
        """Whether HEAD names a commit, be its object here or not: it does not before the first one."""
        return not self.attempt("rev-parse", "--verify", "--quiet", "HEAD")[0]

    def is_shallow(self) -> bool:
        """Whether the history has been cut off."""
        return os.path.exists(os.path.join(self.common_dir, "shallow"))

    def merge_parents(self) -> list[str]:
        """The commits that the merge under way brings in, [] where none is."""
        try:
            with open(os.path.join(self.git_dir, "MERGE_HEAD"), encoding="ascii") as stream:
                return stream.read().split()
        except FileNotFoundError:
            # Inside pre-merge-commit there is no MERGE_HEAD yet; git names the others in GITHEAD_<id>.
            return sorted(name[8:] for name in os.environ if name.startswith("GITHEAD_"))

    def merge_base(self, one: str, other: str) -> str | None:
        """The best common ancestor of two commits, None where they are unrelated."""
        try:
            return os.fsdecode(self.run("merge-base", one, other)).split("\n", 1)[0] or None
        except CannotJudge:
            return None

    def merge_tree(self, one: str, other: str) -> tuple[str, tuple[str, ...]] | None:
        """(the tree that git's merge of two commits would give, the paths with conflicts in it).

        None where git cannot say: before 2.38, or for unrelated histories.
        """
        command = ("merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", one, other)
        status, out = self.attempt(*command, environ=self._plain_merges())
        if status not in (0, 1):  # 1 is a merge with conflicts
            return None
        tree, *conflicts = out.split(b"\0")
        return os.fsdecode(tree), tuple(os.fsdecode(path) for path in conflicts if path)

    def _plain_merges(self) -> dict[str, str]:
        """The variables with which a merge runs no program of the configuration, but merges as git itself does."""
        _, out = self.attempt("config", "-z", "--name-only", "--get-regexp", r"^merge\..*\.driver$")
        names = os.fsdecode(out).split("\0")[:-1]
        if not names:
            return {}
        first = int(os.environ.get("GIT_CONFIG_COUNT") or 0)
        found = {"GIT_CONFIG_COUNT": str(first + len(names))}
        for at, name in enumerate(names, first):
            own = f"{shlex.quote(self.program[0])} merge-file --quiet --marker-size=%L %A %O %B"
            found |= {f"GIT_CONFIG_KEY_{at}": name, f"GIT_CONFIG_VALUE_{at}": own}
        return found

    def is_ancestor(self, one: str, other: str) -> bool:
        """Whether the second commit builds on the first."""
        return self.merge_base(one, other) == one

    def brought(self, commit: str, path: str) -> tuple[str, str, str]:
        """(short id, author's name, author date) of the newest commit up to `commit` that added a path."""
        found = self.run("log", "-1", *LOG, "--diff-filter=A", "--format=%H", commit, "--", f":(literal){path}")
        return self.describe(os.fsdecode(found).strip() or commit)

    def describe(self, commit: str) -> tuple[str, str, str]:
        """(short id, author's name, author date as YYYY-MM-DD) of a commit."""
        out = self.run("log", "-1", *LOG, "--date=short", "--format=%h%x00%an%x00%ad", commit, "--")
        short, author, date = os.fsdecode(out).strip().split("\0")
        return short, author, date

    def commits(self, revisions: Sequence[str]) -> list[tuple[str, tuple[str, ...], int, bool]]:
        """(id, parents, commit time in Unix seconds, is boundary) of `git rev-list`, parents first."""
        out = self.run(
            "rev-list", "--topo-order", "--reverse", "--boundary", "--parents", "--timestamp", *revisions, "--"
        )
        rows = (line.split(" ") for line in out.decode("ascii").splitlines())
        return [(row[1].lstrip("-"), tuple(row[2:]), int(row[0]), row[1].startswith("-")) for row in rows]

    def first_parent_line(self, commit: str) -> list[str]:
        """The ids from a commit back along first parents, newest first."""
        return os.fsdecode(self.run("rev-list", "--first-parent", commit, "--")).split()

    def time(self, commit: str) -> int:
        """When a commit was made, in Unix seconds."""
        return int(self.run("log", "-1", *LOG, "--format=%ct", commit, "--"))

    def last_before(self, commit: str, time: int) -> str | None:
        """The newest commit on a line of first parents that was made before a time, None where all are newer."""
        out = self.run("rev-list", "--first-parent", "--max-count=1", f"--min-age={time}", commit, "--")
        return os.fsdecode(out).strip() or None
