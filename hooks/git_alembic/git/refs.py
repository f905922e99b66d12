"""What git says of branches, tags and remotes."""

from __future__ import annotations

import os
from collections.abc import Sequence

from git_alembic.errors import CannotJudge
from git_alembic.git.runner import Plumbing


class Refs(Plumbing):
    """Questions about refs."""

    def matching_refs(self, pattern: str) -> list[str]:
        """The full names of the refs that match a glob such as `refs/tags/v*`, sorted."""
        return os.fsdecode(self.run("for-each-ref", "--format=%(refname)", "--", pattern)).splitlines()

    def remote_branches(self, names: Sequence[str]) -> list[tuple[str, str]]:
        """(short name, commit) of the remote-tracking branches that exist; symbolic ones by what they mean."""
        refs = [f"refs/remotes/{name}" for name in names]
        out = self.run("for-each-ref", "--format=%(refname)%00%(symref:lstrip=2)%00%(objectname)", *refs)
        rows = (os.fsdecode(line).split("\0") for line in out.splitlines())
        found = {full: (symbolic or full.removeprefix("refs/remotes/"), commit) for full, symbolic, commit in rows}
        return [found[ref] for ref in refs if ref in found]

    def upstream(self) -> str | None:
        """The upstream of the current branch, as a short name, None where it has none."""
        try:
            return os.fsdecode(self.run("rev-parse", "--abbrev-ref", "--symbolic-full-name", "@{upstream}")).strip()
        except CannotJudge:
            return None

    def has_remote(self) -> bool:
        """Whether any remote-tracking ref exists."""
        return bool(self.run("for-each-ref", "--count=1", "refs/remotes"))

    def full_name(self, name: str) -> str | None:
        """The full name of the ref that a short name means, symbolic refs followed; None where it means none."""
        status, out = self.attempt("rev-parse", "--verify", "--quiet", "--symbolic-full-name", name)
        return None if status else os.fsdecode(out).strip() or None

    def current_branch(self) -> str | None:
        """The short name of the branch that HEAD names, born or not; None where HEAD is detached."""
        status, out = self.attempt("symbolic-ref", "--quiet", "--short", "HEAD")
        return None if status else os.fsdecode(out).strip()

    def push_remote(self) -> str:
        """The remote that a plain `git push` of the current branch goes to."""
        branch = self.current_branch()
        keys = [f"branch.{branch}.pushRemote", "remote.pushDefault", f"branch.{branch}.remote"]
        found = (os.fsdecode(self.attempt("config", "--get", key)[1]).strip() for key in keys)
        return next(filter(None, found), "origin")

    def remotes(self) -> list[str]:
        """The names of the remotes."""
        return os.fsdecode(self.run("remote")).splitlines()

    def branches_with(self, commit: str) -> list[str]:
        """Short names of the branches, local and remote, that hold a commit."""
        out = self.run(
            "for-each-ref", "--format=%(refname:short)", f"--contains={commit}", "refs/heads", "refs/remotes"
        )
        return os.fsdecode(out).splitlines()
