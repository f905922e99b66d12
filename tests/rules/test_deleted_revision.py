"""deleted-revision: a published revision is gone. The message names a squash, a revert or a removed environment."""

from __future__ import annotations

import pytest

from git_alembic.findings.finding import Command, Finding, Repair
from git_alembic.findings.repairs_shared_by_rules import RUN_FIX
from git_alembic.history.snapshot_and_change import Change
from git_alembic.rules.deleted_revision import SLUG, WHY, find
from tests.support.literal_changes import History, assert_override_allows, change, merge, revision, snapshot

ABC = {"a": "", "b": "a", "c": "b"}
AB = {"a": "", "b": "a"}


def back(*paths: str, source: str = "HEAD") -> Command:
    return Command(("git", "checkout", source, "--", *(f"versions/{path}.py" for path in paths)))


def why(*ids: str) -> str:
    return WHY.format("this revision" if len(ids) == 1 else "any of these revisions", ids[0])


def finding(message: str, *ids: str, repairs: tuple[Repair, ...] = (), source: str = "HEAD") -> Finding:
    files = "file" if len(ids) == 1 else "files"
    default = (Repair(f"bring the {files} back", (RUN_FIX,)), Repair("by hand", (back(*ids, source=source),)))
    return Finding(
        SLUG,
        f"versions/{ids[0]}.py",
        0,
        ids,
        message,
        why(*ids),
        repairs or default,
    )


