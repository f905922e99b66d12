"""untracked-import: the project's code needs a file that is not in the commit."""

from __future__ import annotations

from collections.abc import Iterator

from git_alembic.findings.finding import Command, Finding, Repair
from git_alembic.scratch.scratch_result import ScratchResult

SLUG = "untracked-import"
WHY = "It works here, but fails with ModuleNotFoundError in a clean checkout."


def find(result: ScratchResult) -> Iterator[Finding]:
    """Yield one finding per file."""
    for path in result.untracked:
        yield Finding(
            SLUG,
            path,
            0,
            (),
            f"{path} was imported, but is not in the commit",
            why=WHY,
            repairs=(Repair("add it to the commit", (Command(("git", "add", path)),)),),
        )
