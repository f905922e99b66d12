"""The rules of what is tried on a scratch; no static command imports them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from git_alembic.findings.finding import Finding
from git_alembic.rules import broken_downgrade, broken_upgrade, lossy_downgrade, model_drift, untracked_import
from git_alembic.scratch.result import ScratchResult

SCRATCH_RULES: tuple[tuple[str, Callable[[ScratchResult], Iterator[Finding]]], ...] = (
    (untracked_import.SLUG, untracked_import.find),
    (broken_upgrade.SLUG, broken_upgrade.find),
    (broken_downgrade.SLUG, broken_downgrade.find),
    (lossy_downgrade.SLUG, lossy_downgrade.find),
    (model_drift.SLUG, model_drift.find),
)
