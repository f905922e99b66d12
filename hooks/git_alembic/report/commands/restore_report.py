"""The lines that `restore` prints: what happened to a lost revision, where its file is, and what comes next."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from datetime import date
from difflib import unified_diff

from git_alembic.findings.counts_and_quoted_ids import quote_ids
from git_alembic.git.search.commit_log import Commit
from git_alembic.history.graph_algorithms.allowed_heads import count_excess_heads
from git_alembic.history.heads_file import HeadsFile, agrees
from git_alembic.lost_revisions.removals import Removal
from git_alembic.lost_revisions.search import FileVersion, LostRevision
from git_alembic.repair.place_of_restored_file import RestoreTarget
from git_alembic.report.wording import escape_controls

RESTORE = ("git", "alembic", "restore")
_LONG_AGO = 180  # days


def lost_revision_lines(lost: LostRevision, version: FileVersion) -> list[str]:
    """Say what happened to a revision, and where its file is."""
    title = f"'{lost.id}'{f' ({version.revision.message})' if version.revision.message else ''}"
    removed = [f"{title} {_describe_removal(lost.removal)}"] if lost.removal else []
    return [escape_controls(line) for line in (*removed, f"{'it' if removed else repr(lost.id)} {_location(version)}")]


def old_removal_lines(lost: LostRevision, today: str) -> list[str]:
    """Warn if a revision was removed long before `today`. Both are author dates."""
    if lost.removal is None or lost.removal.how != "deleted":
        return []
    try:
        days = (date.fromisoformat(today) - date.fromisoformat(lost.removal.commit.date)).days
    except ValueError:
        return []
    if days <= _LONG_AGO:
        return []
    doubt = f"make sure that '{lost.id}' didn't move to another package, and that no newer revision replaced it"
    return [f"that was {days} days before the current commit: {doubt}"]


def problem_lines(
    target: RestoreTarget, heads: int | str, heads_file: HeadsFile | None, *, staged: bool, is_ignored: bool
) -> list[str]:
    """List the problems of the history after the restore, each with the next command."""
    graph = target.after
    command = shlex.join((*RESTORE, *(("--stage",) if staged else ())))
    problems = [
        f"'{id_}' {relation} '{name}', which is missing: `{command} {shlex.quote(name)}`"
        for pairs, relation in ((graph.missing, "comes after"), (graph.missing_dependencies, "depends on"))
        for id_, name in pairs
    ]
    add = "" if staged else f"`{add_command(target.path, is_ignored=is_ignored)}`, then "
    if not problems and count_excess_heads(graph, heads):
        problems = [f"the history now has {len(graph.heads)} heads, {quote_ids(graph.heads)}: {add}`git alembic fix`"]
    elif not problems and heads_file is not None and not agrees(heads_file, graph, heads):
        path = target.snapshot.environment.heads_file_path if target.snapshot else ""
        lacks = f"{path} doesn't have the head{'s' * (len(graph.heads) > 1)} {quote_ids(graph.heads)} yet"
        problems = [f"{lacks}: {add}`git alembic fix`"]
    return problems


def add_command(path: str, *, is_ignored: bool) -> str:
    """Return the `git add` for a file, with `--force` if .gitignore excludes it."""
    return shlex.join(("git", "add", *(("-f",) if is_ignored else ()), path))


def whole_history_line(target: RestoreTarget) -> str:
    """Say that nothing is left to do."""
    heads = target.after.heads
    return f"the history is complete, with the head{'s' * (len(heads) > 1)} {quote_ids(heads)}"


def choice_lines(name: str, targets: Sequence[RestoreTarget]) -> list[str]:
    """List the revisions that a name can mean, each with the command that selects it."""
    ids = {target.lost.id for target in targets}
    lines = [f"'{name}' is ambiguous; it matches several lost revisions:"]
    for target in targets:
        environment = target.snapshot.environment.name if target.snapshot and len(ids) < len(targets) else None
        option = () if environment is None else ("--environment", environment)
        lines.append(f"  {shlex.join((*RESTORE, target.lost.id, *option))}")
        removal = target.lost.removal
        is_other_file = environment is not None and removal is not None and removal.path != target.version.revision.path
        lost = target.lost._replace(removal=None) if is_other_file else target.lost
        lines += [f"    {line}" for line in lost_revision_lines(lost, target.version)]
    return lines


def diff_lines(path: str, data: bytes, *, executable: bool) -> list[str]:
    """Return the diff that creates a file."""
    text = data.decode("utf-8", "backslashreplace").splitlines()
    names = ("/dev/null", f"b/{path}")
    head = [f"diff --git a/{path} b/{path}", f"new file mode {'100755' if executable else '100644'}"]
    return [
        *map(escape_controls, head),
        *(escape_controls(line) for line in unified_diff([], text, *names, lineterm="")),
    ]


def _describe_removal(removal: Removal) -> str:
    how = {
        "deleted": "deleted",
        "renamed": f"moved to {removal.now}",
        "re-identified": f"given the id '{removal.now}'",
    }
    return f"was {how[removal.how]} in {_describe_commit(removal.commit)}: {removal.path}"


def _location(version: FileVersion) -> str:
    path = version.revision.path
    if version.worktree:
        return f"is in the worktree {version.worktree}: {path}"
    if version.where in ("index", "working tree"):
        return f"is staged: {path}" if version.where == "index" else f"is in the working tree: {path}"
    if version.commit is None:
        return f"no longer has a path; its content is blob {version.revision.blob}"
    origin = f"was introduced in {_describe_commit(version.commit)}"
    if version.refs:
        return f"is {version.refs_in_words}, and {origin}: {path}"
    where = {"reflog": "is only in a reflog", "unreachable": "is only in an unreachable commit"}
    return f"{where.get(version.where, 'was last seen in the history')}, and {origin}: {path}"


def _describe_commit(commit: Commit) -> str:
    return f"commit {commit.short} by {commit.author} on {commit.date} ({commit.subject})"
