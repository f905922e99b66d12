"""deleted-revision: a published revision is gone. The message names a squash, a revert or a removed environment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal

from git_alembic.findings.counts_and_quoted_ids import format_count, quote_ids
from git_alembic.findings.finding import BY_HAND, Command, Finding, Repair
from git_alembic.findings.repairs_shared_by_rules import RUN_FIX, bring_back
from git_alembic.history.snapshot_and_change import Change
from git_alembic.rules.changed_revision_id import successors

if TYPE_CHECKING:
    from git_alembic.findings.finding import CausingFinding

SLUG = "deleted-revision"
DeletionKind = Literal["removed environment", "squash", "revert"]
WHY = "Databases at {} can't be upgraded: \"Can't locate revision identified by '{}'\"."


def find(change: Change) -> Iterator[Finding]:
    """Yield one finding for all deleted revisions, and one per revision whose file was moved away."""
    replaced = successors(change)
    deleted = [id_ for id_ in change.deleted_ids if id_ not in replaced and id_ not in change.moved_ids]
    if not deleted:
        return
    for ids, message in _groups(change, deleted):
        revision = change.expected[ids[0]]
        why = WHY.format("any of these revisions" if ids[1:] else "this revision", ids[0])
        yield Finding(SLUG, revision.path, 0, tuple(ids), message, why=why, repairs=_repairs(change, ids))


def is_consequence(finding: Finding, causing: CausingFinding) -> bool:
    """True if the repaired history has all deleted revisions."""
    return set(finding.revisions) <= causing.repaired.by_id.keys()


def _groups(change: Change, all_deleted: list[str]) -> Iterator[tuple[list[str], str]]:
    """Yield (ids, message): one for a deletion of a known kind or for all deleted files, and one per moved file."""
    if name := _name(change, all_deleted):
        yield all_deleted, name
        return
    deleted = [id_ for id_ in all_deleted if id_ not in change.after.not_loaded]
    if len(deleted) > 1:
        yield deleted, f"{len(deleted)} published revisions were deleted: {quote_ids(deleted)}"
        all_deleted = [id_ for id_ in all_deleted if id_ not in deleted]
    for id_ in all_deleted:
        yield [id_], _sentence(change, id_)


def _sentence(change: Change, id_: str) -> str:
    revision = change.expected[id_]
    title = f' ("{revision.message}")' if revision.message else ""
    moved = change.after.not_loaded.get(id_)
    fate = f"is now at {moved}, where Alembic doesn't look" if moved else "was deleted"
    return f"published revision '{id_}'{title} {fate}"


def find_kind(change: Change, deleted: Sequence[str]) -> DeletionKind | None:
    """Return the kind of the deletion, or None if it is of no known kind."""
    before, after = change.expected, change.after.graph
    if not len(after):
        return "removed environment"
    if set(after.missing) - set(before.missing) or len(after.heads) > len(before.heads):
        return None
    if _is_squash(change, deleted):
        return "squash"
    return "revert" if change.is_revert else None


def _name(change: Change, deleted: Sequence[str]) -> str:
    """Return the message for a deletion of a known kind, else ""."""
    count = format_count(len(deleted), "published revision")
    kind = find_kind(change, deleted)
    if kind == "removed environment":
        return f"the whole environment was removed, with {count}: {quote_ids(deleted)}"
    if kind == "squash":
        return f"a squash into {quote_ids(change.after.graph.bases)} removed {count}: {quote_ids(deleted)}"
    return f"a revert removed {count}: {quote_ids(deleted)}" if kind == "revert" else ""


def _is_squash(change: Change, deleted: Sequence[str]) -> bool:
    """True if a new base, or one from the middle of the history, replaces everything deleted below it."""
    before, after = change.expected, change.after.graph
    raised = [base for base in after.bases if base in before and before[base].down]
    if raised:
        return before.ancestors(raised).issuperset(deleted)
    fresh = [base for base in after.bases if base not in before]
    return bool(fresh and deleted[1:]) and set(before.bases) <= set(deleted)


def _repairs(change: Change, deleted: Sequence[str]) -> tuple[Repair, ...]:
    revisions = [change.expected[id_] for id_ in deleted]
    by_hand = bring_back(change, revisions)
    if not len(change.after.graph):  # the whole environment is gone, so restoring its folders overwrites nothing
        return (Repair("bring the files back", tuple(map(_restore_folders, by_hand))),)
    files = "files" if revisions[1:] else "file"
    return (Repair(f"bring the {files} back", (RUN_FIX,)), Repair(BY_HAND, by_hand))


def _restore_folders(command: Command) -> Command:
    """Return the command with folders in place of files."""
    split = command.argv.index("--") + 1
    folders = sorted({path.rpartition("/")[0] or "." for path in command.argv[split:]})
    return Command((*command.argv[:split], *folders))
