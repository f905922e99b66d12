"""The `git commit` that runs the hook: how to run it again, and what to stage again if the hook rejects it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from git_alembic.findings.finding import Command, Finding
from git_alembic.findings.report import Report
from git_alembic.git import INDEX, Entry, Repository

_MOST_PATHS = 3
_FIX = ("git", "alembic", "fix")


def commit_command(repository: Repository, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the command, as far as the name of git's temporary index shows it."""
    if repository.merge_parents():
        return ("git", "commit", "--no-edit")
    index = _index_name(environ)
    if index == "index.lock":
        return ("git", "commit", "-a")
    paths = [entry.path for entry in _committed_entries(repository)] if index.startswith("next-index-") else []
    return ("git", "commit", "--", *paths) if 0 < len(paths) <= _MOST_PATHS else ("git", "commit")


def with_staging(repository: Repository, report: Report, environ: Mapping[str, str]) -> Report:
    """Add `git add` before `git alembic fix`, because nothing stays staged after `git commit -a` fails."""
    index = _index_name(environ)
    if not report.findings or not (index == "index.lock" or index.startswith("next-index-")):
        return report
    stage = (Command(("git", "add", "-u")),) if index == "index.lock" else tuple(_stage_paths(repository))

    def stage_first(finding: Finding) -> Finding:
        repairs = (
            repair._replace(commands=(*stage, *repair.commands))
            if any(command.argv[:3] == _FIX for command in repair.commands)
            else repair
            for repair in finding.repairs
        )
        return finding._replace(repairs=tuple(repairs))

    return report._replace(findings=tuple(map(stage_first, report.findings)))


def _stage_paths(repository: Repository) -> Iterator[Command]:
    """Yield the commands that stage the paths of `git commit -- path`. The index may already lack some paths."""
    entries = _committed_entries(repository)
    if changed := [entry.path for entry in entries if entry.status != "D"]:
        yield Command(("git", "add", "--", *changed))
    if deleted := [entry.path for entry in entries if entry.status == "D"]:
        yield Command(("git", "rm", "-q", "--cached", "--ignore-unmatch", "--", *deleted))


def _index_name(environ: Mapping[str, str]) -> str:
    """Return the name of the index that git set for the hook."""
    return os.path.basename(environ.get("GIT_INDEX_FILE", ""))


def _committed_entries(repository: Repository) -> list[Entry]:
    """Return the entries that `git commit -- path` commits: everything that differs from HEAD."""
    head = repository.resolve(["HEAD"])[0]
    return repository.diff(head, INDEX) if head else []