TITLED = {**AB, "c": revision("c", "b", message="add user")}
WHOLE = Repair("bring the files back", (Command(("git", "checkout", "HEAD", "--", "versions")),))
FIRES = {
    "the head": (change(ABC, AB), finding("published revision 'c' was deleted", "c")),
    "with its title": (change(TITLED, AB), finding("published revision 'c' (\"add user\") was deleted", "c")),
    "in the middle": (
        change(ABC, {"a": "", "c": "b"}),
        finding("published revision 'b' was deleted", "b"),
    ),
    "in the middle, with the child put on its parent": (
        change(ABC, {"a": "", "c": "a"}),
        finding("published revision 'b' was deleted", "b"),
    ),
    "two at once": (
        change({**ABC, "d": "c"}, {"a": "", "d": "c"}),
        finding("2 published revisions were deleted: 'b' and 'c'", "b", "c"),
    ),
    "its file was moved away": (
        change(ABC, snapshot(AB, not_loaded={"c": "old/c.py"})),
        finding("published revision 'c' is now at old/c.py, where Alembic doesn't look", "c"),
    ),
    "a squash into a revision in the middle": (
        change(ABC, {"c": revision("c", blob="squashed")}),
        finding("a squash into 'c' removed 2 published revisions: 'a' and 'b'", "a", "b"),
    ),
    "a squash of one revision": (
        change(AB, {"b": ""}),
        finding("a squash into 'b' removed 1 published revision: 'a'", "a"),
    ),
    "a squash into a new revision": (
        change(ABC, {"n": ""}),
        finding("a squash into 'n' removed 3 published revisions: 'a', 'b' and 'c'", "a", "b", "c"),
    ),
    "a squash of two onto a new revision": (
        change(AB, {"n": ""}),
        finding("a squash into 'n' removed 2 published revisions: 'a' and 'b'", "a", "b"),
    ),
    "a merge removes the whole environment": (
        merge(AB, AB, AB, {}, other_is_published=True),
        finding(
            "the whole environment was removed, with 2 published revisions: 'a' and 'b'", "a", "b", repairs=(WHOLE,)
        ),
    ),
    "one revision that a new base replaces is no squash": (
        change({"a": ""}, {"n": ""}),
        finding("published revision 'a' was deleted", "a"),
    ),
    "a new base beside what is left is no squash": (
        change({**ABC, "x": ""}, {"x": "", "n": ""}),
        finding("3 published revisions were deleted: 'a', 'b' and 'c'", "a", "b", "c"),
    ),
    "more than what is below the new base is no squash": (
        change({**ABC, "d": "c"}, {"c": ""}),
        finding("3 published revisions were deleted: 'a', 'b' and 'd'", "a", "b", "d"),
    ),
    "a revert": (
        change(ABC, AB, is_revert=True),
        finding("a revert removed 1 published revision: 'c'", "c"),
    ),
    "a revert that leaves a child without its parent": (
        change(ABC, {"a": "", "c": "b"}, is_revert=True),
        finding("published revision 'b' was deleted", "b"),
    ),
    "a revert that forks": (
        change({"a": "", "b": "a", "c": "a", "m": "b c"}, {"a": "", "b": "a", "c": "a"}, is_revert=True),
        finding("published revision 'm' was deleted", "m"),
    ),
    "a revert beside an old missing parent": (
        change({**ABC, "z": "y"}, {**AB, "z": "y"}, is_revert=True),
        finding("a revert removed 1 published revision: 'c'", "c"),
    ),
    "a revert of a revision without its parent": (
        change({**AB, "z": "y"}, AB, is_revert=True),
        finding("a revert removed 1 published revision: 'z'", "z"),
    ),
    "a squash of two bases": (
        change({"a": "", "b": ""}, {"n": ""}),
        finding("a squash into 'n' removed 2 published revisions: 'a' and 'b'", "a", "b"),
    ),
    "the whole environment": (
        change(AB, {}),
        finding(
            "the whole environment was removed, with 2 published revisions: 'a' and 'b'", "a", "b", repairs=(WHOLE,)
        ),
    ),
    "the whole environment at the root": (
        change({"a": revision("a", path="a.py")}, {}),
        Finding(
            SLUG,
            "a.py",
            0,
            ("a",),
            "the whole environment was removed, with 1 published revision: 'a'",
            why("a"),
            (Repair("bring the files back", (Command(("git", "checkout", "HEAD", "--", ".")),)),),
        ),
    ),
    "a merge drops what its first parent had": (
        merge(AB, ABC, {**AB, "x": "b"}, {**AB, "x": "b"}, other_is_published=True),
        finding("published revision 'c' was deleted", "c"),
    ),
    "a merge drops what a published other parent added": (
        merge(AB, AB, ABC, AB, other_is_published=True),
        finding("published revision 'c' was deleted", "c", source="topic"),
    ),
    "a merge brings the deletion of an unpublished side": (
        merge(ABC, ABC, AB, AB, other_is_published=False),
        finding("published revision 'c' was deleted", "c"),
    ),
}
RENUMBERED = {**AB, "d": revision("d", "b", path="versions/c.py")}
SAME_CODE = {**AB, "d": "b"}
CODE = {"c after b": "code", "d after b": "code"}
SILENT = {
    "nothing is gone": change(AB, ABC),
    "an unpublished revision": change(ABC, AB, published=AB),
    "no baseline": change(None, AB, published=ABC),
    "a baseline that lacks it already": change(AB, {**AB, "d": "b"}, published=ABC),
    "its file now has a different id": change(ABC, RENUMBERED),
    "a new file has its code": change(ABC, SAME_CODE, code=CODE),
    "it moved to another environment": change(ABC, AB, moved_ids=frozenset({"c"})),
    "a merge of a published side that deleted it": merge(ABC, ABC, AB, AB, other_is_published=True),
    "a merge drops what an unpublished side added": merge(AB, AB, ABC, AB, other_is_published=False),
}


@pytest.mark.parametrize(("made", "expected"), FIRES.values(), ids=FIRES)
def test_fires(made: Change, expected: Finding) -> None:
    assert list(find(made)) == [expected]


@pytest.mark.parametrize("made", SILENT.values(), ids=SILENT)
def test_stays_silent(made: Change) -> None:
    assert list(find(made)) == []


def test_moved_and_deleted_files_are_told_apart() -> None:
    before: History = {**ABC, "d": "c", "e": "d"}
    made = change(before, snapshot(AB, not_loaded={"e": "old/e.py"}))
    assert [(found.revisions, found.message) for found in find(made)] == [
        (("c", "d"), "2 published revisions were deleted: 'c' and 'd'"),
        (("e",), "published revision 'e' is now at old/e.py, where Alembic doesn't look"),
    ]
    made = change(ABC, snapshot({"a": ""}, not_loaded={"c": "old/c.py"}))
    assert [found.message for found in find(made)] == [
        "published revision 'b' was deleted",
        "published revision 'c' is now at old/c.py, where Alembic doesn't look",
    ]


def test_code_without_a_fingerprint_replaces_nothing() -> None:
    assert [found.revisions for found in find(change(ABC, SAME_CODE))] == [("c",)]


def test_only_the_override_of_the_command_allows_it() -> None:
    assert_override_allows(change(ABC, AB), SLUG, by_comment=False)
