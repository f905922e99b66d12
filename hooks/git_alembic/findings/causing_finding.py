"""A finding that can cause others, and the history without it."""

from __future__ import annotations

from typing import NamedTuple

from git_alembic.findings.finding import Finding
from git_alembic.history.environment_change import Change
from git_alembic.history.graph import RevisionGraph


class CausingFinding(NamedTuple):
    """An error of a change that can cause other findings.

    `is_unknown`: it hides a file, and no baseline shows what is in the file.
    """

    cause: Finding
    change: Change
    repaired: RevisionGraph
    is_unknown: bool
