"""`git alembic restore`: find a lost revision in all that git still has, and put its file back."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Sequence
from typing import NamedTuple

from git_alembic.errors import CannotJudge
from git_alembic.git import INDEX, Repository
from git_alembic.git.reflog_search import Commit
from git_alembic.history.change import Snapshot, excess, quoted
from git_alembic.history.snapshots import open_reader
from git_alembic.lost_revisions.removals import Removal
from git_alembic.lost_revisions.search import FileVersion, LostRevision, find_lost_revisions
from git_alembic.repair.file_changes import Rewriting
from git_alembic.repair.restore_target import RestoreTarget, find_restore_targets
from git_alembic.report import emit
from git_alembic.report.wording import printable

DESCRIPTION = (
    "Find a lost revision in all that git still has (branches, tags, reflogs, stashes, other worktrees, what nothing "
    "leads to any more), say what removed it, and write its file back. Overwrites nothing."
)
_OURS = ("git", "alembic", "restore")


class Options(argparse.Namespace):
    """The options, typed."""

    id: str
    stage: bool
    environment: str | None


class StagedEnvironments(NamedTuple):
    """The environments of the index, and how many heads each can have."""

    snapshots: tuple[Snapshot, ...]
    heads: int | str


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command. 0: restored, and the history is whole; 1: something is left to do; 2: not restored."""
    parser = argparse.ArgumentParser("git alembic restore", description=DESCRIPTION)
    parser.add_argument("id", metavar="ID", help="a revision id, its first four characters or more, or a file name")
    parser.add_argument("--stage", action="store_true", help="also add the file to the index")
    parser.add_argument("--environment", metavar="NAME", help="the environment that it is to come back to")
    options = parser.parse_args(argv, Options())
    repository = Repository()
    if repository.top is None:
        raise CannotJudge("there is no working tree here to restore anything to")
    if not options.id.strip():
        raise CannotJudge("an empty name finds nothing")
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
    tree, roots = reader.trees.whole(INDEX, "staged")
    snapshots = reader.snapshots(tree, roots)
    reader.save()
    known = [snapshot.environment.name for snapshot in snapshots]
    if name is not None and name not in known:
        raise CannotJudge(f"there is no environment {name!r} here, only {', '.join(known)}")
    return StagedEnvironments(tuple(snapshots), reader.trees.settings(tree.files).heads)


def _restore(
    repository: Repository, options: Options, environments: StagedEnvironments, targets: Sequence[RestoreTarget]
) -> int:
    if not targets:
        raise CannotJudge(_nothing_found(repository, options.id))
    missing = [target for target in targets if not _is_present(repository, target)]
    if not missing:
        return _report_present(repository, options, targets)
    if len(missing) > 1:
        _say(_ask_to_choose(options, missing))
        return 2
    (target,) = missing
    _say("\n".join(_describe(target.lost, target.file)))
    _write(repository, target, stage=options.stage)
    _say(f"restored{' and staged' if options.stage else ''}: {printable(target.path)}")
    problems = _remaining_problems(target, environments, staged=options.stage)
    _say("\n".join(problems or [_whole_history(target)]))
    return 1 if problems else 0


def _is_present(repository: Repository, target: RestoreTarget) -> bool:
    """True if Alembic finds it already, not if it is only staged."""
    return target.is_held and os.path.lexists(os.path.join(repository.top or "", target.file.revision.path))


def _report_present(repository: Repository, options: Options, targets: Sequence[RestoreTarget]) -> int:
    unstaged = [target.file.revision.path for target in targets if target.file.where == "working tree"]
    if options.stage and len(targets) == len(unstaged) == 1:
        repository.stage(unstaged)
        _say(f"staged: {printable(unstaged[0])}")
        return 0
    for target in targets:
        path = target.file.revision.path
        where = (
            f"{printable(path)}, not staged (`git add {shlex.quote(path)}`)" if path in unstaged else printable(path)
        )
        _say(f"nothing to restore: '{target.lost.id}' is in {where}")
    return 0


def _write(repository: Repository, target: RestoreTarget, *, stage: bool) -> None:
    """Write the file byte for byte as git would check it out; all or nothing."""
    top, path, revision = repository.top or "", target.path, target.file.revision
    real = os.path.join(os.path.realpath(top), os.path.dirname(path))
    if os.path.realpath(os.path.join(top, os.path.dirname(path))) != os.path.normpath(real):
        raise CannotJudge(f"{path} would lie behind a symbolic link, so it is not written")
    staged = repository.listing(INDEX, [f":(literal){path}"]).get(path, ("", revision.blob))[1]
    if os.path.lexists(os.path.join(top, path)) or staged != revision.blob:
        raise CannotJudge(f"{path} is in the way: move it, then run `{shlex.join((*_OURS, target.lost.id))}` again")
    data = _content(repository, target)
    files = Rewriting(top, repository.git_dir)
    executable = target.file.mode.endswith("755")
    try:
        files.create(path, data, executable=executable)
        if stage and revision.blob:
            repository.stage_blob(path, target.file.mode, revision.blob)
        elif stage:
            repository.stage([path], [path] if executable else [])
    except BaseException:
        files.undo()
        raise


