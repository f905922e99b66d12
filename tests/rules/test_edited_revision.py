"""edited-revision: the code of a published revision changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from git_alembic.findings.finding import CausingFinding, Command, Finding, Repair
from git_alembic.history.snapshot_and_change import Change
from git_alembic.rules.edited_revision import SLUG, WHY, find, is_consequence
from tests.support.literal_changes import assert_override_allows, change, graph, merge, revision

AB = {"a": "", "b": "a"}
EDITED = {"a": "", "b": revision("b", "a", blob="edited")}
CODE = {"b after a": "old code", "edited": "new code"}
BACK = Command(("git", "checkout", "HEAD", "--", "versions/b.py"))


def finding(path: str = "versions/b.py", *commands: Command) -> Finding:
    back = Repair("revert the change", commands or (BACK,))
    return Finding(SLUG, path, 3, ("b",), "the code of published revision 'b' changed", WHY.format("it was"), (back,))


def sweep(count: int) -> Change:
    before = {f"r{at}": f"r{at - 1}" if at else "" for at in range(count)}
    after = {id_: revision(id_, parents, blob=f"edited {id_}") for id_, parents in before.items()}
    code = {f"{id_} after {parents}": id_ for id_, parents in before.items()}
    return change(before, after, code={**code, **{f"edited {id_}": f"new {id_}" for id_ in before}})


RENAMED = {"a": "", "b": revision("b", "a", blob="edited", path="versions/new.py")}
FIRES = {
    "another code": (change(AB, EDITED, code=CODE), finding()),
    "renamed as well": (
        change(AB, RENAMED, code=CODE),
        finding("versions/new.py", Command(("git", "mv", "versions/new.py", "versions/b.py")), BACK),
    ),
    "renamed to what sorts first": (
        change(AB, {"a": "", "b": revision("b", "a", blob="edited", path="versions/0.py")}, code=CODE),
        finding("versions/0.py", Command(("git", "mv", "versions/0.py", "versions/b.py")), BACK),
    ),
    "a merge brings it from an unpublished side": (
        merge(AB, AB, EDITED, EDITED, other_is_published=False, code=CODE),
        finding(),
    ),
    "a sweep over many": (
        sweep(5),
        Finding(
            SLUG,
            "versions/r0.py",
            3,
            ("r0", "r1", "r2", "r3", "r4"),
            "the code of 5 published revisions changed: 'r0', 'r1', 'r2', 'r3' and 'r4'",
            WHY.format("they were"),
            (Repair("move the changes that you want to keep into a new revision, and revert the rest"),),
        ),
    ),
}
SILENT = {
    "nothing changed": change(AB, AB, code=CODE),
    "the same code, written in another way": change(AB, EDITED, code={**CODE, "edited": "old code"}),
    "renamed only": change(AB, {"a": "", "b": revision("b", "a", path="versions/new.py")}),
    "an unpublished revision": change(AB, EDITED, published={"a": ""}, code=CODE),
    "no baseline": change(None, EDITED, published=AB, code=CODE),
    "the baseline has the edit": change(EDITED, {**EDITED, "c": "b"}, published=AB, code=CODE),
    "the code that was published": change(EDITED, AB, published=AB, code=CODE),
    "a merge of a published side that did it": merge(AB, AB, EDITED, EDITED, other_is_published=True, code=CODE),
}


@pytest.mark.parametrize(("made", "expected"), FIRES.values(), ids=FIRES)
def test_fires(made: Change, expected: Finding) -> None:
    assert list(find(made)) == [expected]


@pytest.mark.parametrize("made", SILENT.values(), ids=SILENT)
def test_stays_silent(made: Change) -> None:
    assert list(find(made)) == []


def test_six_edits_are_one_finding_at_the_first_file() -> None:
    made = sweep(6)
    first = made.after.graph["r0"]._replace(path="versions/0.py")
    moved = made.after._replace(
        graph=graph({"0": first, **{f"r{at}": made.after.graph[f"r{at}"] for at in range(1, 6)}})
    )
    assert [(found.path, len(found.revisions)) for found in find(replace(made, after=moved))] == [("versions/0.py", 6)]


def test_an_edit_is_undone_to_the_version_in_head() -> None:
    published = {"a": "", "b": revision("b", "a", blob="published", path="versions/p.py")}
    (found,) = find(change(AB, EDITED, published=published, code={**CODE, "published": "older code"}))
    assert found == finding()


def test_four_edits_are_four_findings() -> None:
    assert [found.revisions for found in find(sweep(4))] == [("r0",), ("r1",), ("r2",), ("r3",)]


def test_an_override_allows_it() -> None:
    assert_override_allows(change(AB, EDITED, code=CODE), SLUG)


@pytest.mark.parametrize(
    ("path", "ids", "expected"),
    [("b.py", ("b",), True), ("a.py", ("b",), False), ("c.py", ("b",), False), ("b.py", ("b", "c"), False)],
)
def test_the_only_edit_is_a_consequence_of_its_unreadable_file(
    path: str, ids: tuple[str, ...], *, expected: bool
) -> None:
    cause = Finding("unreadable-revision", "b.py", 0, (), "")
    causing = CausingFinding(cause, change(AB, EDITED), graph(AB), is_unknown=False)
    assert is_consequence(Finding(SLUG, path, 0, ids, ""), causing) is expected
