"""Whole drawings, as they appear in the terminal."""

from __future__ import annotations

from textwrap import dedent

from hypothesis import given, settings
from hypothesis import strategies as st

from git_alembic.drawing import draw_fork
from git_alembic.graph import RevisionGraph
from git_alembic.revision import Revision


def rev(rev_id: str, *down: str, says: str = "", depends: tuple[str, ...] = ()) -> Revision:
    return Revision(f"versions/{rev_id}.py", "blob", rev_id, down, depends=depends, message=says)


def line(start: str, *ids: str) -> list[Revision]:
    return [rev(low, up, says=f"step {low}") for up, low in zip((start, *ids[:-1]), ids, strict=True)]


def drawn(text: str) -> str:
    return dedent(text).strip("\n")


ORDERS = [
    rev("11aa"),
    rev("4f2a", "11aa", says="add orders"),
    rev("9c01", "4f2a", says="add index on orders"),
    rev("77ab", "4f2a", says="add customers"),
    *line("77ab", "0001", "0002"),
    rev("e5d3", "0002", says="add invoices"),
]


def test_a_fork() -> None:
    holders = {"9c01": "origin/main", "e5d3": "staged"}
    assert draw_fork(RevisionGraph(ORDERS), ["9c01", "e5d3"], holders) == drawn("""
        4f2a  add orders
        |
        +-- 9c01  add index on orders  (head, origin/main)
        |
        +-- 77ab  add customers
            |
            ...  2 revisions
            |
            e5d3  add invoices         (head, staged)
        """)


def test_a_fork_in_unicode() -> None:
    holders = {"9c01": "origin/main", "e5d3": "staged"}
    assert draw_fork(RevisionGraph(ORDERS), ["e5d3", "9c01"], holders, unicode=True) == drawn("""
        4f2a  add orders
        │
        ├── 77ab  add customers
        │   │
        │   …  2 revisions
        │   │
        │   e5d3  add invoices         (head, staged)
        │
        └── 9c01  add index on orders  (head, origin/main)
        """)


class TestHeads:
    def test_none(self) -> None:
        assert draw_fork(RevisionGraph(ORDERS), [], {}) == ""
        assert draw_fork(RevisionGraph([]), [], {}) == ""

    def test_one(self) -> None:
        assert draw_fork(RevisionGraph(ORDERS), ["9c01"], {}) == "9c01  add index on orders  (head)"

    def test_one_twice(self) -> None:
        assert draw_fork(RevisionGraph(ORDERS), ["9c01", "9c01"], {}) == "9c01  add index on orders  (head)"

    def test_one_that_the_history_lacks(self) -> None:
        assert draw_fork(RevisionGraph(ORDERS), ["9c01", "beef"], {"beef": "origin/main"}) == drawn("""
            11aa                       (base)
            |
            4f2a  add orders
            |
            9c01  add index on orders  (head)

            beef                       (origin/main, not in this history)
            """)

    def test_one_above_the_other(self) -> None:
        assert draw_fork(RevisionGraph(ORDERS), ["4f2a", "9c01"], {"4f2a": "HEAD", "9c01": "staged"}) == drawn("""
            4f2a  add orders           (HEAD)
            |
            9c01  add index on orders  (head, staged)
            """)

    def test_an_effective_one(self) -> None:
        history = [rev("a"), rev("b", "a"), rev("c", "a"), rev("d", "c", depends=("b",))]
        assert draw_fork(RevisionGraph(history), ["b", "d"], {"b": "HEAD"}) == drawn("""
            a      (base)
            |
            +-- b  (effective head, HEAD)
            |
            +-- c
                |
                d  (head)
            """)

    def test_a_fork_within_a_fork(self) -> None:
        history = [rev("a"), *line("a", "b", "c", "d", "e"), *line("c", "x"), *line("c", "y"), *line("a", "z")]
        assert draw_fork(RevisionGraph(history), ["e", "x", "y", "z"], {"z": "origin/main"}) == drawn("""
            a                  (base)
            |
            +-- b  step b
            |   |
            |   c  step c
            |   |
            |   +-- d  step d
            |   |   |
            |   |   e  step e  (head)
            |   |
            |   +-- x  step x  (head)
            |   |
            |   +-- y  step y  (head)
            |
            +-- z  step z      (head, origin/main)
            """)

    def test_more_than_ten(self) -> None:
        heads = [f"h{number:02}" for number in range(15)]
        history = [rev("a"), *(rev(head, "a") for head in heads)]
        assert draw_fork(RevisionGraph(history), heads, {"h13": "staged"}) == drawn("""
            a        (base)
            |
            +-- h00  (head)
            |
            +-- h01  (head)
            |
            +-- h02  (head)
            |
            +-- h03  (head)
            |
            +-- h04  (head)
            |
            +-- h05  (head)
            |
            +-- h06  (head)
            |
            +-- h07  (head)
            |
            +-- h08  (head)
            |
            +-- h13  (head, staged)

            ...  5 more heads
            """)

    def test_eleven(self) -> None:
        heads = [f"h{number:02}" for number in range(11)]
        assert draw_fork(RevisionGraph(map(rev, heads)), heads, {}).endswith("(head, base)\n\n...  1 more head")


