"""The name that was probably meant."""

from __future__ import annotations

import pytest

from git_alembic.terminal.spelling_suggestion import did_you_mean


@pytest.mark.parametrize(
    ("word", "known", "expected"),
    [
        ("chekc", ["check", "graph"], " (did you mean 'check'?)"),
        ("fail_on_warning", ["fail-on-warning", "fetch"], " (did you mean 'fail-on-warning'?)"),
        ("script_locatoin", ["script_location", "section"], " (did you mean 'script_location'?)"),
        ("a_b_c_d", ["a_b_c_e"], " (did you mean 'a_b_c_e'?)"),
        ("xyz", ["check", "graph"], ""),
        ("check", [], ""),
    ],
)
def test_nearest_name(word: str, known: list[str], expected: str) -> None:
    assert did_you_mean(word, known) == did_you_mean(word, iter(known)) == expected
    assert did_you_mean(word, known, quote='"') == expected.replace("'", '"')
