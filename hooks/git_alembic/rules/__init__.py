"""One file per rule: a slug and a pure function from a change, or from a trial on a scratch, to findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from git_alembic.change import Change
from git_alembic.finding import Finding
from git_alembic.rules import (
    broken_downgrade,
    broken_upgrade,
    changed_down_revision,
    changed_revision_id,
    deleted_revision,
    divergent_heads,
    duplicate_revision,
    edited_revision,
    extra_base,
    lossy_downgrade,
    missing_parent,
    model_drift,
    multiple_heads,
    renamed_revision,
    revision_cycle,
    stale_docstring,
    unreadable_revision,
    untracked_import,
)
from git_alembic.trial import Trial

Rule = tuple[str, Callable[[Change], Iterator[Finding]]]

RULES: tuple[Rule, ...] = (
    (unreadable_revision.SLUG, unreadable_revision.find),
    (duplicate_revision.SLUG, duplicate_revision.find),
    (revision_cycle.SLUG, revision_cycle.find),
    (missing_parent.SLUG, missing_parent.find),
    (multiple_heads.SLUG, multiple_heads.find),
    (divergent_heads.SLUG, divergent_heads.find),
    (extra_base.SLUG, extra_base.find),
    (deleted_revision.SLUG, deleted_revision.find),
    (changed_revision_id.SLUG, changed_revision_id.find),
    (changed_down_revision.SLUG, changed_down_revision.find),
    (renamed_revision.SLUG, renamed_revision.find),
    (edited_revision.SLUG, edited_revision.find),
    (stale_docstring.SLUG, stale_docstring.find),
)

TRIAL_RULES: tuple[tuple[str, Callable[[Trial], Iterator[Finding]]], ...] = (
    (untracked_import.SLUG, untracked_import.find),
    (broken_upgrade.SLUG, broken_upgrade.find),
    (broken_downgrade.SLUG, broken_downgrade.find),
    (lossy_downgrade.SLUG, lossy_downgrade.find),
    (model_drift.SLUG, model_drift.find),
)
