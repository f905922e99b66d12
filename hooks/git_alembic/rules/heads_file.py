"""heads-file: the file with the heads of an environment is missing or doesn't match its history."""

from __future__ import annotations

from collections.abc import Iterator

from git_alembic.findings.counts_and_quoted_ids import quote_ids
from git_alembic.findings.finding import Command, Finding, Repair
from git_alembic.findings.repairs_shared_by_rules import RUN_FIX
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.heads_file import HeadsFile, agrees, heads_text
from git_alembic.history.snapshot_and_change import Change

SLUG = "heads-file"
MISSING = "Without this file, git reports no conflict when two branches each add a revision."
OUTDATED = "Git reports a conflict between two new heads only if this file lists the current heads."
NO_CONFLICT = "Git then reports no conflict when two branches each add a revision."


def find(change: Change) -> Iterator[Finding]:
    """Yield one finding if the file is missing or has other heads. Silent if a baseline had the same file and heads."""
    file, graph = change.heads_file, change.after.graph
    if file is None:
        return
    if not agrees(file, graph, change.heads_allowed):
        if file.is_unmerged or not _is_known(change):
            yield _finding(change, file)
    elif file.merge_driver:
        yield _is_useless(change, file)


def _is_known(change: Change) -> bool:
    """True if a baseline has the same file and the same heads, so this change made nothing worse."""
    after = change.after
    return any(
        baseline.environment.heads_file_path
        and baseline.heads_file_blob == after.heads_file_blob
        and baseline.graph.heads == after.graph.heads
        for baseline in change.baselines
    )


def _finding(change: Change, file: HeadsFile) -> Finding:
    graph, path = change.after.graph, change.environment.heads_file_path
    problem, line = _problem(file, graph, heads_text(graph, change.heads_allowed))
    return Finding(
        SLUG, path, line, graph.heads, f"{problem}; {_heads(graph)}", _why(graph, file), (_repair(change, file),)
    )


def _problem(file: HeadsFile, graph: RevisionGraph, expected: str) -> tuple[str, int]:
    """Return (what is wrong with the file, the number of the first wrong line)."""
    if file.is_unmerged:
        return "it has a merge conflict: both sides changed the heads", 0
    if file.text is None:
        return "the file does not exist yet", 0
    if line := file.marker_line:
        return "it has conflict markers", line
    if file.is_foreign:
        return "it has lines that aren't heads", 1
    wrong = [head for head in file.heads if head not in graph.heads]
    if not wrong:
        missing = [head for head in HeadsFile(expected).heads if head not in file.heads]
        return (f"it doesn't list {quote_ids(missing)}" if missing else "it lists a head twice"), 0
    problem = "which isn't a head" if wrong[0] in graph else "which isn't a revision"
    return f"it lists '{wrong[0]}', {problem}", file.line_of(wrong[0])


def _why(graph: RevisionGraph, file: HeadsFile) -> str:
    if not graph.heads:
        return ""
    return MISSING if file.is_missing else OUTDATED


def _heads(graph: RevisionGraph) -> str:
    if not graph.heads:
        return "the history has no revisions"
    return f"the {'heads are' if graph.heads[1:] else 'head is'} {quote_ids(graph.heads)}"


def _repair(change: Change, file: HeadsFile) -> Repair:
    path = change.environment.heads_file_path
    if not len(change.after.graph):
        return Repair("remove the file", (Command(("git", "rm", path)),))
    if file.is_foreign:
        return Repair("rename the file, then run `git alembic fix`")
    return Repair("create the file" if file.is_missing else "update the file", (RUN_FIX,))


def _is_useless(change: Change, file: HeadsFile) -> Finding:
    path = change.environment.heads_file_path
    message = (
        f"the attribute `merge={file.merge_driver}` keeps git from reporting conflicts in this file, which defeats the "
        "file's purpose"
    )
    repair = Repair(f"put the line `{path} merge=text` at the end of .gitattributes")
    return Finding(SLUG, path, 0, (), message, NO_CONFLICT, (repair,), severity="warning")
