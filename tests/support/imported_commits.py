"""Makes the commits of a whole repository with one process, `git fast-import`."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from tests.support.project import Project

START = 1_767_323_045  # the time of the first commit; each later one comes a minute after


class ImportedCommit(NamedTuple):
    """The next commit of a branch. A file with None is deleted. `parents` are branches; without any, it is the last."""

    branch: str
    files: Mapping[str, str | bytes | None] = {}
    parents: tuple[str, ...] = ()
    message: str = ""


def import_commits(path: Path, commits: Iterable[ImportedCommit]) -> Project:
    """Make a repository without a checkout. Branches are full refs, or names of local branches."""
    project = Project(path)
    path.mkdir()
    project.init()
    stream = b"".join(_commit(number, commit) for number, commit in enumerate(commits))
    subprocess.run(["git", "fast-import", "--quiet"], cwd=path, input=stream, check=True)
    return project


def _commit(number: int, commit: ImportedCommit) -> bytes:
    message = commit.message or commit.branch
    lines = [
        f"commit {_full(commit.branch)}",
        f"committer Ada <ada@example.org> {START + 60 * number} +0000",
        f"data {len(message.encode())}",
        message,
        *(f"from {_full(parent)}" for parent in commit.parents[:1] if parent != commit.branch),
        *(f"merge {_full(parent)}" for parent in commit.parents[1:]),
    ]
    head = "".join(f"{line}\n" for line in lines).encode()
    return head + b"".join(_file(path, content) for path, content in commit.files.items())


def _file(path: str, content: str | bytes | None) -> bytes:
    if content is None:
        return f"D {path}\n".encode()
    data = content.encode() if isinstance(content, str) else content
    return f"M 644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n"


def _full(branch: str) -> str:
    return branch if branch.startswith("refs/") else f"refs/heads/{branch}"
