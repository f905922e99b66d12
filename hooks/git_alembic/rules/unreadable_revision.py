"""unreadable-revision: git-alembic can't read the identifiers of a new or changed revision file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from git_alembic.findings.finding import Finding, Repair
from git_alembic.history.snapshot_and_change import Change
from git_alembic.revisions.revision import NOT_TEXT, REFUSED, Problem, Revision

SLUG = "unreadable-revision"
WHY = "Alembic loads every file in the version folder. If it can't load one, every command fails."
COMPUTED_WHY = (
    "git-alembic reads revision files without running them, so it does not know this revision's place in the history."
)
BY_HAND = Repair("correct the file. If it is not a revision, move it out of the version folder")
BY_LITERAL = Repair(
    'assign literals to `revision` and `down_revision`, or set `unreadable = "ask-project"` in [tool.git-alembic] to '
    "run such files"
)
DOUBT = (
    "git-alembic could not compile it. To check it properly, set `python` in "
    "[tool.git-alembic] to the project's Python."
)


def find(change: Change) -> Iterator[Finding]:
    """Yield one finding per file that no baseline has with the same content."""
    in_baselines = {(file.path, file.blob) for snapshot in change.baselines for file in snapshot.unreadable}
    for file in change.after.unreadable:
        if (file.path, file.blob) not in in_baselines:
            computed = file.reason.startswith("`") and NOT_TEXT not in file.reason
            why, repair = (COMPUTED_WHY, BY_LITERAL) if computed else (WHY, BY_HAND)
            yield Finding(SLUG, file.path, file.line, (), file.reason, why=why, repairs=(repair,))
    for revision in change.new:
        problem, doubt = _find_problems(revision, change.compiled)
        if problem is not None:
            ids = (revision.id,)
            yield Finding(SLUG, revision.path, problem.line, ids, problem.why, why=WHY, repairs=(BY_HAND,))
        elif doubt is not None:
            yield Finding(SLUG, revision.path, doubt.line, (revision.id,), doubt.why, why=DOUBT, severity="warning")


def _find_problems(revision: Revision, compiled: Mapping[str, Problem | None]) -> tuple[Problem | None, Problem | None]:
    """Return (why Alembic would reject a file, why it might). The project's newer Python decides on the syntax."""
    problem = Problem(revision.problem, revision.problem_line) if revision.problem is not None else None
    doubt = Problem(revision.doubt, revision.doubt_line) if revision.doubt is not None else None
    if revision.blob not in compiled:
        return problem, doubt
    if (verdict := compiled[revision.blob]) is not None:
        return verdict, None
    if problem is not None and problem.why.startswith(REFUSED):
        return None, Problem(f"{problem.why}; only the revision identifiers were read, line by line", problem.line)
    return problem, None
