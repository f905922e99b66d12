"""Ids and numbers in messages."""

from __future__ import annotations

import pytest

from git_alembic.findings.counts_and_quoted_ids import format_count, quote_ids


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0, "0 revisions"), (1, "1 revision"), (2, "2 revisions"), (11, "11 revisions"), (2000, "2,000 revisions")],
)
def test_a_number_has_its_noun(number: int, expected: str) -> None:
    assert format_count(number, "revision") == expected


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        ("", ""),
        ("a", "'a'"),
        ("ab", "'a' and 'b'"),
        ("abc", "'a', 'b' and 'c'"),
        ("abcdefghij", "'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i' and 'j'"),
        ("abcdefghijk", "'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i' and 2 more"),
        ("abcdefghijklmnopqrstu", "'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i' and 12 more"),
    ],
)
def test_ids_are_quoted_as_a_list(ids: str, expected: str) -> None:
    assert quote_ids(ids) == expected


def test_a_noun_can_have_a_plural_of_its_own() -> None:
    assert [format_count(number, "branch", "branches") for number in (1, 2)] == ["1 branch", "2 branches"]
