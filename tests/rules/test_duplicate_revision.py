"""duplicate-revision: two files declare one id or one branch label."""

from __future__ import annotations

import pytest

from git_alembic.audit.incident_kinds import Offense
from git_alembic.findings.finding import Command, Finding, Repair
from git_alembic.findings.repairs_shared_by_rules import RUN_FIX
from git_alembic.history.snapshot_and_change import Change
from git_alembic.revisions.revision import Revision
from git_alembic.rules.duplicate_revision import LABEL_WHY, SLUG, WHY, find
from tests.support.literal_changes import History, assert_override_allows, change, merge, revision, snapshot

AB = {"a": "", "b": "a"}


def copy(id_: str = "b", parents: str = "a", name: str = "copy") -> Revision:
    return revision(id_, parents, path=f"versions/{name}.py", blob=name)


def of_id(name: str = "copy", others: str = "versions/b.py", fix: Command = RUN_FIX) -> Finding:
    repairs = (Repair(f"give {name}.py a new id", (fix,)),)
    message = f"revision id 'b' is also declared in {others}"
    return Finding(SLUG, f"versions/{name}.py", 3, ("b",), message, WHY, repairs)


def of_label(message: str, at: str, *ids: str, labeled: str = "") -> Finding:
    rename = Repair(f"change `branch_labels` in versions/{labeled or at}.py")
    return Finding(SLUG, f"versions/{at}.py", 3, ids, message, LABEL_WHY, (rename,))


def labeled(id_: str, parents: str, *labels: str) -> Revision:
    return revision(id_, parents, labels=labels)


REMOVE = Repair("remove copy.py, a duplicate of b.py", (Command(("git", "rm", "-f", "versions/copy.py")),))
COPIED: History = {**AB, "copy": copy()}
B_X, C_X = labeled("b", "a", "x"), labeled("c", "b", "x")
LINE: History = {"a": "", "b": B_X, "c": "b"}
CLASH: History = {"a": "", "b": B_X, "c": C_X}
FIRES = {
    "a copy of a file": (change(AB, COPIED), of_id()),
    "a copy with the same code": (
        change(AB, COPIED, code={"b after a": "code", "copy": "code"}),
        of_id()._replace(
            repairs=(
                Repair("remove copy.py, a duplicate of b.py", (Command(("git", "rm", "-f", "versions/copy.py")),)),
            )
        ),
    ),
    "the same code under another message": (
        change(AB, {**AB, "copy": copy()._replace(message="other")}, code={"b after a": "code", "copy": "code"}),
        of_id(),
    ),
    "the same code without the message": (
        change(
            AB,
            {"a": "", "b": revision("b", "a", message="other"), "copy": copy()},
            code={"b after a": "code", "copy": "code"},
        ),
        of_id(),
    ),
    "other code": (change(AB, COPIED, code={"b after a": "code", "copy": "other"}), of_id()),
    "other code in the first file": (change(AB, COPIED, code={"b after a": "other", "copy": "code"}), of_id()),
    "no baseline: the last file by path": (change(None, COPIED), of_id()),
    "the new file comes first by path": (
        change(AB, {**AB, "copy": copy(name="0")}),
        of_id("0"),
    ),
    "two copies": (
        change(AB, {**COPIED, "again": copy(name="again")}),
        of_id("copy", "versions/b.py, versions/again.py"),
    ),
    "two old files get one id": (
        change({**AB, "c": "b"}, {**AB, "c": revision("b", "a", path="versions/c.py")}),
        of_id("c"),
    ),
    "the file that was committed first keeps the id": (
        change(None, COPIED, first_files={"b": "versions/copy.py"}),
        of_id("b", "versions/copy.py"),
    ),
    "the published file keeps the id, although the branch got it last": (
        change(None, COPIED, published={"a": "", "copy": copy()}, first_files={"b": "versions/b.py"}),
        of_id("b", "versions/copy.py"),
    ),
    "both files are published": (
        change(None, COPIED, published=COPIED, first_files={"b": "versions/copy.py"}),
        of_id("b", "versions/copy.py", Command((*RUN_FIX.argv, "--published-too"))),
    ),
    "parents that each have one of the files": (
        change(AB, COPIED, baselines=(change(None, AB).after, change(None, {"a": "", "copy": copy()}).after)),
        of_id(),
    ),
    "a merge brings it from an unpublished side": (merge(AB, AB, COPIED, COPIED, other_is_published=False), of_id()),
    "a label": (
        change(LINE, CLASH),
        of_label("branch label 'x' is also declared in versions/b.py", "c", "b", "c"),
    ),
    "another label than the baseline has twice": (
        change(CLASH, {**CLASH, "d": labeled("d", "c", "w"), "e": labeled("e", "d", "w")}),
        of_label("branch label 'w' is also declared in versions/d.py", "e", "d", "e"),
    ),
    "a later label than the baseline has twice": (
        change(CLASH, {**CLASH, "d": labeled("d", "c", "z"), "e": labeled("e", "d", "z")}),
        of_label("branch label 'z' is also declared in versions/d.py", "e", "d", "e"),
    ),
    "a label twice that sorts before the id": (
        change(LINE, {**LINE, "c": labeled("c", "b", "at", "at")}),
        of_label("branch label 'at' is declared twice", "c", "c"),
    ),
    "a label, without a baseline": (
        change(None, CLASH),
        of_label("branch label 'x' is also declared in versions/b.py", "c", "b", "c"),
    ),
    "a label that the later file had first": (
        change({"a": "", "c": C_X}, {"a": "", "b": B_X, "c": C_X}),
        of_label("branch label 'x' is also declared in versions/c.py", "b", "b", "c"),
    ),
    "a label in three files": (
        change(LINE, {**CLASH, "d": labeled("d", "c", "z", "x")}),
        of_label("branch label 'x' is also declared in versions/b.py, versions/c.py", "d", "b", "c", "d"),
    ),
    "a label that is another's id": (
        change(LINE, {**LINE, "c": labeled("c", "b", "a")}),
        of_label("branch label 'a' is also declared in versions/a.py (as a revision id)", "c", "a", "c"),
    ),
    "an id that is another's label": (
        change(LINE, {**LINE, "x": "c"}),
        of_label("revision id 'x' is also declared in versions/b.py (as a branch label)", "x", "b", "x", labeled="b"),
    ),
    "a label that is its own id": (
        change(LINE, {**LINE, "c": labeled("c", "b", "c")}),
        of_label("branch label 'c' is also the revision's id", "c", "c"),
    ),
    "a label that one file declares twice": (
        change(LINE, {**LINE, "c": labeled("c", "b", "y", "y")}),
        of_label("branch label 'y' is declared twice", "c", "c"),
    ),
    "a label of both sides of a merge": (
        merge(
            {"a": ""},
            {"a": "", "b": B_X},
            {"a": "", "d": labeled("d", "a", "x")},
            {"a": "", "b": B_X, "d": labeled("d", "a", "x")},
            other_is_published=True,
        ),
        of_label("branch label 'x' is also declared in versions/b.py", "d", "b", "d"),
    ),
}
SILENT = {
    "ids of their own": change(AB, {**AB, "c": "b"}),
    "the baseline has it": change(COPIED, {**COPIED, "c": "b"}),
    "it is repaired": change(COPIED, AB),
    "a rename": change(AB, {"a": "", "copy": copy()}),
    "a merge of a published side that had it": merge(AB, AB, COPIED, COPIED, other_is_published=True),
    "a label of one revision": change({"a": ""}, LINE),
    "labels of their own": change({"a": ""}, {**LINE, "c": labeled("c", "b", "y", "z")}),
    "the baseline has the label twice": change(CLASH, {**CLASH, "d": "c"}),
    "a label moves with its file": change(LINE, {**LINE, "b": B_X._replace(path="other/b.py")}),
    "another file takes the label over": change(LINE, {**AB, "c": C_X}),
    "labels that only code gives": change(
        LINE, {"a": "", "b": labeled("b", "a", "<LABEL>"), "c": labeled("c", "b", "<LABEL>")}
    ),
    "a merge of a published side that had the label twice": merge(LINE, LINE, CLASH, CLASH, other_is_published=True),
}


