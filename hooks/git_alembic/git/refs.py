"""Questions about branches, tags and remotes."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from git_alembic.git.commits import LOG
from git_alembic.git.runner import GitRunner
from git_alembic.git.text_encoding import decode


class NamedCommit(NamedTuple):
    """A commit and a name that the user knows ("main", "origin/main", "stash@{0}", "HEAD of ../other")."""

    name: str
    commit: str


class BranchTip(NamedTuple):
    """The last commit of a branch. `ref` is a full name, `time` the commit time in Unix seconds."""

    ref: str
    commit: str
    author: str
    time: int


class RefQueries(GitRunner):
    """The questions about refs, as methods."""

    def matching_refs(self, pattern: str) -> list[str]:
        """List the full names of the refs that match a glob such as `refs/tags/v*`, sorted."""
        return decode(self.run("for-each-ref", "--format=%(refname)", "--", pattern)).splitlines()

    def free_branches(self) -> frozenset[str]:
        """Return the local branches that no worktree has checked out. `git switch` takes only these."""
        out = self.run("for-each-ref", "--format=%(refname)%00%(worktreepath)", "refs/heads")
        rows = (line.split("\0") for line in decode(out).splitlines())
        return frozenset(ref.removeprefix("refs/heads/") for ref, worktree in rows if not worktree)

    def branch_tips(self, patterns: Sequence[str]) -> list[BranchTip]:
        """List the refs under the patterns that name a commit, sorted by name, without symbolic refs."""
        fields = ("refname", "symref", "objecttype", "objectname", "committerdate:unix", "authorname")
        out = self.run("for-each-ref", f"--format={'%00'.join(f'%({field})' for field in fields)}", "--", *patterns)
        rows = (decode(line).split("\0") for line in out.splitlines())
        return [
            BranchTip(ref, commit, author, int(time))
            for ref, symbolic, kind, commit, time, author in rows
            if not symbolic and kind == "commit"
        ]

    def describe_tips(self, commits: Iterable[str]) -> dict[str, BranchTip]:
        """Return each commit as a branch tip, with its id as the name."""
        command = ("log", "--no-walk=unsorted", "--no-patch", *LOG, "--format=%H%x00%an%x00%ct", "--stdin", "--")
        ids = list(dict.fromkeys(commits))
        lines = decode(self.run_with_lines(command, ids)).splitlines() if ids else []
        rows = (line.split("\0") for line in lines)
        return {commit: BranchTip(commit, commit, author, int(time)) for commit, author, time in rows}

    def remote_branches(self, names: Sequence[str]) -> list[NamedCommit]:
        """Return the remote-tracking branches that exist, with short names, and with symbolic refs followed."""
        refs = [f"refs/remotes/{name}" for name in names]
        out = self.run("for-each-ref", "--format=%(refname)%00%(symref:lstrip=2)%00%(objectname)", *refs)
        rows = (decode(line).split("\0") for line in out.splitlines())
        by_ref = {
            full: NamedCommit(symbolic or full.removeprefix("refs/remotes/"), commit) for full, symbolic, commit in rows
        }
        return [by_ref[ref] for ref in refs if ref in by_ref]

    def remote_branches_at(self, commit: str) -> list[str]:
        """Return the short names of the remote-tracking branches whose tip is this commit."""
        out = self.run("for-each-ref", "--format=%(refname:lstrip=2)", f"--points-at={commit}", "refs/remotes")
        return decode(out).splitlines()

    def remote_branches_with(self, commit: str) -> list[str]:
        """Return the short names of the remote-tracking branches that contain a commit."""
        out = self.run(
            "for-each-ref", "--format=%(refname:lstrip=2)%00%(symref)", f"--contains={commit}", "refs/remotes"
        )
        rows = (line.split("\0") for line in decode(out).splitlines())
        return [name for name, symbolic in rows if not symbolic]

    def own_remote_branches(self) -> frozenset[str]:
        """Return the remote-tracking branches of the current branch: those with its name, and its upstream."""
        branch = self.current_branch()
        if branch is None:
            return frozenset()
        upstream = (self.upstream() or "").removeprefix("refs/remotes/")
        return frozenset({upstream, *(f"{remote}/{branch}" for remote in self.remotes())})

    def upstream(self) -> str | None:
        """Return the full name of the current branch's upstream, or None."""
        status, out = self.attempt("rev-parse", "--verify", "--quiet", "--symbolic-full-name", "@{upstream}")
        return None if status else decode(out).strip() or None

    def full_name(self, name: str) -> str | None:
        """Return the full name of a ref, with symbolic refs followed, or None.

        `origin/main` is the remote-tracking branch even if a tag or a local branch has that name.
        """
        for full in (name,) if name.startswith("refs/") else (f"refs/remotes/{name}", name):
            status, out = self.attempt("rev-parse", "--verify", "--quiet", "--symbolic-full-name", full)
            if not status and out.strip():
                return decode(out).strip()
        return None

    def current_branch(self) -> str | None:
        """Return the short name of HEAD's branch, even before its first commit. None if HEAD is detached."""
        status, out = self.attempt("symbolic-ref", "--quiet", "HEAD")  # --short adds "heads/" if a tag has the name
        return None if status else decode(out).strip().removeprefix("refs/heads/")

    def symbolic_refs(self) -> dict[str, str]:
        """Map each symbolic ref to the ref that it points to."""
        out = self.run("for-each-ref", "--format=%(refname)%00%(symref)")
        rows = (decode(line).partition("\0") for line in out.splitlines())
        return {name: target for name, _, target in rows if target}

    def push_remote(self) -> str:
        """Return the remote that a plain `git push` of the current branch uses."""
        branch = self.current_branch()
        keys = [f"branch.{branch}.pushRemote", "remote.pushDefault", f"branch.{branch}.remote"]
        remotes = (decode(self.attempt("config", "--get", key)[1]).strip() for key in keys)
        return next(filter(None, remotes), "origin")

    def alembic_config(self) -> list[tuple[str, str | None]]:
        """List the (key, value) pairs of `git config alembic.…`, without "alembic.". None for a key without a value."""
        return self.start_alembic_config()()

    def start_alembic_config(self) -> Callable[[], list[tuple[str, str | None]]]:
        """Start git now. The returned function waits for the result of `alembic_config`."""
        finish_git = self._start("config", "-z", "--get-regexp", r"^alembic\.", nothing=1)

        def finish() -> list[tuple[str, str | None]]:
            pairs = (entry.partition("\n") for entry in decode(finish_git()).split("\0")[:-1])
            return [(key.removeprefix("alembic."), value if separator else None) for key, separator, value in pairs]

        return finish

    def remotes(self) -> list[str]:
        """List the names of the remotes."""
        return decode(self.run("remote")).splitlines()
