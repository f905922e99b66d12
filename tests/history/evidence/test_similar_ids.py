"""The id that a wrong name means."""

from __future__ import annotations

import pytest

from git_alembic.history.evidence.similar_ids import SimilarId, find_similar_id
from tests.support.literal_changes import graph, revision

GRAPH = graph(
    {
        "a1b2c3d4e5f6": revision("a1b2c3d4e5f6", path="versions/2026_add_user.py"),
        "a1b2999999": "",
        "Users": "",
        "users": "",
        "Orders": "",
        "add_shop_table": "",
        "short": "",
        "kernel": "",
    }
)
FOUND = {
    "2026_add_user": SimilarId("a1b2c3d4e5f6", "file name"),
    "2026_add_user.py": SimilarId("a1b2c3d4e5f6", "file name"),
    "versions/2026_add_user.py": SimilarId("a1b2c3d4e5f6", "file name"),
    "a1b2c": SimilarId("a1b2c3d4e5f6", "beginning"),
    "a1b29": SimilarId("a1b2999999", "beginning"),
    "Orde": SimilarId("Orders", "beginning"),
    "orders": SimilarId("Orders", "case"),
    "ORDERS": SimilarId("Orders", "case"),
    "add_shop_tabel": SimilarId("add_shop_table", "slip"),
    "a1b2c3d4e5f7": SimilarId("a1b2c3d4e5f6", "slip"),
    "kernal": SimilarId("kernel", "slip"),
    "order": None,
    "Ord": None,
    "a1b2": None,
    "USERS": None,
    "shart": None,
    "nothing_like_it": None,
    "": None,
    ".py": None,
}


@pytest.mark.parametrize(("name", "expected"), FOUND.items())
def test_the_intended_id(name: str, expected: SimilarId | None) -> None:
    assert find_similar_id(GRAPH, name) == expected


def test_the_most_similar_id_is_found() -> None:
    near = graph({"add_shop_tables": "", "add_shop_table": ""})
    assert find_similar_id(near, "ad_shop_table") == SimilarId("add_shop_table", "slip")


@pytest.mark.parametrize("name", ["2026_add_user", "a1b2c", "a1b2c3d4e5f7"])
def test_an_excluded_id_is_left_out(name: str) -> None:
    assert find_similar_id(GRAPH, name, never=("a1b2c3d4e5f6",)) is None


def test_an_excluded_id_makes_another_one_unique() -> None:
    assert find_similar_id(GRAPH, "a1b2", never=("a1b2999999",)) == SimilarId("a1b2c3d4e5f6", "beginning")
    assert find_similar_id(GRAPH, "USERS", never=("Users",)) == SimilarId("users", "case")