@pytest.mark.parametrize(("made", "expected"), FIRES.values(), ids=FIRES)
def test_fires(made: Change, expected: Finding) -> None:
    assert list(find(made)) == [expected]


@pytest.mark.parametrize("made", SILENT.values(), ids=SILENT)
def test_stays_silent(made: Change) -> None:
    assert list(find(made)) == []


def test_a_copy_has_two_names_to_change() -> None:
    """Alembic refuses the copy for its label first."""
    made = change(LINE, {**LINE, "copy": B_X._replace(path="versions/copy.py", blob="copy")})
    assert [found.message for found in find(made)] == [
        "revision id 'b' is also declared in versions/b.py",
        "branch label 'x' is also declared in versions/b.py",
    ]


def test_an_old_duplicate_hides_no_new_one() -> None:
    made = change(COPIED, {**COPIED, "other": copy("a", "", "other")})
    assert [found.revisions for found in find(made)] == [("a",)]
    both: History = {**COPIED, "other": copy("a", "", "other"), "third": copy("z", "b", "third"), "z": "b"}
    made = change({"a": "", "other": copy("a", "", "other"), "b": "a"}, both)
    assert [found.revisions for found in find(made)] == [("b",), ("z",)]


def test_a_clash_of_labels_ends_when_one_is_left() -> None:
    offense = Offense(SLUG, ("b", "c"))
    assert not offense.is_over(snapshot(CLASH))
    assert offense.is_over(snapshot(LINE))


def test_an_override_allows_it() -> None:
    assert_override_allows(change(AB, COPIED), SLUG)
    assert_override_allows(change(LINE, CLASH), SLUG)
