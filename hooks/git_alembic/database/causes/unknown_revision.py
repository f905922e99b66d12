"""A revision in the version table that the working tree has no file of."""

from __future__ import annotations

from typing import Literal

from git_alembic.database.cause import Cause, Way
from git_alembic.database.facts import Case, Descent, titled
from git_alembic.findings.finding import Fix
from git_alembic.git.reflog_search import STASH, Commit
from git_alembic.history.change import excess, quoted
from git_alembic.history.graph import RevisionGraph
from git_alembic.lost_revisions.search import FileVersion, LostRevision

_LONGEST = 32  # what the version table has room for
_SHORTEST = 4
_RESTORE = ("git", "alembic", "restore")
_SYNC = ("git", "alembic", "sync")
_WHERE = {
    "stash": "in a stash",
    "reflog": "in no ref any more, only in a reflog",
    "unreachable": "in nothing but a loose commit",
    "history": "in the history of git",
}


def unknown(case: Case, id_: str) -> Cause:
    """What became of the revision, and how to go on."""
    descent = case.descents.get(id_, Descent())
    lost = descent.lost[0] if descent.lost else None
    if lost is None or not lost.files:
        return _nowhere(case, id_)
    here = [place for place in lost.files if place.where in ("index", "working tree")]
    evidence = [*_removed(lost), *_found(lost, id_), *_line(case, descent)]
    ways = _ways(case, lost, descent)
    if here:
        path = here[0].revision.path
        message = f"the database is at '{id_}', whose file is {'staged' if here[0].where == 'index' else 'here'}, "
        message += f"and not where Alembic looks for it: {path}"
        return Cause("unknown-revision", message, tuple(evidence), (id_,), ways)
    if lost.removal is None and descent.reached and not descent.missing:
        return _ahead(case, id_, descent, evidence, ways)
    how = {"deleted": "was deleted", "renamed": "was moved away", "re-identified": "has another id now"}
    what = how[lost.removal.how] if lost.removal else "is not in this tree"
    message = f"the database is at '{id_}', whose file {what}"
    return Cause("unknown-revision", message, tuple(evidence), (id_,), ways)


def _ahead(case: Case, id_: str, descent: Descent, evidence: list[str], ways: tuple[Way, ...]) -> Cause:
    count = len(descent.lost)
    beyond = set(descent.reached) <= set(case.graph.heads)
    where = f"{count} revision{'s' * (count > 1)} {'ahead of' if beyond else 'away from'} this tree"
    message = f"the database is {where}, at '{id_}', after {quoted(descent.reached)}"
    return Cause("ahead", message, tuple(evidence), tuple(one.id for one in descent.lost), ways)


def _ways(case: Case, lost: LostRevision, descent: Descent) -> tuple[Way, ...]:
    restore, forks = _restored(case, descent)
    sync: Way = (Fix(_SYNC, ".", "take back what this tree lacks, with the code that git has of it"),)
    removal = lost.removal
    if removal and removal.how == "re-identified" and removal.now in case.graph:
        pending = [one for one in case.graph.topological() if one not in case.graph.needed([removal.now])]
        note = "the same file under its new id"
        stamp = case.stamp((removal.now,), purge=True)
        return ((Fix(stamp.command, stamp.cwd, note), *((case.upgrade(),) if pending else ())),)
    if removal or any(place.where in ("index", "working tree", "unreachable") for place in lost.files):
        ways = (restore, *((sync,) if not descent.missing else ()))
        return ways[::-1] if forks else ways
    switch: list[Way] = [(Fix(("git", "switch", name), ".", "go to where it is"),) for name in _branches(lost)[:1]]
    if descent.missing:
        return (*switch, restore)
    return (sync, *(switch or [restore]))


def _restored(case: Case, descent: Descent) -> tuple[Way, bool]:
    """(the commands that bring all the files back and go on from there, whether that gives a fork)."""
    note = "put its file back" if len(descent.lost) == 1 else "put their files back"
    first, *others = (Fix((*_RESTORE, one.id)) for one in descent.lost)
    back = (first._replace(note=note), *others)
    lost = (one.files[0].revision for one in descent.lost)
    graph = RevisionGraph([*case.graph.revisions, *lost])
    if not excess(graph, case.heads_allowed):
        return (*back, case.command("upgrade", "head" if len(graph.heads) == 1 else "heads")), False
    merge = case.command("merge", "-m", "merge heads", *graph.heads, note="join what is a fork then")
    return (*back, merge, case.command("upgrade", "head")), True


def _branches(lost: LostRevision) -> list[str]:
    """The local branches that have the file, as `git switch` takes them."""
    names = (name for place in lost.files for name in place.refs)
    return [name for name in dict.fromkeys(names) if name != "HEAD" and not name.startswith((STASH, "HEAD of "))]


