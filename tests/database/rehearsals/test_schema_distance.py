"""Schemas are compared as mappings, and the nearest state of a history is found in a few steps."""

from __future__ import annotations

from git_alembic.database.rehearsals.schema_distance import (
    Distance,
    differences,
    distance,
    find_stamped,
    known_tables,
    lacks_keys,
    narrow_bounds,
    nearest,
    reduce_schema,
    spread,
)
from git_alembic.history.graph import RevisionGraph
from git_alembic.revisions.revision import Revision

USERS = {"table users": "", "column users.id": "type=INTEGER", "index i of users": "unique=0"}
MORE = {**USERS, "column users.email": "type=VARCHAR"}


def test_the_nearest_state_is_the_one_with_the_fewest_parts_that_differ() -> None:
    states = {0: {}, 3: USERS, 7: MORE, 9: {**MORE, "table posts": ""}}
    assert nearest(MORE, states) == 7
    assert nearest({**USERS, "index i of users": "unique=1"}, states) == 3
    assert (distance(MORE, USERS).parts, distance(MORE, USERS).details) == (1, 0)
    # Revisions that change no table: the last one counts.
    assert nearest(USERS, {0: USERS, 1: USERS, 2: MORE}) == 1


def test_details_count_after_parts() -> None:
    assert distance(USERS, MORE) == Distance(1, 0)
    assert distance(USERS, {**USERS, "index i of users": "unique=1"}) == Distance(0, 1)
    assert distance({**USERS, "view v": ""}, {"table users": "", "column users.id": "type=TEXT"}) == Distance(1, 2)
    assert Distance(0, 9) < Distance(1, 0) < Distance(1, 1)
    assert not Distance(1, 0) < Distance(1, 0)
    assert known_tables([USERS, {"table posts": ""}]) == {"users", "posts"}


def test_only_objects_of_the_history_are_compared() -> None:
    schema = {
        **USERS,
        "table alembic_version": "",
        "column alembic_version.version_num": "",
        "table spatial_ref_sys": "",
        "index j of spatial_ref_sys": "",
        "sequence users_id_seq": "",
    }
    assert reduce_schema(schema, {"users", "alembic_version"}, "alembic_version") == USERS


def test_differences_do_not_list_the_parts_of_a_missing_table() -> None:
    assert differences(
        {**USERS, "index i of users": "unique=1"}, {**MORE, "table posts": "", "column posts.id": "x"}
    ) == (
        "the database is missing the column users.email",
        "the database is missing the table posts",
        "index i of users is unique=1 and should be unique=0",
    )
    assert differences(USERS, {}) == ("the database also has the table users",)


def test_the_search_narrows_to_the_neighbors() -> None:
    assert spread(0, 3, 16) == [0, 1, 2, 3]
    assert spread(0, 300, 5) == [0, 75, 150, 225, 300]
    assert narrow_bounds(75, [0, 75, 150, 225, 300], 0, 300) == (0, 150)
    assert narrow_bounds(0, [0, 75], 0, 300) == (0, 75)
    assert narrow_bounds(300, [0, 300], 0, 300) == (0, 300)


def test_both_heads_of_a_fork_are_stamped() -> None:
    graph = RevisionGraph(
        Revision(f"{id_}.py", "", id_, down)
        for id_, down in (("a", ()), ("b", ("a",)), ("c", ("a",)), ("d", ("b", "c")))
    )
    assert find_stamped(graph, ["a", "b", "c"]) == ("b", "c")
    assert find_stamped(graph, ["a", "b", "c", "d"]) == ("d",)


STATE = {
    "table t": "",
    "column t.a": "type=INTEGER",
    "primary key of t": "constrained_columns=['id'], name=pk_t",
    "index ix of t": "column_names=['a'], name=ix, unique=0",
    "unique constraint u of t": "column_names=['a'], name=u",
}


def test_a_missing_key_or_index_is_a_difference_under_any_name() -> None:
    assert not lacks_keys(STATE, STATE)
    renamed = {**STATE, "unique constraint other of t": "column_names=['a'], name=other"}
    del renamed["unique constraint u of t"]
    assert not lacks_keys(renamed, STATE)
    for key in ("index ix of t", "unique constraint u of t", "primary key of t"):
        assert lacks_keys({name: value for name, value in STATE.items() if name != key}, STATE), key
    assert not lacks_keys({**STATE, "index more of t": "column_names=['b'], name=more"}, STATE)
