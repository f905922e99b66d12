"""The places of nodes in drawings. In any history, the lanes show the parents of each node."""

from __future__ import annotations

from textwrap import dedent

from hypothesis import given, settings
from hypothesis import strategies as st

from git_alembic.drawing.lane_layout import lay_out
from git_alembic.drawing.lanes_as_text import draw
from git_alembic.drawing.node import Node, Remarks, RevisionState
from git_alembic.drawing.revision_selection import select_all
from git_alembic.history.graph import RevisionGraph
from git_alembic.revisions.revision import Revision
from git_alembic.terminal.text_width import count_columns

NOTHING = Remarks({}, {})


def rev(rev_id: str, *down: str, depends: tuple[str, ...] = (), labels: tuple[str, ...] = ()) -> Revision:
    return Revision(f"versions/{rev_id}.py", "blob", rev_id, down, depends=depends, labels=labels)


def line(start: str, *ids: str) -> list[Revision]:
    return [rev(low, up) for up, low in zip((start, *ids[:-1]), ids, strict=True)]


def shown(*revisions: Revision, remarks: Remarks = NOTHING, width: int = 80) -> str:
    return "\n".join(draw(select_all(RevisionGraph(revisions), remarks), width=width))


def drawn(text: str) -> str:
    return dedent(text).strip("\n")


class TestWhole:
    def test_nothing(self) -> None:
        assert shown() == ""

    def test_a_fork_that_is_merged_within_another(self) -> None:
        history = [rev("a"), *line("a", "b", "c", "d"), *line("b", "s", "t"), rev("m", "d", "t"), *line("a", "x", "y")]
        assert shown(*history, rev("n", "m", "y")) == drawn("""
            ●      a  (base)
            ├─╮
            │ ●    x
            │ ●    y
            ● │    b
            ├─┼─╮
            │ │ ●  s
            │ │ ●  t
            ● │ │  c
            ● │ │  d
            ├─┼─╯
            ● │    m
            ├─╯
            ●      n  (head)
            """)

    def test_lines_that_cross(self) -> None:
        history = [rev("a"), rev("b", "a"), rev("c", "a"), rev("d", "a"), rev("m", "b", "d"), rev("n", "c", "m")]
        assert shown(*history) == drawn("""
            ●      a  (base)
            ├─┬─╮
            │ │ ●  c
            │ ● │  d
            ● │ │  b
            ├─╯ │
            ●   │  m
            ├───╯
            ●      n  (head)
            """)

    def test_a_free_lane_is_reused(self) -> None:
        history = [*[rev("a"), rev("b", "a"), rev("s", "a")], *line("b", "c", "d"), rev("t", "c"), rev("m", "d", "t")]
        assert shown(*history) == drawn("""
            ●    a  (base)
            ├─╮
            │ ●  s  (head)
            ●    b
            ●    c
            ├─╮
            │ ●  t
            ● │  d
            ├─╯
            ●    m  (head)
            """)

    def test_a_base_that_is_merged_in(self) -> None:
        assert shown(rev("a"), rev("b", "a"), rev("x"), rev("m", "b", "x")) == drawn("""
            ●    a  (base)
            ●    b
            │ ●  x  (base)
            ├─╯
            ●    m  (head)
            """)

    def test_bases_that_never_meet_are_separate(self) -> None:
        assert shown(rev("a"), rev("b", "a"), rev("x")) == drawn("""
            ●  a  (base)
            ●  b  (head)

            ●  x  (head, base)
            """)

    def test_a_merge_of_three(self) -> None:
        assert shown(rev("a"), rev("b", "a"), rev("c", "a"), rev("d", "a"), rev("m", "b", "c", "d")) == drawn("""
            ●      a  (base)
            ├─┬─╮
            │ │ ●  d
            │ ● │  c
            ● │ │  b
            ├─┴─╯
            ●      m  (head)
            """)

    def test_labels_and_dependencies(self) -> None:
        history = [rev("a"), rev("b", "a", labels=("web",)), rev("c", "a", labels=("db", "core"), depends=("b",))]
        assert shown(*history, rev("d", "c", depends=("web", "gone"))) == drawn("""
            ●    a  (base)
            ├─╮
            │ ●  b  (effective head, label web)
            ●    c  (labels db and core, depends on b)
            ●    d  (head, depends on web, missing dependency gone)
            """)

    def test_broken_histories(self) -> None:
        history = [rev("a"), rev("b", "gone"), rev("c", "c"), rev("d", "e"), rev("e", "d"), rev("f", "e")]
        twice = [rev("g", "a"), rev("g", "a")._replace(path="versions/g_2.py")]
        assert shown(*history, *twice) == drawn("""
            ●  a  (base)
            ●  g  (head, declared in 2 files)

            ●  b  (head, missing parent gone)

            ●  c  (in a cycle)

            ●  d  (in a cycle)
            ●  e  (in a cycle)
            ●  f  (head)
            """)

    def test_the_latest_and_marked_revisions_are_not_collapsed(self) -> None:
        ids = [f"{number:03}" for number in range(100)]
        states = {**{rev_id: RevisionState("unpublished", "unpublished") for rev_id in ids[80:92]}}
        states |= {rev_id: RevisionState("staged", "staged") for rev_id in ids[92:]}
        remarks = Remarks({"050": ("database",)}, states)
        assert shown(rev("a"), *line("a", *ids), remarks=remarks) == drawn("""
            ●  a             (base)
            ⋮  50 revisions
            ●  050           (database)
            ⋮  29 revisions
            ⋮  12 revisions  (unpublished)
            ◆  092           (staged)
            ◆  093           (staged)
            ◆  094           (staged)
            ◆  095           (staged)
            ◆  096           (staged)
            ◆  097           (staged)
            ◆  098           (staged)
            ◆  099           (head, staged)
            """)

    def test_faulty_and_needed_revisions_are_not_collapsed(self) -> None:
        ids = [f"{number:02}" for number in range(30)]
        history = [rev("a"), *line("a", *ids)]
        history[6] = rev("05", "04", "gone")
        history[16] = rev("15", "14", depends=("10",))
        history.append(history[21]._replace(path="versions/again.py"))
        assert shown(*history) == drawn("""
            ●  a          (base)
            ⋮  5 revisions
            ●  05         (missing parent gone)
            ⋮  4 revisions
            ●  10
            ⋮  4 revisions
            ●  15         (depends on 10)
            ⋮  4 revisions
            ●  20  again  (declared in 2 files)
            ⋮  5 revisions
            ●  26
            ●  27
            ●  28
            ●  29         (head)
            """)

    def test_many_lanes_share_the_last(self) -> None:
        lows = [rev(f"{number:02}", "a") for number in range(7)]
        assert shown(rev("a"), *lows, width=34) == drawn("""
            ●        a     (base)
            ├─┬─┬─┬─╮
            │ │ │ │ ●  06  (head)
            │ │ │ │ ●  05  (head)
            │ │ │ │ ●  04  (head)
            │ │ │ ●  03    (head)
            │ │ ●    02    (head)
            │ ●      01    (head)
            ●        00    (head)
            """)


