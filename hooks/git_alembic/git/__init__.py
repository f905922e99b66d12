"""The only package that talks to git: small named questions, answered by git's plumbing through GitPython.

Paths are relative to the top of the tree, "/"-separated; bytes that are not UTF-8 are kept as surrogates. Ids are full.
Nothing here writes to the working tree or a ref, and what is called `stage` alone to the index.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from git_alembic.git.commits import LOG, Commits
from git_alembic.git.refs import Refs
from git_alembic.git.runner import temporary
from git_alembic.git.trees import INDEX, NOTHING, Entry, Trees, is_file

__all__ = ["INDEX", "LOG", "NOTHING", "Entry", "Repository", "glob_escaped", "is_file"]


class Repository(Commits, Refs, Trees):
    """All questions, and what a repository has outside of its objects: the working tree, the hooks, the index."""

    def hooks_folder(self) -> str:
        """The folder that git runs hooks from: `core.hooksPath`, or `hooks` of the common git directory."""
        found = os.fsdecode(self.run("rev-parse", "--git-path", "hooks")).removesuffix("\n")
        return os.path.normpath(os.path.join(self.top or self.git_dir, found))

    def tree_is_index(self) -> bool:
        """Whether the working tree holds what the index holds, in all files; not where some are left out of it."""
        status, _ = self.attempt("diff", "--quiet", "--no-ext-diff", "--no-textconv", "--ignore-submodules=all")
        sparse = os.fsdecode(self.attempt("config", "--get", "core.sparseCheckout")[1]).strip()
        return status == 0 and sparse != "true"

    def untracked(self, folders: Sequence[str]) -> list[str]:
        """The Python files below the folders that the index has not, ignored ones among them."""
        specs = [f":(glob){folder}/**/*.py" if folder else ":(glob)**/*.py" for folder in map(glob_escaped, folders)]
        return os.fsdecode(self.run("ls-files", "--others", "-z", "--", *specs)).split("\0")[:-1] if specs else []

    def ignored(self, paths: Sequence[str]) -> frozenset[str]:
        """Those of the paths that `.gitignore` and its like leave out."""
        with temporary() as stream:
            stream.write(b"\0".join(map(os.fsencode, paths)) + b"\0")
            stream.seek(0)
            _, out = self.attempt("check-ignore", "--stdin", "-z", "--no-index", istream=stream)
        return frozenset(os.fsdecode(out).split("\0")[:-1])

    def checked_out(self, blob: str, path: str) -> bytes:
        """What `git checkout` would write for a blob at a path."""
        return self.run("cat-file", "--filters", f"--path={path}", blob)

    def taken_in(self, path: str) -> str:
        """The id of the blob that `git add` would make of the file at a path of the working tree."""
        with open(os.path.join(self.top or "", path), "rb") as stream:
            return os.fsdecode(self.run("hash-object", "--stdin", f"--path={path}", istream=stream)).strip()

    def stage(self, paths: Sequence[str], executable: Sequence[str] = ()) -> None:
        """Make the index hold these paths, and no others, as the working tree has them; gone ones go from it too.

        Some are `executable` whatever the file system says, which under `core.fileMode = false` is not asked.
        """
        self.run("add", "--all", "--", *(f":(literal){path}" for path in paths))
        if executable:
            self.run("update-index", "--chmod=+x", "--", *executable)

    def stage_blob(self, path: str, mode: str, blob: str) -> None:
        """Make the index hold this very blob at a path, which it does not hold yet."""
        self.run("update-index", "--add", "--cacheinfo", mode, blob, path)


def glob_escaped(path: str) -> str:
    """A path as a pattern that means it."""
    return "".join(f"\\{one}" if one in "*?[\\" else one for one in path)
