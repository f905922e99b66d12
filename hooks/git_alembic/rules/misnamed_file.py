"""misnamed-file: the name of a new file contains the id of another revision, or an earlier id of the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from git_alembic.findings.finding import Command, Finding, Repair
from git_alembic.history.snapshot_and_change import Change
from git_alembic.revisions.revision import Revision

if TYPE_CHECKING:
    from git_alembic.findings.finding import CausingFinding

SLUG = "misnamed-file"
WHY = "Alembic uses the id in the file; people look for a revision by its file name."
SHORTEST_ID = 3  # a shorter id occurs in names by chance


def find(change: Change) -> Iterator[Finding]:
    """Yield one finding per new or changed file."""
    unclear = [revision for revision in change.new if not _has_id(_stem(revision), revision.id)]
    if not unclear:
        return
    old = (revision for graph in change.baseline_graphs for revision in graph.revisions)
    former = {revision.path: revision.id for revision in old}
    for revision in unclear:
        stem = _stem(revision)
        other = _other_id(change, revision, stem, former.get(revision.path))
        if other is not None:
            name = re.sub(rf"(?<![0-9A-Za-z]){re.escape(other)}(?![0-9A-Za-z])", revision.id, stem, count=1) + ".py"
            path = revision.path.removesuffix(f"{stem}.py") + name
            meaning = "the revision's former id" if former.get(revision.path) == other else "the id of another revision"
            message = f"the file name contains '{other}', {meaning}, but the file declares '{revision.id}'"
            rename = Repair("rename the file", (Command(("git", "mv", revision.path, path)),))
            yield Finding(SLUG, revision.path, revision.id_line, (revision.id,), message, why=WHY, repairs=(rename,))


def is_consequence(finding: Finding, causing: CausingFinding) -> bool:
    """True if the file got another id."""
    return finding.path == causing.cause.path


def _stem(revision: Revision) -> str:
    return revision.path.rpartition("/")[2].removesuffix(".py")


def _other_id(change: Change, revision: Revision, stem: str, former: str | None) -> str | None:
    """Return the id at the start of the name if it isn't the file's own id."""
    if former and former != revision.id and _has_id(stem, former):
        return former
    starts = [stem[: end.start()] for end in re.finditer(r"[^0-9A-Za-z]+|$", stem)]
    ids = (start for start in starts if len(start) >= SHORTEST_ID and start in change.after.graph)
    return max(ids, key=len, default=None)


def _has_id(stem: str, id_: str) -> bool:
    return re.search(rf"(?<![0-9A-Za-z]){re.escape(id_)}(?![0-9A-Za-z])", stem) is not None
