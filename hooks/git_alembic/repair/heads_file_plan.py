"""The step of a plan that writes the file with the heads of an environment."""

from __future__ import annotations

import os
from typing import NamedTuple

from git_alembic.errors import CannotCheck
from git_alembic.findings.counts_and_quoted_ids import quote_ids
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.heads_file import HeadsFile, agrees, heads_text
from git_alembic.history.snapshot_and_change import Change


class HeadsFileStep(NamedTuple):
    """The sentence in the plan, and the content. `note` says why the step is impossible."""

    path: str
    sentence: str = ""
    data: bytes = b""
    note: str = ""


def plan_heads_file(path: str, file: HeadsFile, graph: RevisionGraph, allowed: int | str) -> HeadsFileStep | None:
    """Return the step that makes the file match a history, or None if it matches. The line endings stay."""
    if not graph.heads or agrees(file, graph, allowed):
        return None
    if file.is_foreign:
        return HeadsFileStep(path, note=f"{path} has lines that aren't heads, so it is left unchanged")
    text = heads_text(graph, allowed)
    newline = "\r\n" if "\r\n" in (file.text or "") else "\n"
    return HeadsFileStep(path, _sentence(file, graph), text.replace("\n", newline).encode("utf-8", "surrogateescape"))


def refuse_other_file(top: str, path: str, change: Change) -> None:
    """Raise CannotCheck if the working tree has something else at the path of a file with heads."""
    full_path = os.path.join(top, path)
    reason = CannotCheck(
        f"{path} already exists where the heads file belongs: move it, then run `git alembic fix` again"
    )
    if os.path.islink(full_path) or os.path.isdir(full_path):
        raise reason
    is_tracked = change.heads_file is not None and (change.heads_file.is_unmerged or change.after.heads_file_blob)
    if os.path.lexists(full_path) and not is_tracked:
        with open(full_path, encoding="utf-8", errors="replace") as stream:
            if HeadsFile(stream.read()).is_foreign:
                raise reason


def _sentence(file: HeadsFile, graph: RevisionGraph) -> str:
    heads = f"the head{'s' if len(graph.heads) > 1 else ''} {quote_ids(graph.heads)}"
    if file.is_unmerged or file.marker_line:
        return f"the conflict is resolved, and the file has {heads}"
    instead = f" instead of {quote_ids(file.heads)}" if file.heads else ""
    return f"it has {heads}{instead}" if file.text is not None else f"a new file with {heads}"
