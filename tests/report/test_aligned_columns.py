"""Aligned columns."""

from __future__ import annotations

from git_alembic.report.aligned_columns import table


def test_columns_are_as_wide_as_their_widest_cell_on_a_terminal() -> None:
    assert table([("a", "bb", ""), ("größe", "b", "x"), ("日本", "", "")]) == (
        "a      bb\n"
        "größe  b   x\n"
        "日本"
    )  # fmt: skip
