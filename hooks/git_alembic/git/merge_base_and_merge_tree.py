"""Questions about merge bases and about the result of a merge."""

from __future__ import annotations

import os
import shlex
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from git_alembic.git.runner import GitRunner
from git_alembic.git.text_encoding import decode

_SECONDS = 60  # for a merge in a partial clone


class MergeQueries(GitRunner):
    """The questions about merges, as methods."""

    def merge_base(self, first: str, second: str) -> str | None:
        """Return the best common ancestor of two commits, or None if they are unrelated."""
        return decode(self._ask("merge-base", first, second)).split("\n", 1)[0] or None

    def merge_bases(self, tips: Sequence[str], target: str) -> dict[str, str | None]:
        """Map each commit to its merge base with one target, or to None."""
        from git_alembic.git.ahead_behind_counts import Divergences

        divergences = Divergences(self, tips, target)
        return {tip: divergences.merge_base(tip) for tip in tips}

    def is_ancestor(self, ancestor: str, commit: str) -> bool:
        """True if the second commit contains the first."""
        return self.merge_base(ancestor, commit) == ancestor

    def merges_cleanly(self, base: bytes, ours: bytes, theirs: bytes) -> bool:
        """True if git merges three versions of a file without a conflict."""
        with _temporary_files(ours, base, theirs) as paths:
            return self.attempt("merge-file", "--quiet", "-p", *paths)[0] == 0

    def merge_tree(self, ours: str, theirs: str) -> tuple[str, tuple[str, ...]] | None:
        """Return (the tree of git's merge of two commits, the paths with conflicts).

        None if git can't tell: before 2.38, or for unrelated histories.
        """
        # Renormalizing runs the configured clean and smudge filters.
        settings = ("-c", "merge.renormalize=false")
        command = (*settings, "merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", ours, theirs)
        if self.is_partial_clone:  # git fetches the missing files by itself
            from git_alembic.git.remotes.network_commands import run_with_time_limit

            status, out, _ = run_with_time_limit(self, *command, seconds=_SECONDS, environ=self._plain_merges())
        else:
            status, out = self.attempt(*command, environ=self._plain_merges())
        if status not in (0, 1):  # exit code 1 is a merge with conflicts
            return None
        tree, *conflicts = out.split(b"\0")
        return decode(tree), tuple(decode(path) for path in conflicts if path)

    def _plain_merges(self) -> dict[str, str]:
        """Return variables that replace every configured merge driver with git's own merge."""
        _, out = self.attempt("config", "-z", "--name-only", "--get-regexp", r"^merge\..*\.driver$")
        names = decode(out).split("\0")[:-1]
        if not names:
            return {}
        first = int(os.environ.get("GIT_CONFIG_COUNT") or 0)
        variables = {"GIT_CONFIG_COUNT": str(first + len(names))}
        for number, name in enumerate(names, first):
            builtin = f"{shlex.quote(self.program[0])} merge-file --quiet --marker-size=%L %A %O %B"
            variables |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": builtin}
        return variables


@contextmanager
def _temporary_files(*contents: bytes) -> Iterator[list[str]]:
    paths: list[str] = []
    try:
        for content in contents:
            number, path = tempfile.mkstemp(prefix="git-alembic-merge-")
            paths.append(path)
            with open(number, "wb") as stream:
                stream.write(content)
        yield paths
    finally:
        for path in paths:
            os.unlink(path)
