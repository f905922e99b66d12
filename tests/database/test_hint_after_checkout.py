"""The hint as a table of graphs."""

from __future__ import annotations

import pytest

from git_alembic.database.hint_after_checkout import Difference, compare_heads, hint_lines
from git_alembic.environments.environment import Environment
from git_alembic.history.graph import RevisionGraph
from git_alembic.revisions.revision import Revision


def graph(edges: str) -> RevisionGraph:
    """Parse edges: "id parent parent", separated by commas."""
    nodes = [edge.split() for edge in edges.split(",") if edge]
    return RevisionGraph(Revision(f"{id_}.py", id_, id_, tuple(down)) for id_, *down in nodes)


M = "git-alembic: migrations:"
SYNC = "git alembic sync"
RAN = "'d' was applied to your database"
AGAIN = "    git checkout 1234567 && alembic downgrade b && git checkout - && alembic upgrade head"


class TestDifference:
    @pytest.mark.parametrize(
        ("old", "new", "expected"),
        [
            pytest.param("a, b a", "a, b a", Difference(), id="no change"),
            pytest.param("a, b a", "a, b a, c b", Difference(("c",)), id="one new revision"),
            pytest.param("", "a, b a", Difference(("a", "b")), id="all revisions are new"),
            pytest.param("a, b a", "", Difference(), id="this tree lacks the environment"),
            pytest.param("a, b a", "a", Difference((), ("b",), (), "a"), id="one revision is gone"),
            pytest.param("a, b a, c b", "a, d a", Difference(("d",), ("b", "c"), (), "a"), id="another branch"),
            pytest.param("a, b a, d b", "a, b a, c b, d c", Difference(("c",), (), ("d",), "b"), id="re-parented"),
            pytest.param(
                "a, b a, d b, e d", "a, b a, c b, d c, e d", Difference(("c",), (), ("d", "e"), "b"), id="with a child"
            ),
            pytest.param(
                "a, b a, d b, e d, f e",
                "a, b a, c b, d c, e b, f d e",
                Difference(("c",), (), ("d", "f"), "b"),
                id="a merge is undone",
            ),
            pytest.param("a, b a, c b", "c", Difference(), id="squash"),
            pytest.param("c", "a, b a, c b", Difference(), id="a squash is undone"),
            pytest.param("a, b a, c b", "c, d c", Difference(("d",)), id="squash and more"),
            pytest.param("a, b a, c a", "a, b a, c a, m b c", Difference(("m",)), id="a merge is new"),
            pytest.param("a, b a, c a, m b c", "a, b a, c a", Difference((), ("m",), (), "b"), id="a merge is gone"),
            pytest.param("a, b a, c a", "a", Difference((), ("b", "c"), (), "a"), id="both sides of a fork are gone"),
            pytest.param("x", "y", Difference(("y",), ("x",)), id="nothing in common"),
            pytest.param("a, b a", "a b, b a", Difference(), id="a loop"),
            pytest.param("a, b gone", "a", Difference((), ("b",)), id="a missing parent"),
        ],
    )
    def test_table(self, old: str, new: str, expected: Difference) -> None:
        assert compare_heads(graph(old), graph(new)) == expected


class TestLines:
    PLAIN = Environment("alembic.ini", "migrations", ("migrations/versions",), config="alembic.ini")
    INNER = Environment("db/alembic.ini", "db/alembic", ("db/alembic/versions",), config="db/alembic.ini", cwd="db")
    FLASK = Environment("migrations", "migrations", ("migrations/versions",), wrapper="flask")

    @pytest.mark.parametrize(
        ("found", "environment", "heads", "expected"),
        [
            (Difference(), PLAIN, 1, []),
            (Difference(("c",)), PLAIN, 1, [f"{M} 1 new revision ('c'): run `alembic upgrade head`"]),
            (Difference(("c", "d")), FLASK, 2, [f"{M} 2 new revisions ('c' and 'd'): run `flask db upgrade heads`"]),
            (
                Difference(("c",)),
                INNER,
                1,
                ["git-alembic: db/alembic: 1 new revision ('c'): run `(cd db && alembic upgrade head)`"],
            ),
            (
                Difference((), ("d",), (), "b"),
                PLAIN,
                1,
                [f"{M} 'd' is not in this checkout: run `git alembic sync` if 'd' was applied to your database"],
            ),
            (
                Difference(("c",), ("d", "e"), (), "b"),
                INNER,
                1,
                [
                    (
                        "git-alembic: db/alembic: 1 new revision ('c'); 'd' and 'e' are not in this checkout: run "
                        "`(cd db && alembic upgrade head)`, or `git alembic sync` if 'd' or 'e' was applied to "
                        "your database"
                    )
                ],
            ),
            (
                Difference(("c",), ("e",), ("d",), "b"),
                INNER,
                1,
                [
                    (
                        "git-alembic: db/alembic: 1 new revision ('c'); 'e' is not in this checkout; 'd' now comes "
                        "after a new revision: run `(cd db && alembic upgrade head)`, or if 'e' or 'd' was applied to "
                        "your database:"
                    ),
                    AGAIN.replace("alembic downgrade b", "(cd db && alembic downgrade b)").replace(
                        "alembic upgrade head", "(cd db && alembic upgrade head)"
                    ),
                ],
            ),
            (
                Difference(("c",), (), ("d",), "b"),
                PLAIN,
                1,
                [
                    (
                        f"{M} 1 new revision ('c'); 'd' now comes after a new revision: run `alembic upgrade head`, "
                        "or if 'd' was applied to your database:"
                    ),
                    AGAIN,
                ],
            ),
            (
                Difference(("y",), ("x", "w", "v")),
                PLAIN,
                1,
                [
                    (
                        f"{M} 1 new revision ('y'); 'x', 'w' and 'v' are not in this checkout: if any of 'x', 'w' and "
                        "'v' was applied to your database, that database doesn't match this branch"
                    )
                ],
            ),
            (
                Difference(("y",), ("x",)),
                PLAIN,
                1,
                [
                    (
                        f"{M} 1 new revision ('y'); 'x' is not in this checkout: if 'x' was applied to your database, "
                        "that database doesn't match this branch"
                    )
                ],
            ),
        ],
    )
    def test_table(self, found: Difference, environment: Environment, heads: int, expected: list[str]) -> None:
        assert hint_lines(found, (environment, environment), heads, "1234567", SYNC) == expected

    def test_without_a_way_back(self) -> None:
        sides = (self.PLAIN, self.PLAIN)
        assert hint_lines(Difference(("c",), ("d",), (), "b"), sides, 1, "", SYNC) == [
            f"{M} 1 new revision ('c'); 'd' is not in this checkout: run `alembic upgrade head`, or `{SYNC}` if {RAN}"
        ]
        assert hint_lines(Difference(("c",), (), ("d",), "b"), sides, 1, "", SYNC) == [
            f"{M} 1 new revision ('c'); 'd' now comes after a new revision: run `alembic upgrade head`"
        ]

    def test_commands_can_be_run_here(self) -> None:
        found = Difference((), ("d",), (), "b")
        assert hint_lines(found, (self.PLAIN, self.PLAIN), 1, "1234567", "/x/git-alembic sync") == [
            f"{M} 'd' is not in this checkout: run `/x/git-alembic sync` if 'd' was applied to your database"
        ]
