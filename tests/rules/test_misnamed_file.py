"""misnamed-file: the name of a new file contains another revision's id, or an earlier id of the file."""

from __future__ import annotations

import pytest

from git_alembic.findings.finding import Command, Finding, Repair
from git_alembic.history.snapshot_and_change import Change
from git_alembic.revisions.revision import Revision
from git_alembic.rules.misnamed_file import SLUG, WHY, find
from tests.support.literal_changes import assert_override_allows, change, merge, revision

A = {"aaa": ""}


def named(name: str, id_: str = "bbb", parents: str = "aaa") -> Revision:
    return revision(id_, parents, path=f"versions/{name}.py")


def finding(name: str, other: str, what: str, better: str, id_: str = "bbb") -> Finding:
    return Finding(
        SLUG,
        f"versions/{name}.py",
        3,
        (id_,),
        f"the file name contains '{other}', {what}, but the file declares '{id_}'",
        WHY,
        (Repair("rename the file", (Command(("git", "mv", f"versions/{name}.py", f"versions/{better}.py")),)),),
    )


OTHERS, FORMER = "the id of another revision", "the revision's former id"
COPY = {**A, "b": named("aaa_add_user")}
FIRES = {
    "a copied file": (change(A, COPY), finding("aaa_add_user", "aaa", OTHERS, "bbb_add_user")),
    "no baseline": (change(None, COPY), finding("aaa_add_user", "aaa", OTHERS, "bbb_add_user")),
    "an id of several words": (
        change({"add_user": ""}, {"add_user": "", "b": named("add_user_again", parents="add_user")}),
        finding("add_user_again", "add_user", OTHERS, "bbb_again"),
    ),
    "the longest id counts": (
        change({"add": "", "add_user": "add"}, {"add": "", "add_user": "add", "b": named("add_user_2", "bbb")}),
        finding("add_user_2", "add_user", OTHERS, "bbb_2"),
    ),
    "two separators in a row": (
        change({"add": "", "add__user": "add"}, {"add": "", "add__user": "add", "b": named("add__user-2", "bbb")}),
        finding("add__user-2", "add__user", OTHERS, "bbb-2"),
    ),
    "a former id": (
        change({**A, "b": named("old_add", "old")}, {**A, "b": named("old_add")}),
        finding("old_add", "old", FORMER, "bbb_add"),
    ),
    "a former id that is not at the start": (
        change({**A, "b": named("2026_old_add", "old")}, {**A, "b": named("2026_old_add")}),
        finding("2026_old_add", "old", FORMER, "2026_bbb_add"),
    ),
    "only the first place is renamed": (
        change(A, {**A, "b": named("aaa_aaa")}),
        finding("aaa_aaa", "aaa", OTHERS, "bbb_aaa"),
    ),
    "a merge brings it from an unpublished side": (
        merge(A, A, COPY, COPY, other_is_published=False),
        finding("aaa_add_user", "aaa", OTHERS, "bbb_add_user"),
    ),
}
SILENT = {
    "its own id": change(A, {**A, "b": named("bbb_add_user")}),
    "its own id and another": change(A, {**A, "b": named("aaa_bbb")}),
    "no id": change(A, {**A, "b": named("add_user")}),
    "another's id that is not at the start": change(A, {**A, "b": named("drop_aaa")}),
    "a word that only begins like an id": change(A, {**A, "b": named("aaab_add")}),
    "an id of two letters": change({"ad": ""}, {"ad": "", "b": named("ad_user", parents="ad")}),
    "the name had no id before": change({**A, "b": named("add_user", "old")}, {**A, "b": named("add_user")}),
    "the baseline has it": change(COPY, {**COPY, "ccc": "bbb"}),
    "a merge of a published side that had it": merge(A, A, COPY, COPY, other_is_published=True),
}


@pytest.mark.parametrize(("made", "expected"), FIRES.values(), ids=FIRES)
def test_fires(made: Change, expected: Finding) -> None:
    assert list(find(made)) == [expected]


@pytest.mark.parametrize("made", SILENT.values(), ids=SILENT)
def test_stays_silent(made: Change) -> None:
    assert list(find(made)) == []


def test_every_misnamed_file_is_a_finding_of_its_own() -> None:
    made = change(A, {**A, "b": named("bbb"), "c": named("aaa_x", "ccc", "bbb"), "d": named("aaa_y", "ddd", "ccc")})
    assert [found.revisions for found in find(made)] == [("ccc",), ("ddd",)]


def test_an_override_allows_it() -> None:
    assert_override_allows(change(A, COPY), SLUG)
