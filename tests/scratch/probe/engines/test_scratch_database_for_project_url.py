"""The scratch database of a URL."""

from __future__ import annotations

import pytest

from git_alembic.scratch.probe.engines.scratch_database_for_project_url import DatabaseIdentities

TOP, TREE = "/r/.git/git-alembic/tree-1/r", "/r"


def identities(*known: str, adopts: bool = True) -> DatabaseIdentities:
    made = DatabaseIdentities(TOP, TREE)
    made.load(known, adopts=adopts)
    return made


@pytest.mark.parametrize(
    ("known", "key"),
    [
        ("sqlite:///r/x.db", f"sqlite:///{TOP}/x.db"),
        ("sqlite:///r/x y.db", f"sqlite:///file:{TOP}/x%20y.db?uri=true"),
        ("sqlite://:memory:", "sqlite:///:memory:"),
        ("sqlite://", "sqlite:///"),
        ("postgresql://h/r", f"postgresql://h/{TOP[1:]}".replace(TOP[1:], "r")),
        (f"postgresql://{TREE}/run/app", f"postgresql://{TOP}/run/app"),
        ("postgresql://h/t_1b4e28ba-2fa1-11d2-883f-0016d3cca427", "postgresql://h/t_6fa459ea-ee8a-3ca4-894e-db77e160355e"),
        ("sqlite:///tmp/tmpab12cd_3/x.db", "sqlite:////tmp/tmpzz98yy_7/x.db"),
        ("postgresql://h/test_31999", "postgresql://h/test_40001"),
        ("postgresql://h/main", "postgresql://h/feature"),
    ],
    ids=[
        "path", "URI", "memory", "no name", "name", "socket folder", "UUID", "temporary folder", "process",
        "another name",
    ],
)  # fmt: skip
def test_the_same_database(known: str, key: str) -> None:
    other = "postgresql://h/other" if known != "postgresql://h/main" else ""
    found = identities(*filter(None, (known, other)))
    assert found.find(key) == known
    assert found.find(key) == known


@pytest.mark.parametrize(
    ("known", "key"),
    [
        (("postgresql://h/a", "postgresql://h/b"), "postgresql://h/c"),
        (("sqlite://x.db",), "postgresql://h/c"),
        (("postgresql://h/shard1", "postgresql://h/shard2"), "postgresql://h/shard3"),
    ],
)
def test_a_new_database(known: tuple[str, ...], key: str) -> None:
    assert identities(*known).find(key) == key


def test_two_random_names_keep_their_order() -> None:
    known = ("sqlite:///r/1b4e28ba0000.db", "sqlite:///r/6fa459ea0000.db")
    found = identities(*known)
    keys = ("sqlite:////r/aaaaaaaa1111.db", "sqlite:////r/bbbbbbbb2222.db")
    assert tuple(map(found.find, keys)) == known


def test_a_confused_name_is_a_conflict() -> None:
    found = identities("postgresql://h/main")
    assert found.find("postgresql://h/new") == "postgresql://h/main"
    assert [found.has_conflict] == [False]
    assert found.find("postgresql://h/main") == "postgresql://h/main"
    assert [found.has_conflict] == [True]
    assert identities("postgresql://h/main", adopts=False).find("postgresql://h/new") == "postgresql://h/new"


def test_keys_are_in_the_order_of_their_first_use() -> None:
    found = identities("sqlite:///r/a.db", "sqlite:///r/b.db")
    found.find("sqlite:////r/c.db")
    assert found.keys == ["sqlite:///r/a.db", "sqlite:///r/b.db", "sqlite:///r/c.db"]
