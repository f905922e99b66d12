"""`git alembic restore`: find a lost revision in everything that git still has, and put its file back."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from git_alembic.errors import CannotCheck
from git_alembic.git import INDEX, Repository
from git_alembic.history.evidence.evidence_collector import read_heads_file
from git_alembic.history.heads_file import HeadsFile
from git_alembic.history.snapshot_and_change import Snapshot
from git_alembic.history.snapshot_reader import open_reader, read_staged_environments
from git_alembic.lost_revisions.search import find_lost_revisions
from git_alembic.repair.file_writer import FileWriter
from git_alembic.repair.place_of_restored_file import RestoreTarget, find_restore_targets
from git_alembic.report import emit
from git_alembic.report.commands.restore_report import (
    RESTORE,
    add_command,
    choice_lines,
    diff_lines,
    lost_revision_lines,
    old_removal_lines,
    problem_lines,
    whole_history_line,
)
from git_alembic.report.wording import escape_controls
from git_alembic.terminal.argument_parser import ArgumentParser

DESCRIPTION = (
    "Find a lost revision in everything that git still has (branches, tags, reflogs, stashes, other worktrees and "
    "unreachable commits), show what removed it, and restore its file. Never overwrites a file."
)


class RestoreOptions(argparse.Namespace):
    id: str
    stage: bool
    dry_run: bool
    environment: str | None


class StagedEnvironments(NamedTuple):
    """The environments of the index, the number of heads that each can have, and the files with the heads by path."""

    snapshots: tuple[Snapshot, ...]
    heads: int | str
    heads_files: Mapping[str, HeadsFile]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command. 0: restored, and the history is complete; 1: something is left to do; 2: not restored.

    With --dry-run, 0: there is a plan, or nothing to do; 1: there is no plan.
    """
    parser = ArgumentParser("git alembic restore", description=DESCRIPTION)
    parser.add_argument("id", metavar="ID", help="a revision id, a prefix of at least four characters, or a file name")
    parser.add_argument("--stage", action="store_true", help="also add the file to the index")
    parser.add_argument("--environment", metavar="NAME", help="the environment to restore it to")
    parser.add_argument("--dry-run", action="store_true", help="show the file as a diff and write nothing")
    options = parser.parse_args(argv, RestoreOptions())
    repository = Repository()
    if repository.top is None:
        raise CannotCheck("there is no working tree here, so nothing can be restored")
    if not options.id.strip():
        raise CannotCheck("the name is empty")
    environments = _staged_environments(repository, options.environment)
    name = options.environment
    chosen = [snapshot.environment for snapshot in environments.snapshots if name in (None, snapshot.environment.name)]
    folders = sorted({folder for environment in chosen for folder in environment.versions})
    targets = [
        target
        for lost in find_lost_revisions(repository, folders, options.id)
        for target in find_restore_targets(lost, environments.snapshots)
        if name is None or (target.snapshot and target.snapshot.environment.name == name)
    ]
    return _restore(repository, options, environments, targets)


def _staged_environments(repository: Repository, name: str | None) -> StagedEnvironments:
    reader = open_reader(repository)
    tree, snapshots = read_staged_environments(reader, () if name is None else (name,))
    files = {
        snapshot.environment.heads_file_path: read_heads_file(reader, snapshot)
        for snapshot in snapshots
        if snapshot.environment.heads_file_path
    }
    return StagedEnvironments(tuple(snapshots), reader.trees.settings.of_tree(tree.files).heads, files)