def test_lanes_that_are_too_many_share_the_last() -> None:
    fan = RevisionGraph([rev("a"), *(rev(id_, "a") for id_ in "bcdef"), rev("m", *"bcdef")])
    rows = lay_out(select_all(fan, NOTHING), most=3)
    assert {lane for row in rows for lane in (row.column, *row.joins, *row.opens, *row.above, *row.below)} == {0, 1, 2}
    assert (rows[0].opens, rows[-1].joins) == ((1, 2), (1, 2))
    assert rows[-1].below == frozenset()


def edges(nodes: tuple[Node, ...]) -> set[tuple[str, str]]:
    """Return (upper, lower) from the lanes."""
    found = set()
    lanes: dict[int, str] = {}
    for row in lay_out(nodes, most=99):
        assert row.above == lanes.keys()
        ends = {row.column, *row.joins} & lanes.keys()
        assert ends >= set(row.joins)
        found |= {(lanes.pop(at), row.node.key) for at in ends}
        starts = {row.column, *row.opens} & row.below
        assert starts.isdisjoint(lanes)
        lanes |= dict.fromkeys(starts, row.node.key)
        assert row.below == lanes.keys()
    assert not lanes
    return found


ids = [f"{letter}{number}" for letter in "abc" for number in range(6)]
healthy = st.lists(st.lists(st.integers(0, 17), max_size=3), max_size=18).map(
    lambda ups: [rev(ids[at], *{ids[up % at] for up in expected} if at else ()) for at, expected in enumerate(ups)]
)
broken = st.lists(st.builds(rev, st.sampled_from(ids), st.sampled_from(ids), st.sampled_from(ids)), max_size=18)


@settings(max_examples=300, deadline=None)
@given(healthy)
def test_the_lanes_match_the_files(history: list[Revision]) -> None:
    nodes = select_all(RevisionGraph(history), NOTHING)
    assert edges(nodes) == {(up, node.key) for node in nodes for up in node.above}
    assert sorted(rev_id for node in nodes for rev_id in node.ids) == sorted(revision.id for revision in history)


@settings(max_examples=300, deadline=None)
@given(broken, st.integers(1, 100))
def test_no_history_breaks_the_drawing(history: list[Revision], width: int) -> None:
    graph = RevisionGraph(history)
    nodes = select_all(graph, NOTHING)
    assert edges(nodes) <= {(up, node.key) for node in nodes for up in node.above}
    assert {rev_id for node in nodes for rev_id in node.ids} == set(graph.ids)
    rows = list(draw(nodes, width=max(width, 24)))
    assert all(count_columns(row) <= max(width, 24) for row in rows)


def test_five_thousand_revisions_are_a_few_lines() -> None:
    history = [rev("a"), *line("a", *(f"{number:04}" for number in range(5000)))]
    history += [rev(f"s{number}", f"{number:04}") for number in range(0, 5000, 500)]
    rows = shown(*history).split("\n")
    assert len(rows) == 55
    assert sum(row.endswith("revisions") for row in rows) == 10
