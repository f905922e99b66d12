"""Repairs that several rules print: which of them apply, and which comes first."""

from __future__ import annotations

from typing import Any

import pytest

from git_alembic.findings import repairs_shared_by_rules
from git_alembic.findings.finding import Command, Repair
from git_alembic.findings.repairs_shared_by_rules import RUN_FIX
from git_alembic.history.snapshot_and_change import Change
from git_alembic.revisions.revision import Unreadable
from tests.support.literal_changes import ENVIRONMENT, History, change, revision, snapshot

A, OURS, FORK = {"a": ""}, {"a": "", "b": "a"}, {"a": "", "b": "a", "c": "a"}


def merge_of(*heads: str) -> Repair:
    command = ("alembic", "merge", "-m", "merge heads", *heads)
    return Repair("add a merge revision", (Command(command), Command(("git", "add", "versions"))))


MERGE = merge_of("b", "c")
MOVE_C = Repair("put 'c' on top of 'b'", (RUN_FIX,))
SHOP = {"a": "", "b": "a", "c": revision("c", labels=("shop",))}
OWN_LINE = Repair("""keep 'c' as a separate branch: set `heads = "one-per-label"` in [tool.git-alembic]""")


def repairs(made: Change) -> tuple[Repair, ...]:
    after = made.after.graph
    return repairs_shared_by_rules.fork_repairs(made, after, after.heads)


def forked(after: History = FORK, **evidence: Any) -> Change:
    return change(OURS, after, **evidence)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        pytest.param(forked(), (MOVE_C, MERGE), id="an unpublished side"),
        pytest.param(forked(published=FORK), (MERGE,), id="both are published"),
        pytest.param(forked(once_published=frozenset({"c"})), (MERGE,), id="published once"),
        pytest.param(forked(held_elsewhere={"c": ("origin/release",)}), (MERGE, MOVE_C), id="on another branch"),
        pytest.param(forked(held_elsewhere={"b": ("origin/release",)}), (MOVE_C, MERGE), id="the other side is"),
        pytest.param(
            forked({**FORK, "d": "c"}, held_elsewhere={"d": ("origin/release",)}),
            (merge_of("b", "d"), MOVE_C),
            id="its child is on another branch",
        ),
        pytest.param(forked(SHOP), (OWN_LINE, MERGE), id="a labeled base"),
        pytest.param(
            forked({**SHOP, "d": revision("d", labels=("blog",))}),
            (OWN_LINE, merge_of("b", "c", "d")),
            id="two labeled bases",
        ),
        pytest.param(forked(SHOP, heads_allowed="one-per-label"), (MERGE,), id="a labeled base, with labels allowed"),
        pytest.param(forked({**OURS, "c": ""}), (MOVE_C, MERGE), id="a base without a label"),
        pytest.param(forked({**OURS, "c": "x"}), (), id="a missing parent"),
        pytest.param(forked({**FORK, "2": revision("c", "b", path="versions/c2.py")}), (), id="a duplicate"),
        pytest.param(forked({**FORK, "d": "e", "e": "d"}), (), id="a loop"),
        pytest.param(
            change(OURS, snapshot(FORK, unreadable=(Unreadable("x.py", "x", "no"),))), (), id="an unreadable file"
        ),
    ],
)
def test_fork_repairs(made: Change, expected: tuple[Repair, ...]) -> None:
    assert repairs(made) == expected


def test_a_fork_with_more_heads_than_fix_moves_is_joined() -> None:
    heads = {f"h{number}": "a" for number in range(101)}
    joined = Repair("add a merge revision", (repairs_shared_by_rules.JOIN,))
    assert repairs(change(A, {**A, **heads}, published=A)) == (joined,)
    del heads["h0"]
    first, _ = repairs(change(A, {**A, **heads}, published=A))
    assert first.commands == (RUN_FIX,)


def test_an_environment_without_configuration_merges_with_fix() -> None:
    bare = ENVIRONMENT._replace(config=None)
    merge = Command(("git", "alembic", "fix", "--strategy", "merge"))
    assert repairs_shared_by_rules.merge_repair(bare, ("b", "c")) == Repair("add a merge revision", (merge,))


def test_after_the_merge_command_the_file_with_the_heads_is_written() -> None:
    with_file = ENVIRONMENT._replace(heads_file_path="migrations/heads.txt")
    *_, last = repairs_shared_by_rules.merge_repair(with_file, ("b", "c")).commands
    assert last == Command(("git", "alembic", "fix", "--yes"))


def test_the_merge_command_runs_in_the_projects_folder() -> None:
    flask = ENVIRONMENT._replace(wrapper="flask", cwd="web", script_location="web/migrations", versions=("v", "w"))
    assert repairs_shared_by_rules.merge_repair(flask, ("b", "c")).commands == (
        Command(("flask", "db", "merge", "-m", "merge heads", "b", "c"), "web"),
        Command(("git", "add", "v", "w")),
    )


def checkout(source: str, *ids: str) -> Command:
    return Command(("git", "checkout", source, "--", *(f"versions/{id_}.py" for id_ in ids)))


def test_bring_back_takes_the_side_that_has_every_file() -> None:
    made = change(OURS, A, published_snapshots=(snapshot(FORK, "origin/main"),))
    before, main = snapshot(OURS).graph, snapshot(FORK).graph
    assert repairs_shared_by_rules.bring_back(made, (before["b"],)) == (checkout("HEAD", "b"),)
    assert repairs_shared_by_rules.bring_back(made, (main["b"], main["c"])) == (checkout("origin/main", "b", "c"),)
    assert repairs_shared_by_rules.bring_back(made, (revision("x"),)) == (checkout("HEAD", "x"),)


def test_bring_back_takes_the_side_whose_file_is_the_expected_one() -> None:
    made = change(OURS, A, published_snapshots=(snapshot({**A, "b": "", "c": "a"}, "origin/main"),))
    assert repairs_shared_by_rules.bring_back(made, (revision("b"),)) == (checkout("origin/main", "b"),)
    assert repairs_shared_by_rules.bring_back(made, (revision("b", "a"), revision("c", "a"))) == (
        checkout("HEAD", "b"),
        checkout("origin/main", "c"),
    )