def _content(repository: Repository, target: RestoreTarget) -> bytes:
    revision = target.file.revision
    if revision.blob:
        return repository.smudged_content(revision.blob, target.path)
    with open(os.path.join(target.file.worktree, revision.path), "rb") as stream:
        return stream.read()


def _remaining_problems(target: RestoreTarget, environments: StagedEnvironments, *, staged: bool) -> list[str]:
    """List the problems that the history still has, each with the next command."""
    graph = target.after
    ours = shlex.join((*_OURS, *(("--stage",) if staged else ())))
    problems = [
        f"'{id_}' {relation} '{name}', which is not here: `{ours} {shlex.quote(name)}`"
        for pairs, relation in ((graph.missing, "comes after"), (graph.missing_dependencies, "depends on"))
        for id_, name in pairs
    ]
    if not problems and excess(graph, environments.heads):
        add = "" if staged else f"`git add {shlex.quote(target.path)}`, then "
        problems = [f"the history has {len(graph.heads)} heads now, {quoted(graph.heads)}: {add}`git alembic fix`"]
    return problems


def _whole_history(target: RestoreTarget) -> str:
    heads = target.after.heads
    return f"the history is whole, with the head{'s' * (len(heads) > 1)} {quoted(heads)}"


def _nothing_found(repository: Repository, name: str) -> str:
    shallow = "; this is a shallow clone: its history was cut off (`git fetch --unshallow`)"
    return f"nothing that git still has is called '{name}'{shallow if repository.is_shallow() else ''}"


def _ask_to_choose(options: Options, targets: Sequence[RestoreTarget]) -> str:
    ids = {target.lost.id for target in targets}
    lines = [f"several lost revisions may be meant by '{options.id}':"]
    for target in targets:
        environment = target.snapshot.environment.name if target.snapshot and len(ids) < len(targets) else None
        option = () if environment is None else ("--environment", environment)
        lines.append(f"  {shlex.join((*_OURS, target.lost.id, *option))}")
        lines += [f"    {line}" for line in _describe(target.lost, target.file)]
    return "\n".join(lines)


def _describe(lost: LostRevision, file: FileVersion) -> list[str]:
    """Say what happened to it, and where it is."""
    title = f"'{lost.id}'{f' ({file.revision.message})' if file.revision.message else ''}"
    removed = [f"{title} {_describe_removal(lost.removal)}"] if lost.removal else []
    return [printable(line) for line in (*removed, f"{'it' if removed else repr(lost.id)} {_location(file)}")]


def _describe_removal(removal: Removal) -> str:
    how = {"deleted": "deleted", "renamed": f"moved to {removal.now}", "re-identified": f"made '{removal.now}'"}
    return f"was {how[removal.how]} by {_describe_commit(removal.commit)}: {removal.path}"


def _location(file: FileVersion) -> str:
    path = file.revision.path
    if file.worktree:
        return f"is in the worktree {file.worktree}: {path}"
    if file.where in ("index", "working tree"):
        return f"is staged: {path}" if file.where == "index" else f"is in the working tree: {path}"
    if file.commit is None:
        return f"is content that has lost its name: blob {file.revision.blob}"
    came = f"came with {_describe_commit(file.commit)}"
    if file.refs:
        more = f" and {len(file.refs) - 3} more" if len(file.refs) > 3 else ""
        return f"is in {', '.join(file.refs[:3])}{more}, and {came}: {path}"
    where = {"reflog": "is in no ref any more, only in a reflog", "unreachable": "is in nothing but a loose commit"}
    return f"{where.get(file.where, 'was last in the history')}, and {came}: {path}"


def _describe_commit(commit: Commit) -> str:
    return f"commit {commit.short} by {commit.author} on {commit.date} ({commit.subject})"


def _say(text: str) -> None:
    """Print lines with our name in front; an indented line belongs to the line above it."""
    lines = (line if line.startswith(" ") else f"git-alembic: {line}" for line in text.splitlines() if line)
    emit("\n".join(lines), sys.stdout)
