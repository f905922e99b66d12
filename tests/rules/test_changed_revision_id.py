"""changed-revision-id: a published revision has a new id."""

from __future__ import annotations

import pytest

from git_alembic.findings.finding import Command, Finding, Repair
from git_alembic.history.snapshot_and_change import Change
from git_alembic.rules.changed_revision_id import SLUG, WHY, find
from tests.support.literal_changes import assert_override_allows, change, merge, revision

A, AB = {"a": ""}, {"a": "", "b": "a"}
SAME_FILE = {"a": "", "c": revision("c", "a", path="versions/b.py")}
SAME_CODE = {"a": "", "c": "a"}
CODE = {"b after a": "code", "c after a": "code"}


def finding(path: str = "versions/b.py", source: str = "HEAD", old: str = "b") -> Finding:
    back = Command(("git", "checkout", source, "--", f"versions/{old}.py"))
    keep = Repair(f"restore the id '{old}', which existing databases use", (back,))
    message = f"published revision '{old}' now has the id 'c'"
    return Finding(SLUG, path, 3, (old, "c"), message, WHY.format(old), (keep,))


def repairing(
    why: str, path: str = "versions/b2.py", message: str = "published revision 'b2' now has the id 'c'"
) -> Finding:
    return Finding(SLUG, path, 3, ("b2", "c"), message, why, severity="warning")


FORK = {**AB, "b2": "a"}
FIRES = {
    "the same file declares another id": (change(AB, SAME_FILE), finding()),
    "a new file has the same code": (change(AB, SAME_CODE, code=CODE), finding("versions/c.py")),
    "it repairs a fork": (
        change(FORK, {**AB, "c": revision("c", "b", path="versions/b2.py")}),
        repairing("Databases at 'b2' need `alembic stamp --purge a`, then `alembic upgrade head`."),
    ),
    "it repairs a fork of bases": (
        change({"a": "", "b2": ""}, {"a": "", "c": revision("c", "a", path="versions/b2.py")}),
        repairing("Databases at 'b2' need `alembic stamp --purge base`, then `alembic upgrade head`."),
    ),
    "a merge brings it from an unpublished side": (
        merge(AB, AB, SAME_FILE, SAME_FILE, other_is_published=False),
        finding(),
    ),
    "a merge gives a new id to what a published side added": (
        merge(A, A, AB, SAME_FILE, other_is_published=True),
        finding(source="topic"),
    ),
}
SILENT = {
    "nothing changed": change(AB, AB),
    "deleted": change(AB, A),
    "an unpublished revision": change(AB, SAME_FILE, published=A),
    "no baseline": change(None, SAME_FILE, published=AB),
    "the baseline gave it the new id already": change(SAME_FILE, {**SAME_FILE, "d": "c"}, published=AB),
    "its file has an id that another file had": change(
        {**AB, "c": "b"}, {"a": "", "c": revision("c", "b", path="versions/b.py")}
    ),
    "another code": change(AB, SAME_CODE, code={**CODE, "c after a": "other"}),
    "a code that was not compared": change(AB, SAME_CODE),
    "a merge of a published side that did it": merge(AB, AB, SAME_FILE, SAME_FILE, other_is_published=True),
}


@pytest.mark.parametrize(("made", "expected"), FIRES.values(), ids=FIRES)
def test_fires(made: Change, expected: Finding) -> None:
    assert list(find(made)) == [expected]


@pytest.mark.parametrize("made", SILENT.values(), ids=SILENT)
def test_stays_silent(made: Change) -> None:
    assert list(find(made)) == []


def test_the_file_counts_before_the_code() -> None:
    after = {**SAME_FILE, "d": revision("d", "c")}
    made = change(AB, after, code={"b after a": "code", "d after c": "code"})
    assert [found.revisions for found in find(made)] == [("b", "c")]


def test_all_revisions_that_a_repair_renumbers_are_named() -> None:
    after = {**AB, "c": revision("c", "b", path="versions/b2.py"), "d": revision("d", "c", path="versions/b3.py")}
    made = change({**FORK, "b3": "b2"}, after)
    assert [(found.revisions, found.severity) for found in find(made)] == [
        (("b2", "c"), "warning"),
        (("b3", "d"), "warning"),
    ]


def test_a_new_revision_replaces_only_one() -> None:
    before = {"a": "", "b": "a", "b2": "b"}
    made = change(before, SAME_CODE, code={"b after a": "code", "b2 after b": "code", "c after a": "code"})
    assert [found.revisions for found in find(made)] == [("b", "c")]


def test_an_override_allows_it() -> None:
    assert_override_allows(change(AB, SAME_FILE), SLUG)