def _removed(lost: LostRevision) -> list[str]:
    if lost.removal is None:
        return []
    how = {
        "deleted": "deleted",
        "renamed": f"moved to {lost.removal.now}",
        "re-identified": f"made '{lost.removal.now}'",
    }
    return [f"{lost.removal.path} was {how[lost.removal.how]} by {_named(lost.removal.commit)}"]


def _found(lost: LostRevision, id_: str) -> list[str]:
    place = lost.files[0]
    message = f" ({place.revision.message})" if place.revision.message else ""
    came = f", from {_named(place.commit)}" if place.commit else ""
    return [f"'{id_}'{message} is {_whereabouts(place)}: {place.revision.path or place.revision.blob}{came}"]


def _whereabouts(place: FileVersion) -> str:
    if place.worktree:
        return f"in the worktree {place.worktree}"
    if place.refs:
        more = f" and {len(place.refs) - 3} more" if len(place.refs) > 3 else ""
        return f"in {', '.join(place.refs[:3])}{more}"
    return {"index": "staged", "working tree": "on the disk"}.get(place.where) or _WHERE.get(place.where, "in git")


def _line(case: Case, descent: Descent) -> list[str]:
    """How it goes down to this tree."""
    said = []
    if len(descent.lost) > 1:
        come = "comes" if len(descent.lost) == 2 else "come"
        said.append(f"before it {come} {quoted(one.id for one in descent.lost[1:])}, which this tree lacks, too")
    if descent.reached:
        they = "it comes" if len(descent.lost) == 1 else "they come"
        said.append(f"this tree has what {they} after: {', '.join(titled(case.graph, id_) for id_ in descent.reached)}")
    if descent.missing:
        said.append(f"nothing that git has is called {quoted(descent.missing)}, which it comes after")
    return said


def _named(commit: Commit) -> str:
    return f"commit {commit.short} by {commit.author} on {commit.date} ({commit.subject})"


def _nowhere(case: Case, id_: str) -> Cause:
    """Git knows nothing of it: a slip, or a revision that was never committed here."""
    near = _near(case, id_)
    said = [f"'{id_}' is in no file of this tree, no branch, tag, remote, reflog, stash, worktree or loose commit"]
    message = f"the database is at '{id_}', which nothing here has"
    odd = _odd(case, id_, near)
    if odd:
        message = f"the version table {case.sight.version_table} holds '{id_}', {odd}"
        message += ", so where the database is cannot be judged"
    match, ways = case.match, tuple[Way, ...]()
    if near:
        said.append(f"{titled(case.graph, near)} is in this tree, and was probably meant: ids stand there in full")
        ways = (_stamped(case, (near,), "if that is what was meant"),)
    elif match is not None and match.revisions:
        said.append(
            f"the schema is {'that of' if match.exact else 'nearest to that of'} {quoted(match.revisions)}"
            f"{f', found {match.basis}' if match.basis else ''}"
        )
        said += match.differences[:_SHORTEST]
        loses = f"Alembic forgets '{id_}': what only that changed stays, and no downgrade takes it back"
        ways = (_stamped(case, match.revisions, loses),)
    elif match is not None and match.doubt:
        said.append(f"which revision the schema is like could not be found out: {match.doubt}")
    severity: Literal["error", "cannot-judge"] = "cannot-judge" if odd else "error"
    return Cause("unknown-revision", message, tuple(said), (id_,), ways, severity)


def _odd(case: Case, id_: str, near: str) -> str:
    """Why this is nothing that Alembic has written there, as a clause."""
    if len(id_) > _LONGEST and not any(len(one) > _LONGEST for one in case.graph.ids):
        return f"which has {len(id_)} characters, and Alembic's version table has room for {_LONGEST}"
    if not id_:
        return "which is no id"
    return f"which is only the beginning of '{near}'" if near.startswith(id_) else ""


def _stamped(case: Case, revisions: tuple[str, ...], note: str) -> Way:
    stamp = case.stamp(revisions, purge=True)
    pending = [one for one in case.graph.topological() if one not in case.graph.needed(revisions)]
    return (Fix(stamp.command, stamp.cwd, note), *((case.upgrade(),) if pending else ()))


def _near(case: Case, id_: str) -> str:
    """The one id of this tree that begins like it, or that it begins with."""
    if len(id_) < _SHORTEST:
        return ""
    found = [one for one in case.graph.ids if one.startswith(id_) or (len(id_) > _LONGEST and id_.startswith(one))]
    return found[0] if len(found) == 1 else ""
