"""The width of text in a terminal, and where it is cut."""

from __future__ import annotations

import pytest

from git_alembic.terminal.text_width import shorten


@pytest.mark.parametrize(
    ("text", "room", "expected"),
    [
        ("create orders", 13, "create orders"),
        ("create orders", 12, "create…"),
        ("create orders", 8, "create…"),
        ("create orders", 7, "create…"),
        ("create orders", 6, "creat…"),
        ("a table of orders", 12, "a table of…"),
        ("an orders_table_with_a_long_name", 20, "an orders_table_wit…"),
        ("3f1a9c", 4, "3f1…"),
        ("größe 注文を", 9, "größe…"),
        ("注文を追加", 7, "注文を…"),
    ],
)
def test_a_text_is_cut_between_words_if_half_of_the_room_is_used(text: str, room: int, expected: str) -> None:
    assert shorten(text, room) == expected