def _restore(
    repository: Repository, options: RestoreOptions, environments: StagedEnvironments, targets: Sequence[RestoreTarget]
) -> int:
    if not targets:
        return _refuse(options, _nothing_found(repository, options.id))
    missing = [target for target in targets if not _is_present(repository, target)]
    if not missing:
        return _report_present(repository, options, targets)
    if len(missing) > 1:
        _print(choice_lines(options.id, missing))
        return 1 if options.dry_run else 2
    (target,) = missing
    _print(lost_revision_lines(target.lost, target.version))
    _print(old_removal_lines(target.lost, repository.describe("HEAD")[2] if repository.resolve(["HEAD"])[0] else ""))
    obstacle = _obstacle(repository, target)
    if obstacle:
        return _refuse(options, obstacle)
    data = _content(repository, target)
    if options.dry_run:
        emit("\n".join(diff_lines(target.path, data, executable=target.is_executable)), sys.stdout)
    else:
        _write(repository, target, data, stage=options.stage)
        _print([f"restored{' and staged' if options.stage else ''}: {escape_controls(target.path)}"])
    is_ignored = bool(repository.ignored_paths([target.path]))
    file = environments.heads_files.get(target.snapshot.environment.heads_file_path) if target.snapshot else None
    problems = problem_lines(target, environments.heads, file, staged=options.stage, is_ignored=is_ignored)
    _print(problems or [whole_history_line(target)])
    return 1 if problems and not options.dry_run else 0


def _refuse(options: RestoreOptions, reason: str) -> int:
    """Print why nothing is restored. With --dry-run this is an answer, not a failure."""
    if not options.dry_run:
        raise CannotCheck(reason)
    _print([reason])
    return 1


def _is_present(repository: Repository, target: RestoreTarget) -> bool:
    """True if Alembic already finds the revision. A file that is only staged doesn't count."""
    return target.is_held and os.path.lexists(os.path.join(repository.top or "", target.version.revision.path))


def _report_present(repository: Repository, options: RestoreOptions, targets: Sequence[RestoreTarget]) -> int:
    unstaged = [target.version.revision.path for target in targets if target.version.where == "working tree"]
    if options.stage and not options.dry_run and len(targets) == len(unstaged) == 1:
        repository.stage(unstaged)
        _print([f"staged: {escape_controls(unstaged[0])}"])
        return 0
    ignored = repository.ignored_paths(unstaged)
    for target in targets:
        path = target.version.revision.path
        add = f", not staged (`{add_command(path, is_ignored=path in ignored)}`)" if path in unstaged else ""
        _print([f"nothing to restore: '{target.lost.id}' is in {escape_controls(path)}{add}"])
    return 0


def _obstacle(repository: Repository, target: RestoreTarget) -> str:
    """Return what prevents the file from being written, or ""."""
    top, path, revision = repository.top or "", target.path, target.version.revision
    real = os.path.join(os.path.realpath(top), os.path.dirname(path))
    if os.path.realpath(os.path.join(top, os.path.dirname(path))) != os.path.normpath(real):
        return f"{path} would be written through a symbolic link, so it was not written"
    staged = repository.listing(INDEX, [f":(literal){path}"]).get(path, ("", revision.blob))[1]
    if os.path.lexists(os.path.join(top, path)) or staged != revision.blob:
        return f"{path} is in the way: move it, then run `{shlex.join((*RESTORE, target.lost.id))}` again"
    return ""


def _write(repository: Repository, target: RestoreTarget, data: bytes, *, stage: bool) -> None:
    """Write the file byte for byte as git would check it out, completely or not at all."""
    path, blob = target.path, target.version.revision.blob
    files = FileWriter(repository.top or "", repository.git_dir)
    try:
        files.create(path, data, executable=target.is_executable)
        if stage and blob:
            repository.stage_blob(path, target.version.mode, blob)
        elif stage:
            repository.stage([path], [path] if target.is_executable else [])
    except BaseException:
        files.undo()
        raise


def _content(repository: Repository, target: RestoreTarget) -> bytes:
    revision = target.version.revision
    if revision.blob:
        return repository.smudged_content(revision.blob, target.path)
    with open(os.path.join(target.version.worktree, revision.path), "rb") as stream:
        return stream.read()


def _nothing_found(repository: Repository, name: str) -> str:
    shallow = "; this shallow clone doesn't have the full history (run `git fetch --unshallow`)"
    return f"git has no revision or file called '{name}'{shallow if repository.is_shallow() else ''}"


def _print(lines: Sequence[str]) -> None:
    """Print lines with our name in front. An indented line belongs to the line above it."""
    if lines:
        emit("\n".join(line if line.startswith(" ") else f"git-alembic: {line}" for line in lines), sys.stdout)
