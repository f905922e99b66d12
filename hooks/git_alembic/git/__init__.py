"""The only package that runs git: small named questions, answered by git's plumbing through GitPython.

In: names, paths and full ids. Out: values, or CannotCheck. Paths are relative to the top of the tree and use "/"; bytes
that aren't UTF-8 become surrogates. It knows no Alembic, but reads git-alembic's own settings, `git config alembic.…`.
Nothing here writes to the working tree. Only `fetch_all` moves refs: the remote-tracking branches. Only the methods
named `stage…` write to the repository's index.
Other packages import `ahead_behind_counts`, `commit_dates`, `commits`, `pager_setting`, `push_hook_input`, `refs`,
`remotes.last_fetch_time`, `remotes.partial_clone`, `remotes.push_target_freshness`,
`remotes.remote_branches_and_fetches`, `remotes.remote_has_commit`, `search.commit_log`, `search.refs_and_stashes`,
`search.unreachable_objects`, `search.worktrees` and `trees`.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from git_alembic.git.commits import LOG, CommitQueries
from git_alembic.git.merge_base_and_merge_tree import MergeQueries
from git_alembic.git.refs import RefQueries
from git_alembic.git.runner import open_temporary_file
from git_alembic.git.text_encoding import decode, encode
from git_alembic.git.trees import INDEX, LINK, NOTHING, Entry, TreeQueries, is_file, is_link

__all__ = ["INDEX", "LINK", "LOG", "NOTHING", "Entry", "Repository", "escape_glob", "is_file", "is_link"]


class Repository(CommitQueries, MergeQueries, RefQueries, TreeQueries):
    """All questions to git, including those about the working tree, the hooks and the index."""

    def hooks_folder(self) -> str:
        """Return the folder from which git runs hooks: `core.hooksPath`, else `hooks` of the common git directory."""
        folder = os.fsdecode(self.run("rev-parse", "--git-path", "hooks")).removesuffix("\n")
        return os.path.normpath(os.path.join(self.top or self.git_dir, folder))

    def working_tree_matches_index(self) -> bool:
        """True if all tracked files are the same as in the index. A sparse checkout never matches."""
        status, _ = self.attempt("diff", "--quiet", "--no-ext-diff", "--no-textconv", "--ignore-submodules=all")
        sparse = decode(self.attempt("config", "--get", "core.sparseCheckout")[1]).strip()
        return status == 0 and sparse != "true"

    def untracked_python_files(self, folders: Sequence[str]) -> list[str]:
        """List the Python files in the folders that are not in the index, including ignored files."""
        specs = [f":(glob){folder}/**/*.py" if folder else ":(glob)**/*.py" for folder in map(escape_glob, folders)]
        return decode(self.run("ls-files", "--others", "-z", "--", *specs)).split("\0")[:-1] if specs else []

    def ignored_paths(self, paths: Sequence[str]) -> frozenset[str]:
        """Return the paths that `.gitignore` and similar files exclude."""
        with open_temporary_file() as stream:
            stream.write(b"\0".join(map(encode, paths)) + b"\0")
            stream.seek(0)
            _, out = self.attempt("check-ignore", "--stdin", "-z", "--no-index", istream=stream)
        return frozenset(decode(out).split("\0")[:-1])

    def smudged_content(self, blob: str, path: str) -> bytes:
        """Return what `git checkout` would write for a blob at a path."""
        return self.run("cat-file", "--filters", f"--path={path}", blob)

    def hash_after_clean(self, path: str) -> str:
        """Return the id of the blob that `git add` would make from a file of the working tree."""
        with open(os.path.join(self.top or "", path), "rb") as stream:
            return decode(self.run("hash-object", "--stdin", f"--path={path}", istream=stream)).strip()

    def stage(self, paths: Sequence[str], executable: Sequence[str] = ()) -> None:
        """Copy these paths from the working tree to the index. Remove those that the working tree lacks.

        `executable` paths get the executable bit, because git ignores the file system's bit with `core.fileMode =
        false`.
        """
        self.run("add", "--all", "--force", "--", *(f":(literal){path}" for path in paths))
        if executable:
            self.run("update-index", "--chmod=+x", "--", *executable)

    def stage_unmerged(self, stages: Sequence[str]) -> None:
        """Restore an unresolved conflict of paths, from the output of `unmerged_stages`."""
        paths = dict.fromkeys(stage.partition("\t")[2] for stage in stages)
        removals = [f"0 {'0' * len(self.empty_tree)}\t{path}" for path in paths]
        with open_temporary_file() as stream:
            stream.write(b"".join(encode(line) + b"\0" for line in (*removals, *stages)))
            stream.seek(0)
            self.run("update-index", "-z", "--index-info", istream=stream)

    def write_blob(self, data: bytes) -> str:
        """Add content to the object database and return its id."""
        with open_temporary_file() as stream:
            stream.write(data)
            stream.seek(0)
            return decode(self.run("hash-object", "-w", "--stdin", istream=stream)).strip()

    def at_index(self, path: str) -> Repository:
        """Return the same repository with another index."""
        other = Repository(self.top or self.git_dir)
        other._git.update_environment(GIT_INDEX_FILE=path)
        return other

    def write_index(self, path: str, tree: str) -> None:
        """Write a new index file with the content of a tree. The repository's own index stays as it is."""
        self.run("read-tree", tree, environ={"GIT_INDEX_FILE": path})

    def stage_blob(self, path: str, mode: str, blob: str) -> None:
        """Put exactly this blob at a path of the index."""
        self.run("update-index", "--add", "--cacheinfo", mode, blob, path)


def escape_glob(path: str) -> str:
    """Return a glob that matches only this path."""
    return "".join(f"\\{letter}" if letter in "*?[\\" else letter for letter in path)
