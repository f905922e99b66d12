"""One file per rule: a slug and a pure function from a change, or from a `ScratchResult`, to findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from git_alembic.findings.finding import Finding
from git_alembic.history.change import Change
from git_alembic.rules import (
    changed_down_revision,
    changed_revision_id,
    deleted_revision,
    divergent_heads,
    duplicate_revision,
    edited_revision,
    extra_base,
    missing_parent,
    multiple_heads,
    renamed_revision,
    revision_cycle,
    stale_docstring,
    unreadable_revision,
)

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
