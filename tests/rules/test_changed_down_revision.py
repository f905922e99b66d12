"""changed-down-revision: a published revision has a new parent, and this repairs nothing."""

from __future__ import annotations

import pytest

from git_alembic.findings.finding import Command, Finding, Repair
from git_alembic.findings.repairs_shared_by_rules import RUN_FIX
from git_alembic.history.snapshot_and_change import Change
from git_alembic.rules.changed_down_revision import INSERTED as INSERTED_WHY
from git_alembic.rules.changed_down_revision import REMOVED, SLUG, find
from tests.support.literal_changes import assert_override_allows, change, merge, revision

LINE = {"a": "", "b": "a", "c": "b"}
BASE = "nothing"
INSERTED = {"a": "", "n": "a", "b": "n", "c": "b"}


def finding(
    now: str, then: str, id_: str = "b", source: str = "HEAD", path: str = "", *, title: str = "put '{}' back after {}"
) -> Finding:
    """`title` is the title of the repair with `git alembic fix`, or "" if there is none."""
    rename = (Command(("git", "mv", path, f"versions/{id_}.py")),) if path else ()
    undo = Repair(
        "by hand" if title else "revert the change",
        (*rename, Command(("git", "checkout", source, "--", f"versions/{id_}.py"))),
    )
    parents = f"now comes after {now}{'; it used to be a base' if then == BASE else f', not after {then}'}"
    parents = f"is now a base; it used to come after {then}" if now == BASE else parents
    message = f"published revision '{id_}' {parents}"
    why = REMOVED.format(id_, then) if now == BASE else INSERTED_WHY.format(id_)
    repairs = (Repair(title.format(id_, then), (RUN_FIX,)), undo) if title else (undo,)
    return Finding(SLUG, path or f"versions/{id_}.py", 4, (id_,), message, why, repairs)


FORK = {"a": "", "b": "a", "c": "a"}
FIRES = {
    "a revision is put in between": (change(LINE, INSERTED), finding("'n'", "'a'")),
    "it becomes a base": (change(LINE, {**LINE, "b": ""}), finding(BASE, "'a'", title="")),
    "a base gets a parent": (
        change({"a": ""}, {"n": "", "a": "n"}),
        finding("'n'", BASE, "a", title="make '{}' a base again"),
    ),
    "a second parent": (
        change({**LINE, "d": "a", "m": "c d"}, {**LINE, "d": "a c", "m": "c d"}),
        finding("", "'a'", "d")._replace(
            message="the parents of published revision 'd' changed from 'a' to 'a' and 'c'"
        ),
    ),
    "a parent less": (
        change({**FORK, "m": "b c", "d": "m"}, {**FORK, "m": "b", "d": "m c"}),
        finding(BASE, "'c'", "m", title="put '{}' back after 'b' and {}")._replace(
            message="the parents of published revision 'm' changed from 'b' and 'c' to 'b'"
        ),
    ),
    "renamed as well": (
        change(LINE, {**INSERTED, "b": revision("b", "n", path="versions/moved.py")}),
        finding("'n'", "'a'", path="versions/moved.py"),
    ),
    "a new revision takes the place of a deleted parent": (
        change(LINE, {"a": "", "n": "a", "c": "n"}),
        finding("'n'", "'b'", "c", title=""),
    ),
    "a parent becomes a dependency of another revision": (
        change(LINE, {"a": "", "b": "", "c": revision("c", "b", depends=("a",))}),
        finding(BASE, "'a'", title=""),
    ),
    "the published side has yet another parent": (
        change(LINE, INSERTED, published={"a": "", "x": "a", "b": "x"}),
        finding("'n'", "'a'"),
    ),
    "the published side has it in another file, and yet another parent": (
        change(LINE, INSERTED, published={"a": "", "x": "a", "b": revision("b", "x", path="versions/old.py")}),
        finding("'n'", "'a'"),
    ),
    "it becomes a base, and HEAD's parent stays": (
        change(
            {"a": "", "x": "a", "b": "a", "m": "x b"},
            {"a": "", "b": "", "m": "a b"},
            published={"a": "", "x": "a", "b": "x"},
        ),
        finding(BASE, "'a'", title=""),
    ),
    "a merge brings it from an unpublished side": (
        merge(LINE, LINE, INSERTED, INSERTED, other_is_published=False),
        finding("'n'", "'a'"),
    ),
    "a merge re-parents what a published side added": (
        merge(
            {"a": ""},
            {"a": "", "n": "a"},
            {"a": "", "b": "a"},
            {"a": "", "n": "a", "b": "n", "d": "a"},
            other_is_published=True,
        ),
        finding("'n'", "'a'", source="topic"),
    ),
}
SILENT = {
    "nothing changed": change(LINE, LINE),
    "an edit that keeps the parent": change(LINE, {**LINE, "b": revision("b", "a", blob="edited")}),
    "parents in another order": change({**FORK, "m": "b c"}, {**FORK, "m": "c b"}),
    "an unpublished revision": change(LINE, INSERTED, published={"a": ""}),
    "no baseline": change(None, INSERTED, published=LINE),
    "the baseline has it": change(INSERTED, {**INSERTED, "d": "c"}, published=LINE),
    "it was like this when published": change(INSERTED, LINE, published=LINE),
    "fewer heads": change(FORK, LINE),
    "fewer missing parents": change({"a": "", "b": "x"}, {"a": "", "b": "a"}),
    "a deleted parent is skipped": change(LINE, {"a": "", "c": "a"}),
    "two deleted parents are skipped": change({**LINE, "d": "c"}, {"a": "", "d": "a"}),
    "a merge revision loses a deleted parent": change(
        {**FORK, "m": "b c", "d": "m"}, {"a": "", "b": "a", "m": "b", "d": "m"}
    ),
    "the parent becomes a dependency": change(LINE, {"a": "", "b": revision("b", depends=("a",)), "c": "b"}),
    "a second parent that came before it already": change(LINE, {"a": "", "b": "a", "c": "a b"}),
    "revisions after two that changed places": change(
        {**LINE, "d": "c"}, {"a": "", "c": "a", "b": "c", "d": "b"}, published={"a": "", "d": "c"}
    ),
    "the new base of a squash": change(LINE, {"b": "", "c": "b"}),
    "a merge of a published side that did it": merge(LINE, LINE, INSERTED, INSERTED, other_is_published=True),
}


@pytest.mark.parametrize(("made", "expected"), FIRES.values(), ids=FIRES)
def test_fires(made: Change, expected: Finding) -> None:
    assert list(find(made)) == [expected]


def test_an_ancestor_that_a_parent_lost_is_named() -> None:
    """Another revision also loses the ancestor, although all its parents still come before it."""
    made = change({"x": "", "a": "x", "b": "a", "c": "a b"}, {"x": "", "a": "", "b": "a", "c": "b"})
    assert [found.why for found in find(made)] == [REMOVED.format(id_, "'x'") for id_ in ("a", "c")]


@pytest.mark.parametrize("made", SILENT.values(), ids=SILENT)
def test_stays_silent(made: Change) -> None:
    assert list(find(made)) == []


def test_an_override_allows_it() -> None:
    assert_override_allows(change(LINE, INSERTED), SLUG)
