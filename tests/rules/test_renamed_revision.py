"""renamed-revision: the same revision id is now in a file with another name."""

from __future__ import annotations

import pytest

from git_alembic.findings.finding import Command, Finding, Repair
from git_alembic.history.snapshot_and_change import Change
from git_alembic.rules.renamed_revision import SLUG, WHY, find
from tests.support.literal_changes import assert_override_allows, change, merge, revision

AB = {"a": "", "b": "a"}
RENAMED = {"a": "", "b": revision("b", "a", path="versions/new.py")}
FINDING = Finding(
    SLUG,
    "versions/new.py",
    3,
    ("b",),
    "the file for published revision 'b' was renamed from b.py",
    WHY,
    (Repair("undo the rename", (Command(("git", "mv", "versions/new.py", "versions/b.py")),)),),
)
FIRES = {
    "a rename": (change(AB, RENAMED), FINDING),
    "a rename with an edit": (
        change(AB, {"a": "", "b": revision("b", "a", path="versions/new.py", blob="edited")}),
        FINDING,
    ),
    "to a name that sorts earlier": (
        change(AB, {"a": "", "b": revision("b", "a", path="versions/0.py")}),
        FINDING._replace(
            path="versions/0.py",
            repairs=(Repair("undo the rename", (Command(("git", "mv", "versions/0.py", "versions/b.py")),)),),
        ),
    ),
    "the published side has yet another name": (
        change(AB, RENAMED, published={"a": "", "b": revision("b", "a", path="versions/old.py")}),
        FINDING,
    ),
    "a merge brings it from an unpublished side": (merge(AB, AB, RENAMED, RENAMED, other_is_published=False), FINDING),
}
SILENT = {
    "nothing changed": change(AB, AB),
    "a move of the folder": change(AB, {"a": "", "b": revision("b", "a", path="other/b.py")}),
    "an edit": change(AB, {"a": "", "b": revision("b", "a", blob="edited")}),
    "an unpublished revision": change(AB, RENAMED, published={"a": ""}),
    "no baseline": change(None, RENAMED, published=AB),
    "the baseline has the name": change(RENAMED, {**RENAMED, "c": "b"}, published=AB),
    "it had the name when it was published": change(RENAMED, AB, published=AB),
    "a merge of a published side that did it": merge(AB, AB, RENAMED, RENAMED, other_is_published=True),
}


@pytest.mark.parametrize(("made", "expected"), FIRES.values(), ids=FIRES)
def test_fires(made: Change, expected: Finding) -> None:
    assert list(find(made)) == [expected]


@pytest.mark.parametrize("made", SILENT.values(), ids=SILENT)
def test_stays_silent(made: Change) -> None:
    assert list(find(made)) == []


def test_a_published_name_of_either_side_is_known() -> None:
    """The file is edited and has the name that the published side gave it."""
    edited = {"a": "", "b": revision("b", "a", path="versions/new.py", blob="edited")}
    assert list(find(change(AB, edited, published=RENAMED))) == []


def test_an_override_allows_it() -> None:
    assert_override_allows(change(AB, RENAMED), SLUG)
