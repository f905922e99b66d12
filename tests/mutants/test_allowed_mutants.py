"""Each mutant that may survive is explained, and the list does not grow."""

from __future__ import annotations

from pathlib import Path

from tests.mutants.run import ROOT, mutant_key, read_allowed

ALLOWED = read_allowed((Path(__file__).parent / "allowed.txt").read_text(encoding="utf-8"))
MOST = 40  # lower it when the list becomes shorter


def test_the_list_does_not_grow() -> None:
    assert len(ALLOWED) <= MOST


def test_each_mutant_has_a_reason() -> None:
    assert [key for key, reason in ALLOWED.items() if len(reason.split()) < 4] == []


def test_each_mutant_is_of_a_line_that_exists() -> None:
    for key in ALLOWED:
        path, _, change = key.partition(": ")
        source = (ROOT / "hooks/git_alembic" / path).read_text(encoding="utf-8")
        assert change.partition(" => ")[0] in {line.strip() for line in source.splitlines()}, key


def test_a_mutant_is_known_by_its_module_and_its_line() -> None:
    diff = "--- hooks/git_alembic/rules/x.py\n+++ hooks/git_alembic/rules/x.py\n@@ -1 +1 @@\n-    a < b\n+    a <= b"
    assert mutant_key(diff) == "rules/x.py: a < b => a <= b"


def test_the_list_is_read_with_its_reasons() -> None:
    text = "# a comment\n\nrules/x.py: a < b => a <= b\n    They are\n    never equal.\nrules/y.py: c => d\n"
    assert read_allowed(text) == {"rules/x.py: a < b => a <= b": "They are never equal.", "rules/y.py: c => d": ""}