class TestFolding:
    def test_one_revision_is_shown(self) -> None:
        history = [rev("a"), *line("a", "b", "c", "d"), *line("a", "e")]
        assert draw_fork(RevisionGraph(history), ["d", "e"], {}) == drawn("""
            a              (base)
            |
            +-- b  step b
            |   |
            |   c  step c
            |   |
            |   d  step d  (head)
            |
            +-- e  step e  (head)
            """)

    def test_what_somebody_has_is_shown(self) -> None:
        history = [rev("a"), *line("a", *(f"{number:04}" for number in range(20))), *line("a", "x")]
        holders = {"0003": "database", "0019": "HEAD", "x": "origin/main"}
        assert draw_fork(RevisionGraph(history), ["0019", "x"], holders) == drawn("""
            a                    (base)
            |
            +-- 0000  step 0000
            |   |
            |   ...  2 revisions
            |   |
            |   0003  step 0003  (database)
            |   |
            |   ...  15 revisions
            |   |
            |   0019  step 0019  (head, HEAD)
            |
            +-- x  step x        (head, origin/main)
            """)

    def test_long_lines(self) -> None:
        ids = [f"{number:05}" for number in range(3000)]
        assert draw_fork(RevisionGraph([rev("a"), *line("a", *ids), rev("b")]), ["02999", "b"], {}) == drawn("""
            a                  (base)
            |
            ...  2999 revisions
            |
            02999  step 02999  (head)

            b                  (head, base)
            """)


class TestMerges:
    twice = (
        *(rev("a"), *line("a", "z"), *line("a", "b1", "b2", "b3", "b4"), *line("b1", "s1", "s2")),
        *(rev("m1", "b4", "s2"), *line("m1", "c1", "c2", "c3"), *line("c1", "t"), rev("m2", "c3", "t")),
        *line("m2", "d1", "d2"),
    )

    def test_few_are_shown_and_name_what_they_brought_in(self) -> None:
        assert draw_fork(RevisionGraph(self.twice), ["d2", "z"], {}) == drawn("""
            a                (base)
            |
            +-- b1  step b1
            |   |
            |   ...  2 revisions
            |   |
            |   m1           (merges b4)
            |   |
            |   ...  2 revisions
            |   |
            |   m2           (merges c3)
            |   |
            |   d1  step d1
            |   |
            |   d2  step d2  (head)
            |
            +-- z  step z    (head)
            """)

    def test_many_are_counted(self) -> None:
        history = [*self.twice, rev("u", "d1"), rev("m3", "u", "d2"), rev("e", "m3")]
        assert draw_fork(RevisionGraph(history), ["e", "z"], {}) == drawn("""
            a              (base)
            |
            +-- b1  step b1
            |   |
            |   ...  9 revisions, 3 merges
            |   |
            |   e          (head)
            |
            +-- z  step z  (head)
            """)

    def test_of_a_line_from_before_the_fork(self) -> None:
        history = [rev("a"), rev("o", "a"), rev("p", "a"), rev("m", "p", "o", says="merge heads"), rev("n", "p")]
        assert draw_fork(RevisionGraph(history), ["m", "n"], {}) == drawn("""
            p
            |
            +-- m  merge heads  (head, merges o)
            |
            +-- n               (head)
            """)

    def test_of_the_same_two_lines(self) -> None:
        history = [rev("a"), rev("b", "a"), rev("c", "a"), rev("d", "b", "c"), rev("e", "b", "c")]
        assert draw_fork(RevisionGraph(history), ["d", "e"], {}) == drawn("""
            c
            |
            +-- d  (head, merges b)
            |
            +-- e  (head, merges b)
            """)


