"""Each step of a plan sees the steps before it."""

from __future__ import annotations

import pytest

from git_alembic.history.snapshot_and_change import Change
from git_alembic.repair.plan_builder import COMMITTED, FRESH, PUBLISHED, Choices, PlanBuilder, describe_move
from git_alembic.revisions.revision import Unreadable
from tests.support.literal_changes import History, change, revision, snapshot
from tests.support.revision_files import file_of

NONE = Choices()
LINE = {"a": "", "b": "a", "c": "b"}


def builder(made: Change, choices: Choices = NONE) -> PlanBuilder:
    return PlanBuilder(made, file_of, choices)


@pytest.mark.parametrize(
    ("history", "unreadable", "obstacle"),
    [
        (LINE, (), ""),
        ({**LINE, "d": "x"}, (), "the parent of 'd', 'x', exists"),
        ({**LINE, "2": revision("c", path="c2.py")}, (), "no two files share an id"),
        ({"a": "b", "b": "a"}, (), "the revisions don't form a cycle"),
        (LINE, ("versions/x.py", "versions/y.py"), "versions/x.py can be read"),
        ({"a": "b", "b": "a", "c": "x"}, ("x.py",), "the parent of 'c', 'x', exists"),
    ],
)
def test_the_condition_that_is_missing_for_the_repair_of_a_fork(
    history: History, unreadable: tuple[str, ...], obstacle: str
) -> None:
    files = tuple(Unreadable(path, "", "no id") for path in unreadable)
    assert builder(change(LINE, snapshot(history, unreadable=files))).find_obstacle() == obstacle


C, TWIN = revision("c", "b"), revision("c", "b", path="versions/twin.py")


@pytest.mark.parametrize(
    ("made", "ages"),
    [
        pytest.param(change(LINE, LINE), (PUBLISHED, PUBLISHED), id="published"),
        pytest.param(change(LINE, LINE, published={}), (FRESH, FRESH), id="staged"),
        pytest.param(change(LINE, {**LINE, "c": TWIN}, published={}), (COMMITTED, COMMITTED), id="committed"),
        pytest.param(
            change(LINE, LINE, published={}, once_published=frozenset("c")), (PUBLISHED, FRESH), id="published once"
        ),
        pytest.param(
            change(LINE, LINE, published={}, held_elsewhere={"c": ("origin/v1",)}),
            (PUBLISHED, FRESH),
            id="on another branch",
        ),
        pytest.param(change(LINE, {**LINE, "c": TWIN}), (PUBLISHED, PUBLISHED), id="published, in a renamed file"),
        pytest.param(change(LINE, {**LINE, "c": TWIN, "2": C}), (COMMITTED, COMMITTED), id="a file beside it"),
        pytest.param(
            change(LINE, {**LINE, "2": revision("c", "b", path="versions/a_twin.py")}),
            (PUBLISHED, PUBLISHED),
            id="the published file, with one beside it",
        ),
    ],
)
def test_age(made: Change, ages: tuple[int, int]) -> None:
    plan = builder(made, Choices(fresh=("versions/c.py",)))
    file = made.after.graph.by_id["c"][-1]
    assert (plan.age(file), plan.age_on_target(file)) == ages


def test_a_published_revision_may_change_only_if_the_user_says_so() -> None:
    made = change(LINE, {**LINE, "d": "c"})
    plan = builder(made)
    assert [plan.is_free(made.after.graph[id_]) for id_ in "cd"] == [False, True]
    assert plan.notes == ["versions/c.py is published and stays as it is (`--published-too` changes it)"]
    assert plan.is_free(made.after.graph["c"], COMMITTED)
    assert not plan.is_free(made.after.graph["d"], PUBLISHED)
    plan = builder(made, Choices(published_too=True))
    assert plan.is_free(made.after.graph["c"])
    assert plan.notes == []


def test_a_step_sees_the_steps_before_it() -> None:
    plan = builder(change(LINE, LINE))
    plan.reparent(plan.graph["c"], ("a",))
    plan.reparent(plan.graph["c"], ("a", "b"))
    plan.reparent(plan.graph["b"], ())
    assert plan.steps == [
        "versions/c.py: 'c' comes after 'a' instead of 'b'",
        "versions/c.py: 'c' comes after 'a' and 'b' instead of 'a'",
        "versions/b.py: 'b' becomes a base, and no longer comes after 'a'",
    ]
    assert plan.files == {
        "versions/c.py": file_of(revision("c", "a b")),
        "versions/b.py": file_of(revision("b")),
    }
    assert {file.id: file.down for file in plan.graph.revisions} == {"a": (), "b": (), "c": ("a", "b")}
    assert plan.data(plan.graph["a"]) == file_of(plan.graph["a"])
    assert plan.data(plan.graph["b"]) == plan.files["versions/b.py"]


def test_names_are_replaced_in_both_lists_without_repetition() -> None:
    made = change(LINE, {**LINE, "m": revision("m", "bb c", depends=("aa", "x"))})
    plan = builder(made)
    plan.respell(plan.graph["m"], {"bb": "c", "aa": "a", "never": "b"})
    assert plan.steps == [
        "versions/m.py: 'm' comes after 'c' instead of 'bb' and 'c'",
        "versions/m.py: 'm' depends on 'a' and 'x' instead of 'aa' and 'x'",
    ]
    assert (plan.graph["m"].down, plan.graph["m"].depends) == (("c",), ("a", "x"))
    plan.respell(plan.graph["m"], {"never": "b"})
    assert len(plan.steps) == 2


def test_a_file_that_cannot_be_edited_is_a_note() -> None:
    plan = PlanBuilder(change(LINE, LINE), lambda _: b"revision = 'c'\ndown_revision = NAME\n", Choices())
    plan.reparent(plan.graph["c"], ("a",))
    plan.respell(revision("c", "b", depends=("x",)), {"x": "a"})
    assert (plan.files, plan.steps, plan.graph) == ({}, [], plan.change.after.graph)
    assert plan.notes == [
        f"versions/c.py: `{name}` has to be changed by hand: `down_revision` comes from `NAME`, which the file does "
        "not assign (line 2)."
        for name in ("down_revision", "depends_on")
    ]


def test_a_file_that_is_no_longer_readable_leaves_the_history() -> None:
    plan = builder(change(LINE, LINE))
    assert plan.graph_with(plan.graph["c"], b"def").ids == ("a", "b")


@pytest.mark.parametrize(
    ("down", "parents", "was", "sentence"),
    [
        ("b", ("c",), "", "'x' comes after 'c' instead of 'b'"),
        ("", ("c", "d"), "", "'x' comes after 'c' and 'd', and is no longer a base"),
        ("b c", (), "", "'x' becomes a base, and no longer comes after 'b' and 'c'"),
        ("", (), "''", "'x' becomes a base, and no longer comes after ''"),
    ],
)
def test_a_move_in_words(down: str, parents: tuple[str, ...], was: str, sentence: str) -> None:
    assert describe_move(revision("x", down), parents, was) == sentence
