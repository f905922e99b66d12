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
from git_alembic.history.snapshots import History
from git_alembic.lost_revisions.removals import Removal
from git_alembic.lost_revisions.search import Lost, Place, find
from git_alembic.repair.file_changes import Rewriting
from git_alembic.repair.restore_target import Candidate, candidates
from git_alembic.report import emit
from git_alembic.report.wording import printable
from git_alembic.revisions.revision_cache import RevisionCache

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


class Environments(NamedTuple):
    """Those of the index, and how many heads each may have."""

    sides: tuple[Snapshot, ...]
    heads: int | str


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; 0 it is here and the history whole, 1 something is left to do, 2 it could not be restored."""
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
    environments = _environments(repository, options.environment)
    name = options.environment
    mine = [side.environment for side in environments.sides if name in (None, side.environment.name)]
    folders = sorted({folder for environment in mine for folder in environment.versions})
    lost = find(repository, folders, options.id)
    found = [
        candidate
        for one in lost
        for candidate in candidates(one, environments.sides)
        if name is None or (candidate.side and candidate.side.environment.name == name)
    ]
    return _restore(repository, options, environments, found)


def _environments(repository: Repository, name: str | None) -> Environments:
    cache = RevisionCache(repository.common_dir, repository.read)
    history = History(repository, cache)
    tree, roots = history.whole(INDEX, "staged")
    sides = history.snapshots(tree, roots)
    cache.save()
    known = [side.environment.name for side in sides]
    if name is not None and name not in known:
        raise CannotJudge(f"there is no environment {name!r} here, only {', '.join(known)}")
    return Environments(tuple(sides), history.settings(tree.files).heads)


def _restore(repository: Repository, options: Options, environments: Environments, found: Sequence[Candidate]) -> int:
    if not found:
        raise CannotJudge(_nothing(repository, options.id))
    lost = [one for one in found if not _is_here(repository, one)]
    if not lost:
        return _here(repository, options, found)
    if len(lost) > 1:
        _say(_choice(options, lost))
        return 2
    (one,) = lost
    _say("\n".join(_story(one.lost, one.place)))
    _written(repository, one, stage=options.stage)
    _say(f"restored{' and staged' if options.stage else ''}: {printable(one.path)}")
    problems = _problems(one, environments, staged=options.stage)
    _say("\n".join(problems or [_whole(one)]))
    return 1 if problems else 0


def _is_here(repository: Repository, one: Candidate) -> bool:
    """Whether Alembic finds it already; what is only staged is not on the disk."""
    return one.is_held and os.path.lexists(os.path.join(repository.top or "", one.place.revision.path))


def _here(repository: Repository, options: Options, found: Sequence[Candidate]) -> int:
    unstaged = [one.place.revision.path for one in found if one.place.where == "working tree"]
    if options.stage and len(found) == len(unstaged) == 1:
        repository.stage(unstaged)
        _say(f"staged: {printable(unstaged[0])}")
        return 0
    for one in found:
        path = one.place.revision.path
        where = (
            f"{printable(path)}, not staged (`git add {shlex.quote(path)}`)" if path in unstaged else printable(path)
        )
        _say(f"nothing to restore: '{one.lost.id}' is in {where}")
    return 0


def _written(repository: Repository, one: Candidate, *, stage: bool) -> None:
    """The file, byte for byte as git would check it out; all or nothing."""
    top, revision = repository.top or "", one.place.revision
    real = os.path.join(os.path.realpath(top), os.path.dirname(one.path))
    if os.path.realpath(os.path.join(top, os.path.dirname(one.path))) != os.path.normpath(real):
        raise CannotJudge(f"{one.path} would lie behind a symbolic link, so it is not written")
    staged = repository.listing(INDEX, [f":(literal){one.path}"]).get(one.path, ("", revision.blob))[1]
    if os.path.lexists(os.path.join(top, one.path)) or staged != revision.blob:
        raise CannotJudge(f"{one.path} is in the way: move it, then run `{shlex.join((*_OURS, one.lost.id))}` again")
    if revision.blob:
        data = repository.checked_out(revision.blob, one.path)
    else:
        with open(os.path.join(one.place.worktree, revision.path), "rb") as stream:
            data = stream.read()
    files = Rewriting(top, repository.git_dir)
    executable = one.place.mode.endswith("755")
    try:
        files.create(one.path, data, executable=executable)
        if stage and revision.blob:
            repository.stage_blob(one.path, one.place.mode, revision.blob)
        elif stage:
            repository.stage([one.path], [one.path] if executable else [])
    except BaseException:
        files.undo()
        raise


def _problems(one: Candidate, environments: Environments, *, staged: bool) -> list[str]:
    """What the history still suffers from, each with the command that comes next."""
    graph = one.after
    ours = shlex.join((*_OURS, *(("--stage",) if staged else ())))
    said = [
        f"'{id_}' {relation} '{name}', which is not here: `{ours} {shlex.quote(name)}`"
        for pairs, relation in ((graph.missing, "comes after"), (graph.missing_dependencies, "depends on"))
        for id_, name in pairs
    ]
    if not said and excess(graph, environments.heads):
        add = "" if staged else f"`git add {shlex.quote(one.path)}`, then "
        said = [f"the history has {len(graph.heads)} heads now, {quoted(graph.heads)}: {add}`git alembic fix`"]
    return said


def _whole(one: Candidate) -> str:
    heads = one.after.heads
    return f"the history is whole, with the head{'s' * (len(heads) > 1)} {quoted(heads)}"


def _nothing(repository: Repository, name: str) -> str:
    shallow = "; this is a shallow clone: its history was cut off (`git fetch --unshallow`)"
    return f"nothing that git still has is called '{name}'{shallow if repository.is_shallow() else ''}"


def _choice(options: Options, found: Sequence[Candidate]) -> str:
    ids = {one.lost.id for one in found}
    lines = [f"several lost revisions may be meant by '{options.id}':"]
    for one in found:
        named = ("--environment", one.side.environment.name) if len(ids) < len(found) and one.side else ()
        lines.append(f"  {shlex.join((*_OURS, one.lost.id, *named))}")
        lines += [f"    {line}" for line in _story(one.lost, one.place)]
    return "\n".join(lines)


def _story(lost: Lost, place: Place) -> list[str]:
    """What happened to it, and where it is."""
    message = place.revision.message
    said = [f"'{lost.id}'{f' ({message})' if message else ''} {_removed(lost.removal)}"] if lost.removal else []
    return [printable(line) for line in (*said, f"{'it' if said else repr(lost.id)} {_whereabouts(place)}")]


def _removed(removal: Removal) -> str:
    how = {"deleted": "deleted", "renamed": f"moved to {removal.now}", "re-identified": f"made '{removal.now}'"}
    return f"was {how[removal.how]} by {_named(removal.commit)}: {removal.path}"


def _whereabouts(place: Place) -> str:
    path = place.revision.path
    if place.worktree:
        return f"is in the worktree {place.worktree}: {path}"
    if place.where in ("index", "working tree"):
        return f"is staged: {path}" if place.where == "index" else f"is in the working tree: {path}"
    if place.commit is None:
        return f"is content that has lost its name: blob {place.revision.blob}"
    came = f"came with {_named(place.commit)}"
    if place.refs:
        more = f" and {len(place.refs) - 3} more" if len(place.refs) > 3 else ""
        return f"is in {', '.join(place.refs[:3])}{more}, and {came}: {path}"
    where = {"reflog": "is in no ref any more, only in a reflog", "unreachable": "is in nothing but a loose commit"}
    return f"{where.get(place.where, 'was last in the history')}, and {came}: {path}"


def _named(commit: Commit) -> str:
    return f"commit {commit.short} by {commit.author} on {commit.date} ({commit.subject})"


def _say(text: str) -> None:
    """Lines after who speaks; what is indented belongs to the line above it."""
    lines = (line if line.startswith(" ") else f"git-alembic: {line}" for line in text.splitlines() if line)
    emit("\n".join(lines), sys.stdout)
