"""stale-docstring: the docstring's `Revises:` or `Revision ID:` line contradicts the code."""

from __future__ import annotations

from typing import Any

import pytest

from git_alembic.findings.finding import CausingFinding, Finding, Repair
from git_alembic.findings.repairs_shared_by_rules import RUN_FIX
from git_alembic.history.snapshot_and_change import Change
from git_alembic.rules.stale_docstring import SLUG, WHY, find, is_consequence
from tests.support.literal_changes import History, assert_override_allows, change, graph, merge, revision

A = {"a": ""}


def says(parents: str = "a", **fields: Any) -> History:
    return {**A, "b": revision("b", parents, **fields)}


def finding(message: str) -> Finding:
    return Finding(SLUG, "versions/b.py", 1, ("b",), message, WHY, (Repair("correct the docstring", (RUN_FIX,)),))


STALE = says(doc_down=("x",))
ID = "the docstring says \"Revision ID: x\", but the code says 'b'"
DOWN = "the docstring says \"Revises: x\", but the code says 'a'"
FIRES = {
    "another parent": (change(A, STALE), finding(DOWN)),
    "no baseline": (change(None, STALE), finding(DOWN)),
    "another id": (change(A, says(doc_id="x")), finding(ID)),
    "another id that sorts earlier": (
        change(A, says(doc_id="a")),
        finding("the docstring says \"Revision ID: a\", but the code says 'b'"),
    ),
    "another id and another parent": (change(A, says(doc_id="x", doc_down=("x",))), finding(ID)),
    "the id is right, the parent is not": (change(A, says(doc_id="b", doc_down=("x",))), finding(DOWN)),
    "a base": (
        change(A, says("", doc_down=("x", "y"))),
        finding('the docstring says "Revises: x, y", but the code says None'),
    ),
    "no parent in the docstring": (
        change(A, says(doc_down=())),
        finding("the docstring says \"Revises: \", but the code says 'a'"),
    ),
    "an edit of the code alone": (
        change(says("x", doc_down=("x",)), STALE),
        finding(DOWN),
    ),
    "a merge brings it from an unpublished side": (merge(A, A, STALE, STALE, other_is_published=False), finding(DOWN)),
}
SILENT = {
    "both are right": change(A, says(doc_id="b", doc_down=("a",))),
    "a docstring without the lines": change(A, says()),
    "parents in another order": change(A, says("a x", doc_down=("x", "a"))),
    "the baseline has it": change(STALE, {**STALE, "c": "b"}),
    "a merge of a published side that had it": merge(A, A, STALE, STALE, other_is_published=True),
}


@pytest.mark.parametrize(("made", "expected"), FIRES.values(), ids=FIRES)
def test_fires(made: Change, expected: Finding) -> None:
    assert list(find(made)) == [expected]


@pytest.mark.parametrize("made", SILENT.values(), ids=SILENT)
def test_stays_silent(made: Change) -> None:
    assert list(find(made)) == []


def test_an_override_allows_it() -> None:
    assert_override_allows(change(A, STALE), SLUG)


@pytest.mark.parametrize(("path", "expected"), [("a.py", False), ("b.py", True), ("c.py", False)])
def test_it_is_a_consequence_of_another_parent_in_the_same_file(path: str, *, expected: bool) -> None:
    cause = Finding("changed-down-revision", "b.py", 0, ("b",), "")
    causing = CausingFinding(cause, change(A, STALE), graph(A), is_unknown=False)
    assert is_consequence(Finding(SLUG, path, 0, ("b",), ""), causing) is expected
