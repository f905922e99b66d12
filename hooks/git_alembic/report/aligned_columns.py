"""Aligned columns for a terminal or a file."""

from __future__ import annotations

from collections.abc import Sequence

from git_alembic.terminal.text_width import count_columns


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return the rows as lines of aligned columns."""
    widths = [max(count_columns(row[column]) for row in rows) for column in range(len(rows[0]))]
    padded = (
        [cell + " " * (width - count_columns(cell)) for cell, width in zip(row, widths, strict=True)] for row in rows
    )
    return "\n".join("  ".join(row).rstrip() for row in padded)