class TestUnrelated:
    def test_bases(self) -> None:
        history = [rev("a", says="users"), *line("a", "b", "c", "d", "e"), rev("x", says="billing"), rev("y", "x")]
        assert draw_fork(RevisionGraph(history), ["e", "y"], {"e": "HEAD"}) == drawn("""
            a  users    (base)
            |
            ...  3 revisions
            |
            e  step e   (head, HEAD)

            x  billing  (base)
            |
            y           (head)
            """)

    def test_a_fork_beside_another_base_is_drawn_from_its_own(self) -> None:
        history = [*ORDERS, rev("beef", says="start over")]
        assert draw_fork(RevisionGraph(history), ["beef", "9c01", "e5d3"], {"beef": "staged"}) == drawn("""
            beef  start over               (head, staged, base)

            11aa                           (base)
            |
            4f2a  add orders
            |
            +-- 9c01  add index on orders  (head)
            |
            +-- 77ab  add customers
                |
                ...  2 revisions
                |
                e5d3  add invoices         (head)
            """)

    def test_beside_another_base_a_merge_still_hangs_below_the_fork(self) -> None:
        history = [rev("a"), rev("p", "a"), rev("q", "p"), rev("z", "a"), rev("m", "q", "z"), rev("n", "p"), rev("x")]
        assert draw_fork(RevisionGraph(history), ["m", "n", "x"], {}) == drawn("""
            a      (base)
            |
            p
            |
            +-- q
            |   |
            |   m  (head, merges z)
            |
            +-- n  (head)

            x      (head, base)
            """)

    def test_bases_that_one_head_merges(self) -> None:
        history = [rev("a"), rev("b", "a"), rev("x"), rev("y", "x"), rev("m", "b", "y"), rev("n", "y"), rev("k", "a")]
        assert draw_fork(RevisionGraph(history), ["m", "n", "k"], {}) == drawn("""
            x      (base)
            |
            y
            |
            +-- m  (head, merges b)
            |
            +-- n  (head)

            a      (base)
            |
            k      (head)
            """)


class TestBroken:
    def test_missing_parent(self) -> None:
        history = [rev("a"), rev("b", "a"), rev("c", "gone", says="was rebased")]
        assert draw_fork(RevisionGraph(history), ["b", "c"], {"c": "staged"}) == drawn("""
            a               (base)
            |
            b               (head)

            c  was rebased  (head, staged, missing parent gone)
            """)

    def test_missing_parents_of_a_merge(self) -> None:
        history = [rev("a"), rev("b", "a", "gone", "lost"), rev("c", "a")]
        assert draw_fork(RevisionGraph(history), ["b", "c"], {}) == drawn("""
            a      (base)
            |
            +-- b  (head, missing parents gone and lost)
            |
            +-- c  (head)
            """)

    def test_cycle(self) -> None:
        history = [rev("a", "b"), rev("b", "a"), rev("c", "b"), rev("d", "a")]
        assert draw_fork(RevisionGraph(history), ["c", "d"], {}) == drawn("""
            a
            |
            +-- b
            |   |
            |   c  (head)
            |
            +-- d  (head)
            """)


