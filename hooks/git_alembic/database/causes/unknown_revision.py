"""`unknown-revision` and `ahead`: the version table names a revision that has no file in the working tree.

It is `ahead` if git has the file and the revision comes after one of the working tree.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from git_alembic.database.diagnosis import Cause, CauseRepair, Effect
from git_alembic.database.facts_for_causes import DatabaseFacts, LostAncestors, describe_match, describe_revision
from git_alembic.findings.counts_and_quoted_ids import format_count, quote_ids
from git_alembic.findings.finding import Command
from git_alembic.git.search.commit_log import Commit
from git_alembic.git.search.refs_and_stashes import STASH
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.graph_algorithms.allowed_heads import count_excess_heads
from git_alembic.lost_revisions.search import FileVersion, LostRevision

_LONGEST = 32  # the width of the version table
_SHORTEST = 4
_RESTORE = ("git", "alembic", "restore")
_SYNC = ("git", "alembic", "sync")
_WHERE = {
    "stash": "in a stash",
    "reflog": "only in a reflog",
    "unreachable": "only in an unreachable commit",
    "history": "in git history",
}


def find(facts: DatabaseFacts) -> Iterator[Cause]:
    yield from (_unknown_row(facts, id_) for id_ in facts.unknown_rows)


def _unknown_row(facts: DatabaseFacts, id_: str) -> Cause:
    """Explain what happened to the revision, with the repairs."""
    ancestors = facts.lost_ancestors.get(id_, LostAncestors())
    lost = ancestors.lost[0] if ancestors.lost else None
    if lost is None or not lost.files:
        return _in_no_file(facts, id_)
    here = [version for version in lost.files if version.where in ("index", "working tree")]
    evidence = [*_describe_removal(lost), *_describe_last_version(lost, id_), *_describe_ancestors(facts, ancestors)]
    evidence += describe_match(facts.match)
    repairs = _repairs(facts, lost, ancestors)
    if here:
        path = here[0].revision.path
        message = f"the database is at '{id_}', whose file is {'staged' if here[0].where == 'index' else 'here'}, "
        message += f"but not where Alembic looks for it: {path}"
        return Cause("unknown-revision", message, tuple(evidence), (id_,), repairs)
    if lost.removal is None and ancestors.known and not ancestors.missing:
        return _ahead(facts, id_, ancestors, evidence, repairs)
    message = f"the database is at '{id_}', whose file {_describe_fate(facts, lost)}"
    return Cause("unknown-revision", message, tuple(evidence), (id_,), repairs)


def _ahead(
    facts: DatabaseFacts, id_: str, ancestors: LostAncestors, evidence: list[str], repairs: tuple[CauseRepair, ...]
) -> Cause:
    count = len(ancestors.lost)
    beyond = set(ancestors.known) <= set(facts.graph.heads)
    where = f"{format_count(count, 'revision')} {'ahead of' if beyond else 'away from'} this checkout"
    message = f"the database is {where}, at '{id_}', which comes after {quote_ids(ancestors.known)}"
    return Cause("ahead", message, tuple(evidence), tuple(revision.id for revision in ancestors.lost), repairs)


def _repairs(facts: DatabaseFacts, lost: LostRevision, ancestors: LostAncestors) -> tuple[CauseRepair, ...]:
    """Return the repairs that keep all data, the best first."""
    removal = lost.removal
    if lost.id in facts.same_code:
        return (
            _stamp(
                facts, (facts.same_code[lost.id],), f"stamp '{facts.same_code[lost.id]}', the new id of the same file"
            ),
        )
    restore, forks = _restore(facts, ancestors)
    sync = () if ancestors.missing else (_sync(facts),)
    if removal or any(file.where in ("index", "working tree", "unreachable") for file in lost.files):
        repairs = (*sync, restore) if forks else (restore, *sync)
    else:
        switch = [_switch(facts, name) for name in _list_refs(lost)[:1]]
        repairs = (*sync, *(switch or [restore])) if sync else (*switch, restore)
    return (*_stamp_match(facts), *repairs)


def _stamp_match(facts: DatabaseFacts) -> tuple[CauseRepair, ...]:
    """Return the stamp for a history that was rebuilt: another revision of the working tree has the same schema."""
    if facts.match is None or not facts.match.is_exact or facts.match.more_tables:
        return ()
    ids = quote_ids(facts.match.revisions)
    title = f"replace {quote_ids(facts.rows)} with {ids} in the version table (the database has the schema of {ids})"
    return (_stamp(facts, facts.match.revisions, title),)


def _lost_files(facts: DatabaseFacts) -> tuple[FileVersion, ...]:
    """Return the files of all unknown rows and their ancestors, each once."""
    every = (revision for ancestors in facts.lost_ancestors.values() for revision in ancestors.lost)
    return tuple({revision.id: revision.files[0] for revision in every}.values())


def _sync(facts: DatabaseFacts) -> CauseRepair:
    files = _lost_files(facts)
    order = RevisionGraph(file.revision for file in files).topological()
    title = "downgrade the revisions that this checkout doesn't have, using their code from git, then upgrade"
    return CauseRepair(title, (Command(_SYNC),), Effect(facts.rows, facts.graph.heads, tuple(reversed(order)), files))


def _restore(facts: DatabaseFacts, ancestors: LostAncestors) -> tuple[CauseRepair, bool]:
    """Return (the commands that restore all the files and upgrade, whether the history forks then)."""
    *children, last = (Command((*_RESTORE, revision.id)) for revision in ancestors.lost)
    title = "put their files back" if children else "put its file back"
    back = (
        *(fix._replace(exits_with_1=True) for fix in children),
        last,
    )  # revisions lack parents until the last is back
    files = tuple(revision.files[0] for revision in ancestors.lost)
    graph = RevisionGraph([*facts.graph.revisions, *(file.revision for file in files)])
    effect = Effect(facts.rows, graph.heads, files=_lost_files(facts))
    if not count_excess_heads(graph, facts.heads_allowed):
        upgrade = facts.command("upgrade", "head" if len(graph.heads) == 1 else "heads")
        return CauseRepair(f"{title}, then upgrade", (*back, upgrade), effect), False
    merge = facts.command("merge", "-m", "merge heads", *graph.heads)
    back = (*back[:-1], last._replace(exits_with_1=True))  # this leaves the history with more heads
    commands = (*back, merge, facts.command("upgrade", "head"))
    return CauseRepair(f"{title}, add a merge revision, then upgrade", commands, effect), True


def _list_refs(lost: LostRevision) -> list[str]:
    """Return the branches and tags that have the file, local branches first."""
    names = (name for version in lost.files for name in version.refs)
    return [name for name in dict.fromkeys(names) if name != "HEAD" and not name.startswith((STASH, "HEAD of "))]


def _switch(facts: DatabaseFacts, name: str) -> CauseRepair:
    """Return the checkout of a branch or tag. `git switch` needs `--detach` for all but the free local branches."""
    if name in facts.free_branches:
        return CauseRepair("check out the branch that has the revision", (Command(("git", "switch", name)),))
    return CauseRepair(f"check out {name}, which has the revision", (Command(("git", "switch", "--detach", name)),))


def _describe_fate(facts: DatabaseFacts, lost: LostRevision) -> str:
    if lost.removal is None:
        return "is not in this checkout"
    if lost.removal.how == "re-identified":
        return "now has a different id"
    if lost.removal.how == "deleted":
        return "was deleted"
    return "was moved" if facts.environment.holds(lost.removal.now) else "was moved out of the version folder"


def _describe_removal(lost: LostRevision) -> list[str]:
    if lost.removal is None:
        return []
    path, now, commit = lost.removal.path, lost.removal.now, _describe_commit(lost.removal.commit)
    if lost.removal.how == "re-identified":
        return [f"{commit} changed the id in {path} to '{now}'"]
    return [f"{path} was {f'moved to {now}' if lost.removal.how == 'renamed' else 'deleted'} in {commit}"]


def _describe_last_version(lost: LostRevision, id_: str) -> list[str]:
    version = lost.files[0]
    message = f" ({version.revision.message})" if version.revision.message else ""
    origin = f", from {_describe_commit(version.commit)}" if version.commit else ""
    file = version.revision.path or version.revision.blob
    return [f"'{id_}'{message} is {_describe_source(version)}: {file}{origin}"]


def _describe_source(version: FileVersion) -> str:
    if version.worktree:
        return f"in the worktree {version.worktree}"
    if version.refs:
        return version.refs_in_words
    return {"index": "staged", "working tree": "on disk"}.get(version.where) or _WHERE.get(version.where, "in git")


def _describe_ancestors(facts: DatabaseFacts, ancestors: LostAncestors) -> list[str]:
    """Describe the revisions down to the working tree."""
    evidence = []
    if len(ancestors.lost) > 1:
        others = quote_ids(revision.id for revision in ancestors.lost[1:])
        evidence.append(f"it comes after {others}, which this checkout does not have either")
    if ancestors.known:
        descriptions = [describe_revision(facts.graph, id_) for id_ in ancestors.known]
        nearest = "ancestor in this checkout is" if len(descriptions) == 1 else "ancestors in this checkout are"
        evidence.append(f"the closest {nearest} {', '.join(descriptions)}")
    if ancestors.missing:
        noun = "ancestor" if len(ancestors.missing) == 1 else "ancestors"
        evidence.append(f"git has no file for its {noun} {quote_ids(ancestors.missing)}")
    return evidence


def _describe_commit(commit: Commit) -> str:
    return f"commit {commit.short} by {commit.author} on {commit.date} ({commit.subject})"


def _in_no_file(facts: DatabaseFacts, id_: str) -> Cause:
    """Return the cause for an id that git doesn't know: a typo, or a revision that was never committed here."""
    near = _find_near_id(facts, id_)
    evidence = [
        (
            f"'{id_}' was not found in this checkout, nor in any branch, tag, remote, reflog, stash, worktree "
            "or unreachable commit"
        )
    ]
    message = f"the database is at '{id_}', which does not exist here"
    strange = _why_not_written_by_alembic(facts, id_, near)
    if strange:
        message = f"the version table {facts.database.version_table} holds '{id_}', {strange}"
        message += ", so the revision of the database is unknown"
    match, repairs = facts.match, tuple[CauseRepair, ...]()
    if near:
        evidence.append(
            f"{describe_revision(facts.graph, near)} in this checkout is probably the right revision: the version "
            "table needs the full id"
        )
        repairs = (_stamp(facts, (near,), f"stamp '{near}', if that is the right revision"),)
    elif match is not None and match.revisions:
        title = (
            f"replace {quote_ids(facts.rows)} with {quote_ids(match.revisions)} in the version table (any changes "
            f"made by '{id_}' remain, and can't be undone by a downgrade)"
        )
        repairs = (_stamp(facts, match.revisions, title),) if match.is_exact else ()
    evidence += [] if near else describe_match(facts.match)
    severity: Literal["error", "cannot-judge"] = "cannot-judge" if strange else "error"
    return Cause("unknown-revision", message, tuple(evidence), (id_,), repairs, severity)


def _why_not_written_by_alembic(facts: DatabaseFacts, id_: str, near: str) -> str:
    """Say in a clause why Alembic can't have written this row. "" if it can have written it."""
    if len(id_) > _LONGEST and not any(len(other) > _LONGEST for other in facts.graph.ids):
        return f"which has {len(id_)} characters, but Alembic's version table has room for only {_LONGEST}"
    if not id_:
        return "which isn't a revision id"
    return f"which is only a prefix of '{near}'" if near.startswith(id_) else ""


def _stamp(facts: DatabaseFacts, revisions: tuple[str, ...], title: str) -> CauseRepair:
    return facts.stamp_repair(revisions, purge=True, title=title)


def _find_near_id(facts: DatabaseFacts, id_: str) -> str:
    """Return the only id of the working tree that starts with this one, or that this one starts with; else ""."""
    if len(id_) < _SHORTEST:
        return ""
    near = [
        other for other in facts.graph.ids if other.startswith(id_) or (len(id_) > _LONGEST and id_.startswith(other))
    ]
    return near[0] if len(near) == 1 else ""
