"""Complete drawings, as a terminal shows them."""

from __future__ import annotations

from textwrap import dedent

from hypothesis import given, settings
from hypothesis import strategies as st

from git_alembic.drawing.lanes_as_text import draw_fork
from git_alembic.history.graph import RevisionGraph
from git_alembic.revisions.revision import Revision
from git_alembic.terminal.text_width import count_columns, readable


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
        ●    4f2a  add orders
        ├─╮
        │ ●  9c01  add index on orders  (head, origin/main)
        ●    77ab  add customers
        ●    0001  step 0001
        ●    0002  step 0002
        ●    e5d3  add invoices         (head, staged)
        """)


def test_a_fork_in_ascii() -> None:
    holders = {"9c01": "origin/main", "e5d3": "staged"}
    assert readable(draw_fork(RevisionGraph(ORDERS), ["e5d3", "9c01"], holders), "cp437") == drawn("""
        *    4f2a  add orders
        |-.
        | *  9c01  add index on orders  (head, origin/main)
        *    77ab  add customers
        *    0001  step 0001
        *    0002  step 0002
        *    e5d3  add invoices         (head, staged)
        """)


class TestHeads:
    def test_none(self) -> None:
        assert draw_fork(RevisionGraph(ORDERS), [], {}) == ""
        assert draw_fork(RevisionGraph([]), [], {}) == ""

    def test_one(self) -> None:
        assert draw_fork(RevisionGraph(ORDERS), ["9c01"], {}) == "●  9c01  add index on orders  (head)"

    def test_one_twice(self) -> None:
        assert draw_fork(RevisionGraph(ORDERS), ["9c01", "9c01"], {}) == "●  9c01  add index on orders  (head)"

    def test_a_head_that_the_history_lacks(self) -> None:
        assert draw_fork(RevisionGraph(ORDERS), ["9c01", "beef"], {"beef": "origin/main"}) == drawn("""
            ●  11aa                       (base)
            ●  4f2a  add orders
            ●  9c01  add index on orders  (head)

            ●  beef                       (origin/main, not in this history)
            """)

    def test_one_above_the_other(self) -> None:
        assert draw_fork(RevisionGraph(ORDERS), ["4f2a", "9c01"], {"4f2a": "HEAD", "9c01": "staged"}) == drawn("""
            ●  4f2a  add orders           (HEAD)
            ●  9c01  add index on orders  (head, staged)
            """)

    def test_an_effective_one(self) -> None:
        history = [rev("a"), rev("b", "a"), rev("c", "a"), rev("d", "c", depends=("b",))]
        assert draw_fork(RevisionGraph(history), ["b", "d"], {"b": "HEAD"}) == drawn("""
            ●    a  (base)
            ├─╮
            │ ●  b  (effective head, HEAD)
            ●    c
            ●    d  (head, depends on b)
            """)

    def test_a_fork_within_a_fork(self) -> None:
        history = [rev("a"), *line("a", "b", "c", "d", "e"), *line("c", "x"), *line("c", "y"), *line("a", "z")]
        assert draw_fork(RevisionGraph(history), ["e", "x", "y", "z"], {"z": "origin/main"}) == drawn("""
            ●      a          (base)
            ├─╮
            │ ●    z  step z  (head, origin/main)
            ●      b  step b
            ●      c  step c
            ├─┬─╮
            │ │ ●  y  step y  (head)
            │ ●    x  step x  (head)
            ●      d  step d
            ●      e  step e  (head)
            """)

    def test_more_than_ten(self) -> None:
        heads = [f"h{number:02}" for number in range(15)]
        history = [rev("a"), *(rev(head, "a") for head in heads)]
        assert draw_fork(RevisionGraph(history), heads, {"h13": "staged"}) == drawn("""
            ●        a                (base)
            ├─┬─┬─┬─┬─┬─┬─┬─┬─╮
            │ │ │ │ │ │ │ │ │ ●  h13  (head, staged)
            │ │ │ │ │ │ │ │ ●  h08    (head)
            │ │ │ │ │ │ │ ●  h07      (head)
            │ │ │ │ │ │ ●  h06        (head)
            │ │ │ │ │ ●  h05          (head)
            │ │ │ │ ●  h04            (head)
            │ │ │ ●  h03              (head)
            │ │ ●    h02              (head)
            │ ●      h01              (head)
            ●        h00              (head)

            ⋮        5 more heads
            """)

    def test_eleven(self) -> None:
        heads = [f"h{number:02}" for number in range(11)]
        assert draw_fork(RevisionGraph(map(rev, heads)), heads, {}).endswith("(head, base)\n\n⋮  1 more head")


class TestFolding:
    def test_one_revision_is_shown(self) -> None:
        history = [rev("a"), *line("a", "b", "c", "d"), *line("a", "e")]
        assert draw_fork(RevisionGraph(history), ["d", "e"], {}) == drawn("""
            ●    a          (base)
            ├─╮
            │ ●  e  step e  (head)
            ●    b  step b
            ●    c  step c
            ●    d  step d  (head)
            """)

    def test_revisions_with_holders_are_shown(self) -> None:
        history = [rev("a"), *line("a", *(f"{number:04}" for number in range(20))), *line("a", "x")]
        holders = {"0003": "database", "0019": "HEAD", "x": "origin/main"}
        assert draw_fork(RevisionGraph(history), ["0019", "x"], holders) == drawn("""
            ●    a                (base)
            ├─╮
            │ ●  x     step x     (head, origin/main)
            ●    0000  step 0000
            ●    0001  step 0001
            ●    0002  step 0002
            ●    0003  step 0003  (database)
            ⋮    15 revisions
            ●    0019  step 0019  (head, HEAD)
            """)

    def test_long_lines(self) -> None:
        ids = [f"{number:05}" for number in range(3000)]
        assert draw_fork(RevisionGraph([rev("a"), *line("a", *ids), rev("b")]), ["02999", "b"], {}) == drawn("""
            ●  a                  (base)
            ⋮  2,999 revisions
            ●  02999  step 02999  (head)

            ●  b                  (head, base)
            """)


class TestMerges:
    twice = (
        *(rev("a"), *line("a", "z"), *line("a", "b1", "b2", "b3", "b4"), *line("b1", "s1", "s2")),
        *(rev("m1", "b4", "s2"), *line("m1", "c1", "c2", "c3"), *line("c1", "t"), rev("m2", "c3", "t")),
        *line("m2", "d1", "d2"),
    )

    def test_few_are_counted(self) -> None:
        assert draw_fork(RevisionGraph(self.twice), ["d2", "z"], {}) == drawn("""
            ●    a            (base)
            ├─╮
            │ ●  z   step z   (head)
            ●    b1  step b1
            ⋮    7 revisions, 2 merges
            ●    d2  step d2  (head)
            """)

    def test_many_are_counted(self) -> None:
        history = [*self.twice, rev("u", "d1"), rev("m3", "u", "d2"), rev("e", "m3")]
        assert draw_fork(RevisionGraph(history), ["e", "z"], {}) == drawn("""
            ●    a           (base)
            ├─╮
            │ ●  z   step z  (head)
            ●    b1  step b1
            ⋮    9 revisions, 3 merges
            ●    e           (head)
            """)

    def test_of_a_line_from_before_the_fork(self) -> None:
        history = [rev("a"), rev("o", "a"), rev("p", "a"), rev("m", "p", "o", says="merge heads"), rev("n", "p")]
        assert draw_fork(RevisionGraph(history), ["m", "n"], {}) == drawn("""
            ●    p
            ├─╮
            │ ●  n               (head)
            ●    m  merge heads  (head, merges o)
            """)

    def test_of_the_same_two_lines(self) -> None:
        history = [rev("a"), rev("b", "a"), rev("c", "a"), rev("d", "b", "c"), rev("e", "b", "c")]
        assert draw_fork(RevisionGraph(history), ["d", "e"], {}) == drawn("""
            ●    c
            ├─╮
            │ ●  e  (head, merges b)
            ●    d  (head, merges b)
            """)


class TestUnrelated:
    def test_bases(self) -> None:
        history = [rev("a", says="users"), *line("a", "b", "c", "d", "e"), rev("x", says="billing"), rev("y", "x")]
        assert draw_fork(RevisionGraph(history), ["e", "y"], {"e": "HEAD"}) == drawn("""
            ●  a  users    (base)
            ⋮  3 revisions
            ●  e  step e   (head, HEAD)

            ●  x  billing  (base)
            ●  y           (head)
            """)

    def test_a_fork_beside_another_base_is_drawn_from_its_own(self) -> None:
        history = [*ORDERS, rev("beef", says="start over")]
        assert draw_fork(RevisionGraph(history), ["beef", "9c01", "e5d3"], {"beef": "staged"}) == drawn("""
            ●    11aa                       (base)
            ●    4f2a  add orders
            ├─╮
            │ ●  9c01  add index on orders  (head)
            ●    77ab  add customers
            ●    0001  step 0001
            ●    0002  step 0002
            ●    e5d3  add invoices         (head)

            ●    beef  start over           (head, staged, base)
            """)

    def test_beside_another_base_a_merge_still_hangs_below_the_fork(self) -> None:
        history = [rev("a"), rev("p", "a"), rev("q", "p"), rev("z", "a"), rev("m", "q", "z"), rev("n", "p"), rev("x")]
        assert draw_fork(RevisionGraph(history), ["m", "n", "x"], {}) == drawn("""
            ●    a  (base)
            ●    p
            ├─╮
            │ ●  n  (head)
            ●    q
            ●    m  (head, merges z)

            ●    x  (head, base)
            """)

    def test_bases_that_one_head_merges(self) -> None:
        history = [rev("a"), rev("b", "a"), rev("x"), rev("y", "x"), rev("m", "b", "y"), rev("n", "y"), rev("k", "a")]
        assert draw_fork(RevisionGraph(history), ["m", "n", "k"], {}) == drawn("""
            ●    a  (base)
            ●    k  (head)

            ●    x  (base)
            ●    y
            ├─╮
            │ ●  n  (head)
            ●    m  (head, merges b)
            """)


class TestBroken:
    def test_missing_parent(self) -> None:
        history = [rev("a"), rev("b", "a"), rev("c", "gone", says="was rebased")]
        assert draw_fork(RevisionGraph(history), ["b", "c"], {"c": "staged"}) == drawn("""
            ●  a               (base)
            ●  b               (head)

            ●  c  was rebased  (head, staged, missing parent gone)
            """)

    def test_missing_parents_of_a_merge(self) -> None:
        history = [rev("a"), rev("b", "a", "gone", "lost"), rev("c", "a")]
        assert draw_fork(RevisionGraph(history), ["b", "c"], {}) == drawn("""
            ●    a  (base)
            ├─╮
            │ ●  c  (head)
            ●    b  (head, missing parents gone and lost)
            """)

    def test_cycle(self) -> None:
        history = [rev("a", "b"), rev("b", "a"), rev("c", "b"), rev("d", "a")]
        assert draw_fork(RevisionGraph(history), ["c", "d"], {}) == drawn("""
            ●    a  (in a cycle)
            ├─╮
            │ ●  d  (head)
            ●    b  (in a cycle)
            ●    c  (head)
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

    def test_messages_are_shortened_before_names_and_marks(self) -> None:
        holders = {self.left: "staged", self.right: self.far}
        assert draw_fork(RevisionGraph(self.history), [self.left, self.right], holders) == drawn("""
            ●    0001_create_the_users_and_groups  (base)
            ├─╮
            │ ●  0002_rename   rename things…      (head, origin/feature/PROJ-1234-ren…)
            ●    0002_add_a_very_long_column_name  (head, staged)
            """)

    def test_names_are_shortened_last(self) -> None:
        holders = {self.left: "staged", self.right: self.far}
        assert draw_fork(RevisionGraph(self.history), [self.left, self.right], holders, width=30) == drawn("""
            ●    0001_creat…  (base)
            ├─╮
            │ ●  0002_rename  (head, ori…)
            ●    0002_add_a…  (head, sta…)
            """)


