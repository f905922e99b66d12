"""missing-parent: `down_revision` or `depends_on` names a revision that the checked history lacks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from git_alembic.errors import CannotCheck
from git_alembic.findings.finding import Command, Finding, Repair
from git_alembic.history.snapshot_and_change import Change, MissingParentHint
from git_alembic.revisions.revision import Unreadable
from git_alembic.rules.missing_parent import SLUG, WHY, find
from tests.support.literal_changes import (
    ENVIRONMENT,
    assert_override_allows,
    change,
    merge,
    report_of,
    revision,
    snapshot,
)

A, LOST = {"a": ""}, {"a": "", "c": "b"}
NEEDS = {"a": "", "c": revision("c", "a", depends=("b",))}
HINT = MissingParentHint("'b' is on branch topic", "get it from topic", (("git", "checkout", "topic", "--", "b.py"),))

NOWHERE = Repair("use the id of a revision in this history, or merge the branch that has 'b'")


def finding(
    message: str = "the down_revision of 'c' is 'b', but the history in the index has no such revision",
    repairs: tuple[Repair, ...] = (NOWHERE,),
    revisions: tuple[str, ...] = ("c", "b"),
) -> Finding:
    return Finding(SLUG, f"versions/{revisions[0]}.py", 4, revisions, message, WHY, repairs)


FIRES = {
    "a new revision after nothing": (change(A, LOST), finding()),
    "no baseline": (change(None, LOST), finding()),
    "the parent is deleted": (change({"a": "", "b": "a", "c": "b"}, LOST), finding()),
    "a parent of a merge revision": (
        change(A, {"a": "", "c": "a b"}),
        finding(),
    ),
    "a dependency": (
        change(A, NEEDS),
        finding("the depends_on of 'c' is 'b', but the history in the index has no such revision"),
    ),
    "another tree than the index": (
        change(A, snapshot(LOST, "topic")),
        finding("the down_revision of 'c' is 'b', but the history of topic has no such revision"),
    ),
    "a hint with a repair": (
        change(A, LOST, missing_parent_hints={"b": HINT}),
        finding(
            (
                "the down_revision of 'c' is 'b', but the history in the index has no such revision: 'b' "
                "is on branch topic"
            ),
            (Repair("get it from topic", (Command(("git", "checkout", "topic", "--", "b.py")),)),),
        ),
    ),
    "a hint without a command": (
        change(
            A,
            LOST,
            missing_parent_hints={"b": MissingParentHint("it is on main", "set `down_revision` to another revision")},
        ),
        finding(
            "the down_revision of 'c' is 'b', but the history in the index has no such revision: it is on main",
            (Repair("set `down_revision` to another revision"),),
        ),
    ),
    "a hint without a repair": (
        change(A, LOST, missing_parent_hints={"b": MissingParentHint("it's a file name")}),
        finding(
            "the down_revision of 'c' is 'b', but the history in the index has no such revision: it's a file name", ()
        ),
    ),
    "a merge brings it from an unpublished side": (merge(A, A, LOST, LOST, other_is_published=False), finding()),
    "another child of a parent that is missing already": (
        change(LOST, {**LOST, "d": "b"}),
        finding(
            "the down_revision of 'd' is 'b', but the history in the index has no such revision", revisions=("d", "b")
        ),
    ),
    "a dependency is missing already, and now the parent": (
        change(NEEDS, {"a": "", "c": revision("c", "b", depends=("b",))}),
        finding(),
    ),
}
SILENT = {
    "the parent exists": change(A, {**A, "b": "a"}),
    "a dependency on a label": change(
        A, {"a": revision("a", labels=("shop",)), "c": revision("c", "a", depends=("shop",))}
    ),
    "the baseline lacks it already": change(LOST, {**LOST, "d": "c"}),
    "the baseline lacks the dependency already": change(NEEDS, {**NEEDS, "d": "c"}),
    "what only code gives": change(A, {"a": "", "c": revision("c", "a", depends=("<NAME>",))}),
    "a merge of a published side that lacked it": merge(A, A, LOST, LOST, other_is_published=True),
    "parents of other packages": replace(change(A, LOST), environment=ENVIRONMENT._replace(external_parents=True)),
}


@pytest.mark.parametrize(("made", "expected"), FIRES.values(), ids=FIRES)
def test_fires(made: Change, expected: Finding) -> None:
    assert list(find(made)) == [expected]


@pytest.mark.parametrize("made", SILENT.values(), ids=SILENT)
def test_stays_silent(made: Change) -> None:
    assert list(find(made)) == []


def test_a_computed_dependency_hides_no_other() -> None:
    """The rule continues after a computed name."""
    made = change(A, {"a": "", "c": revision("c", "a", depends=("<NAME>", "b"))})
    assert [found.revisions for found in find(made)] == [("c", "b")]


def test_an_old_unreadable_file_that_may_declare_it_gives_no_verdict() -> None:
    hidden = tuple(Unreadable(f"versions/{name}.py", name, "computed") for name in "wxyz")
    made = change(A, snapshot(LOST, unreadable=hidden), baselines=(snapshot(A, "HEAD", unreadable=hidden),))
    with pytest.raises(CannotCheck) as caught:
        report_of(made, SLUG)
    assert str(caught.value) == (
        "versions/c.py: the down_revision of 'c' is 'b', but the history in the index has no such revision; "
        "it may be declared in versions/w.py, versions/x.py, versions/y.py, which cannot be read without running it "
        '(set `unreadable = "ask-project"` in [tool.git-alembic])'
    )


def test_an_override_allows_it() -> None:
    assert_override_allows(change(A, LOST), SLUG)
