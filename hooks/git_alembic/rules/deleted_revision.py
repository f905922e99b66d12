"""deleted-revision: a published revision is gone; a squash, a revert and a removed environment are named as such."""

from __future__ import annotations

from collections.abc import Iterator

from git_alembic.findings.finding import Finding, Fix
from git_alembic.history.change import Change, quoted
from git_alembic.rules.advice import bring_back
from git_alembic.rules.changed_revision_id import successors

SLUG = "deleted-revision"
WHY = "a database stamped with it can no longer be upgraded: \"Can't locate revision identified by '{}'\""


def find(change: Change) -> Iterator[Finding]:
    """One finding per revision, or a single one where the whole has a name."""
    gone = [id_ for id_ in change.deleted_ids if id_ not in successors(change)]
    if not gone:
        return
    if name := _name(change, gone):
        place = change.first_parent[gone[0]]
        yield Finding(
            SLUG,
            place.path,
            0,
            tuple(gone),
            f"{name}: {quoted(gone)}",
            why=WHY.format(gone[0]),
            fixes=_fixes(change, gone),
        )
        return
    for id_ in gone:
        place = change.first_parent[id_]
        moved = change.after.not_loaded.get(id_)
        what = f"its file now lies at {moved}, where Alembic does not look" if moved else "its file was deleted"
        yield Finding(
            SLUG,
            place.path,
            0,
            (id_,),
            f"published revision '{id_}'{_titled(place.message)} is gone: {what}",
            why=WHY.format(id_),
            fixes=_fixes(change, [id_]),
        )


def _name(change: Change, gone: list[str]) -> str:
    """What the deletion is, where it is something well known, else ""."""
    before, after = change.first_parent, change.after.graph
    if not len(after):
        return f"the whole environment with its {len(before)} published revisions was removed"
    if len(set(after.missing) - set(before.missing)) or len(after.heads) > len(before.heads):
        return ""
    new_bases = [base for base in after.bases if base in before and before[base].down]
    if new_bases:
        return f"a squash onto {quoted(new_bases)} removed {len(gone)} published revisions"
    if before.descendants(gone) <= set(gone):
        return f"a revert removed {len(gone)} published revision{'s' if len(gone) > 1 else ''}"
    return ""


def _fixes(change: Change, gone: list[str]) -> tuple[Fix, ...]:
    paths = [change.first_parent[id_].path for id_ in gone]
    if not len(change.after.graph):  # the whole environment: nothing else can be lost by taking its folders
        paths = sorted({path.rpartition("/")[0] or "." for path in paths})
    fix = bring_back(change, paths[0])
    return (
        Fix((*fix.command, *paths[1:]), note="brings the file back" if len(gone) == 1 else "brings the files back"),
    )


def _titled(message: str) -> str:
    return f' ("{message}")' if message else ""