class TestLetters:
    history = (
        rev("a", says="créer les «commandes»"),
        *(rev("b", "a", says="заказы"), rev("c", "a", says="注文を追加 orders")),
        rev("d", "a", says="über\x1b[31m\tred\nnext \udcff"),
    )

    def test_unicode(self) -> None:
        assert draw_fork(RevisionGraph(self.history), ["b", "c", "d"], {"b": "origin/größe"}) == drawn("""
            ●      a  créer les «commandes»  (base)
            ├─┬─╮
            │ │ ●  d  über [31m red next     (head)
            │ ●    c  注文を追加 orders      (head)
            ●      b  заказы                 (head, origin/größe)
            """)

    def test_ascii(self) -> None:
        assert readable(
            draw_fork(RevisionGraph(self.history), ["b", "c", "d"], {"b": "origin/größe"}), "ascii"
        ) == drawn("""
            *      a  creer les ?commandes?  (base)
            |-.-.
            | | *  d  uber [31m red next     (head)
            | *    c  ?????????? orders      (head)
            *      b  ??????                 (head, origin/gro?e)
            """)

    def test_letters_of_a_code_page_stay(self) -> None:
        assert readable(
            draw_fork(RevisionGraph(self.history), ["b", "c", "d"], {"b": "origin/größe"}), "cp1252"
        ) == drawn("""
            *      a  créer les «commandes»  (base)
            |-.-.
            | | *  d  über [31m red next     (head)
            | *    c  ?????????? orders      (head)
            *      b  ??????                 (head, origin/größe)
            """)

    def test_glyphs_that_an_encoding_has_stay(self) -> None:
        assert readable("●─ größe ⋮", "shift_jis") == "*- gro?e :"
        assert readable("●─ größe", "shift_jis") == "●─ gro?e"

    def test_combining_marks_take_no_column(self) -> None:
        history = [rev("a", says="cre\u0301er"), rev("b", "a", says="index")]
        assert draw_fork(RevisionGraph(history), ["a", "b"], {"b": "HEAD"}) == drawn("""
            ●  a  créer  (base)
            ●  b  index  (head, HEAD)
            """)


names = st.sampled_from(["", "a", "b", "c", "d", "e", "f\n", "é" * 40, "x" * 90, "gone"])
revisions = st.builds(rev, names, names, says=st.text(max_size=100), depends=st.lists(names, max_size=1).map(tuple))


@settings(max_examples=200, deadline=None)
@given(
    history=st.lists(
        st.builds(lambda revision, down: revision._replace(down=down), revisions, st.lists(names).map(tuple))
    ),
    heads=st.lists(names, max_size=12),
    holders=st.dictionaries(names, st.text(max_size=60)),
)
def test_no_history_breaks_the_drawing(history: list[Revision], heads: list[str], holders: dict[str, str]) -> None:
    drawing = draw_fork(RevisionGraph(history), heads, holders)
    assert all(character.isprintable() or character == "\n" for character in drawing)
    assert all(count_columns(row) <= 76 and row == row.rstrip() for row in drawing.split("\n"))
    assert bool(heads) == bool(drawing)
    for encoding in ("ascii", "cp437", "cp1252", "koi8_r"):
        plain = readable(drawing, encoding)
        assert plain.encode(encoding).decode(encoding) == plain
        assert list(map(count_columns, plain.split("\n"))) == list(map(count_columns, drawing.split("\n")))