class TestWidth:
    first = "0001_create_the_users_and_groups"
    left, right = "0002_add_a_very_long_column_name", "0002_rename"
    history = (
        rev(first, says="everything that the application needs to start with, all in one go and in one file"),
        rev(left, first, says="add a column whose name is long, and say at length why it had to be"),
        rev(right, first, says="rename things, several of them, and tell the reader about it all in one line"),
    )
    far = "origin/feature/PROJ-1234-rename-the-things"

    def test_messages_give_way_before_names_and_marks(self) -> None:
        holders = {self.left: "staged", self.right: self.far}
        assert draw_fork(RevisionGraph(self.history), [self.left, self.right], holders) == drawn("""
            0001_create_the_users_and_groups        (base)
            |
            +-- 0002_add_a_very_long_column_name    (head, staged)
            |
            +-- 0002_rename  rename things, sev...  (head, origin/feature/PROJ-1234-rena...)
            """)

    def test_names_give_way_last(self) -> None:
        holders = {self.left: "staged", self.right: self.far}
        assert draw_fork(RevisionGraph(self.history), [self.left, self.right], holders, width=30) == drawn("""
            0001_create_t...  (base)
            |
            +-- 0002_add_...  (head, s...)
            |
            +-- 0002_rename   (head, o...)
            """)


class TestLetters:
    history = (
        rev("a", says="créer les «commandes»"),
        *(rev("b", "a", says="заказы"), rev("c", "a", says="注文を追加 orders")),
        rev("d", "a", says="über\x1b[31m\tred\nnext \udcff"),
    )

    def test_ascii(self) -> None:
        assert draw_fork(RevisionGraph(self.history), ["b", "c", "d"], {"b": "origin/größe"}) == drawn("""
            a  creer les ?commandes?   (base)
            |
            +-- b                      (head, origin/gro?e)
            |
            +-- c  ? orders            (head)
            |
            +-- d  uber [31m red next  (head)
            """)

    def test_unicode(self) -> None:
        heads = ["b", "c", "d"]
        assert draw_fork(RevisionGraph(self.history), heads, {"b": "origin/größe"}, unicode=True) == drawn("""
            a  créer les «commandes»   (base)
            │
            ├── b  заказы              (head, origin/größe)
            │
            ├── c  注文を追加 orders   (head)
            │
            └── d  über [31m red next  (head)
            """)

    def test_combining_marks_take_no_column(self) -> None:
        history = [rev("a", says="cre\u0301er"), rev("b", "a", says="index")]
        expected = "a  cre\u0301er  (base)\n│\nb  index  (head, HEAD)"
        assert draw_fork(RevisionGraph(history), ["a", "b"], {"b": "HEAD"}, unicode=True) == expected


names = st.sampled_from(["", "a", "b", "c", "d", "e", "f\n", "é" * 40, "x" * 90, "gone"])
revisions = st.builds(rev, names, names, says=st.text(max_size=100), depends=st.lists(names, max_size=1).map(tuple))


@settings(max_examples=200, deadline=None)
@given(
    history=st.lists(st.builds(lambda one, down: one._replace(down=down), revisions, st.lists(names).map(tuple))),
    heads=st.lists(names, max_size=12),
    holders=st.dictionaries(names, st.text(max_size=60)),
)
def test_no_history_breaks_the_drawing(history: list[Revision], heads: list[str], holders: dict[str, str]) -> None:
    drawing = draw_fork(RevisionGraph(history), heads, holders)
    assert drawing.isascii()
    assert all(character.isprintable() or character == "\n" for character in drawing)
    assert all(len(row) <= 80 and row == row.rstrip() for row in drawing.split("\n"))
    assert bool(heads) == bool(drawing)
    unicode = draw_fork(RevisionGraph(history), heads, holders, unicode=True)
    assert unicode.count("\n") == drawing.count("\n")
