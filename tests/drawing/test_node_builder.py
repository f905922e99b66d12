"""The nodes of literal histories: their texts, marks and places."""

from __future__ import annotations

import pytest

from git_alembic.drawing.node import Edge, Node, Remarks, RevisionState, edges
from git_alembic.drawing.node_builder import build_nodes, collapse_runs
from git_alembic.history.graph import RevisionGraph
from tests.support.literal_changes import History, graph, revision

NOTHING = Remarks({}, {})
LINE = {"a": "", "b": "a", "c": "b", "d": "c", "e": "d"}


def build(found: RevisionGraph, remarks: Remarks = NOTHING) -> tuple[Node, ...]:
    return build_nodes(found, {id_: found.parents(id_) for id_ in found.ids}, remarks)


def test_a_run_is_one_node() -> None:
    assert build(graph(LINE)) == (
        Node(("a",), (), "a", marks=("base",)),
        Node(("b", "c", "d"), ("a",), "3 revisions", kind="run"),
        Node(("e",), ("b",), "e", marks=("head",)),
    )


def test_a_run_has_the_standing_of_its_revisions() -> None:
    staged = RevisionState("unpublished", "unpublished")
    found = graph({"a": "", **{f"{at:02}": f"{at - 1:02}" if at else "a" for at in range(12)}})
    remarks = Remarks({}, dict.fromkeys(found.ids, staged))
    assert build(found, remarks)[1] == Node(
        tuple(f"{at:02}" for at in range(11)),
        ("a",),
        "11 revisions",
        marks=("unpublished",),
        state=staged,
        kind="run",
    )


def test_merges_in_a_run_are_counted() -> None:
    """The parents that are not drawn make no fork."""
    found = graph({**LINE, "x": "a", "c": "b x"})
    drawn = {id_: tuple(up for up in found.parents(id_) if up != "x") for id_ in found.ids if id_ != "x"}
    assert build_nodes(found, drawn, NOTHING)[1].name == "3 revisions, 1 merge"


def test_dependencies_lead_to_nodes() -> None:
    found = graph({**LINE, "x": revision("x", depends=("c", "e"))})
    x = next(node for node in build(found) if node.key == "x")
    assert (x.needs, x.marks) == (("c", "e"), ("head", "base", "depends on c and e"))
    assert list(edges([x._replace(above=("a",))])) == [
        Edge("a", "x", False),
        Edge("c", "x", True),
        Edge("e", "x", True),
    ]


@pytest.mark.parametrize(
    ("path", "message", "text"),
    [
        ("v/a_add_users.py", "add users!", "add users!"),
        ("v/a_add_users.py", "", "add users"),
        ("v/a_add_users.py", " ... ", "add users"),
        ("v/2026_01_02-a_add_users.py", "", "2026 01 02- add users"),
        ("v/add_users.a.py", "", "add users"),
        ("v/a.py", "", ""),
        ("v/0001_a.py", "", ""),
        ("v/a_Ä.py", "", "Ä"),
        ("v/Äa_a_b.py", "", "Äa  b"),
    ],
)
def test_text_of_a_revision(path: str, message: str, text: str) -> None:
    (node,) = build(graph({"a": revision("a", path=path, message=message)}))
    assert node.text == text


def test_a_revision_that_the_history_lacks() -> None:
    assert build_nodes(graph({"a": ""}), {"a": (), "gone": ("a",)}, NOTHING)[1] == Node(
        ("gone",), ("a",), "gone", marks=("not in this history",)
    )


def line(ids: str, before: str = "") -> dict[str, str]:
    return dict(zip(ids, (before, *ids[:-1]), strict=True))


def collapsed(history: History, remarks: Remarks = NOTHING) -> str:
    found = graph(history)
    parents = {id_: found.parents(id_) for id_ in found.ids}
    runs = collapse_runs(found, found.topological() or found.ids, parents, remarks)
    return "".join(run[0] if len(run) == 1 else f"[{''.join(run)}]" for run in runs)


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ({}, ""),
        (line("abc"), "abc"),
        (line("abcd"), "abcd"),  # two between the ends are not worth it
        (line("abcde"), "a[bcd]e"),
        ({**line("abcdefghi"), "x": "e"}, "a[bcd]efghix"),  # a fork shows its first revisions
        ({**line("abcde"), **line("uvwxy", "a"), "m": "e y"}, "ab[cde]u[vwxy]m"),
        ({**line("abc"), "x": "a", "m": "c x", **line("nopqr", "m")}, "abcxm[nopq]r"),
        ({**line("abcdefg"), "d": revision("d", "c", labels=("shop",))}, "abcdefg"),
        ({**line("abcdefghi"), "e": revision("e", "d", depends=("z",))}, "a[bcd]e[fgh]i"),
        ({**line("abcdefghi"), "x": revision("x", depends=("e",))}, "a[bcd]e[fgh]ix"),
        ({**line("abcdefghi"), "e": "d gone"}, "a[bcd]e[fgh]i"),
        ({**line("abcdefghi"), "0": revision("e", "d", path="other.py")}, "a[bcd]e[fgh]i"),
        ({"a": "e", "b": "a", "c": "b", "d": "c", "e": "d"}, "abcde"),
    ],
)
def test_runs(history: History, expected: str) -> None:
    assert collapsed(history) == expected


class TestRemarks:
    def test_of_single_revisions(self) -> None:
        nine = line("abcdefghi")
        assert collapsed(nine, Remarks({"e": ("note",)}, {})) == "a[bcd]e[fgh]i"
        assert collapsed(nine, Remarks({}, {}, kept=("e",))) == "a[bcd]e[fgh]i"
        assert collapsed(nine, Remarks({}, {}, heads=("e",))) == "a[bcd]e[fgh]i"
        assert collapsed(nine, Remarks({}, {}, heads=())) == "a[bcdefgh]i"

    def test_a_run_has_one_standing(self) -> None:
        unpublished = RevisionState("unpublished", "unpublished")
        assert collapsed(line("abcdefghi"), Remarks({}, dict.fromkeys("efghi", unpublished))) == "a[bcd]efghi"

    @pytest.mark.parametrize(("count", "expected"), [(9, "abcdefghijk"), (10, "a[bcdefghijk]l")])
    def test_unpublished_runs_are_collapsed_from_ten_on(self, count: int, expected: str) -> None:
        ids = "abcdefghijklm"[: count + 2]
        unpublished = dict.fromkeys(ids, RevisionState("unpublished", "unpublished"))
        assert collapsed(line(ids), Remarks({}, unpublished)) == expected
