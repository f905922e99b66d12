"""The collisions of some branches: with the target, of each pair, and as one branch sees them."""

from __future__ import annotations

from git_alembic.conflicts.collision import Collision
from git_alembic.conflicts.collisions_of_branches import Collisions, Partners, find_collisions
from tests.support.literal_branches import branch, targets

LINE = targets({"a": "", "b": "a"})
X, Y, Z = (branch(name, {id_: "b"}, time=time) for name, id_, time in (("x", "c", 1), ("y", "d", 3), ("z", "e", 2)))


def names(found: Collisions) -> list[tuple[str, str, str | None]]:
    return [(each.kind, each.branch, each.other) for each in found]


def test_focus_leaves_out_pairs_of_others() -> None:
    assert names(find_collisions(LINE, [X, Y, Z], "y")) == [("fork", "x", "y"), ("fork", "y", "z")]
    assert names(find_collisions(LINE, [X, Y, Z], "x")) == [("fork", "x", "y"), ("fork", "x", "z")]
    late = branch("late", {"f": "a"})
    assert names(find_collisions(LINE, [X, late], "x")) == [("fork", "x", "late")]
    assert names(find_collisions(LINE, [X, late], "nowhere")) == []


def test_those_with_the_target_come_first() -> None:
    late = branch("late", {"f": "a"})
    found = find_collisions(LINE, [X, late, Y])
    assert names(found) == [
        ("fork", "late", None),
        ("fork", "x", "late"),
        ("fork", "x", "y"),
        ("fork", "late", "y"),
    ]
    assert bool(found)
    assert not find_collisions(LINE, [X])


def test_the_newest_partners_are_named() -> None:
    found = find_collisions(LINE, [X, Y, Z])
    assert found.partners(X, 5) == {"fork": Partners(2, ("y", "z"))}
    assert found.partners(X, 1) == {"fork": Partners(2, ("y",))}
    assert found.partners(Y, 0) == {"fork": Partners(2, ())}
    assert find_collisions(LINE, [X]).partners(X, 5) == {}


def test_the_view_of_one_branch() -> None:
    late = branch("late", {"c": "a"}, time=9)  # another `c`, below the head
    found = find_collisions(LINE, [X, Y, Z, late])
    collisions, hidden = found.view(X, 1)
    assert [(each.kind, each.branch, each.other, each.revisions or each.paths) for each in collisions] == [
        ("fork", "x", "y", ("c", "d")),
        ("conflicting-file", "x", "late", ("v/c.py",)),
    ]
    assert hidden == 1
    collisions, hidden = found.view(late, 9)
    assert [(each.kind, each.seen_from("late")) for each in collisions] == [
        ("fork", None),
        ("fork", "y"),
        ("fork", "z"),
        ("conflicting-file", "x"),
    ]
    assert hidden == 0


def test_git_confirms_that_files_conflict() -> None:
    first, second = branch("x", {"c": "b"}), branch("y", {"c": "b"}, files={"v/c.py": "other", "v/b.py": "new"})
    candidates: list[Collision] = []

    def confirm(collision: Collision) -> Collision | None:
        candidates.append(collision)
        return None

    both = Collision("conflicting-file", "x", "y", "main", (), ("v/c.py",))
    assert list(find_collisions(LINE, [first, second])) == [both]
    assert list(find_collisions(LINE, [first, second], confirm=confirm)) == []
    assert candidates == [both]


def test_branches_that_new_parents_do_not_repair() -> None:
    deleting, late = branch("deleting", {}, "b"), branch("late", {"c": "a"})
    clash = branch("clash", {"b": "a"})
    assert find_collisions(LINE, [deleting, late, clash, X]).broken == {"deleting", "clash"}
    in_heads_file = Collision("conflicting-file", "h", None, "main", ("c", "d"), ("heads.txt",))
    in_file = Collision("conflicting-file", "f", None, "main", (), ("v/c.py",))
    of_pair = Collision("duplicate-id", "x", "y", "main", ("c",))
    assert Collisions(listed=(in_heads_file, in_file, of_pair)).broken == {"f"}


def test_the_problems_of_a_branch_after_others() -> None:
    late = branch("late", {"f": "a"})
    for found in (find_collisions(LINE, [X, Y, Z, late]), find_collisions(LINE, [X, Y, Z, late], "y")):
        forks = [(each.branch, each.other) for each in found.before(Y, {"fork": {"x"}})]
        assert forks == [("x", "y")]
        assert found.before(Y, {"fork": set()}) == []
        assert found.before(Y, {"duplicate-id": {"x"}}) == []
    found = find_collisions(LINE, [X, Y, Z, late])
    assert [(each.branch, each.other) for each in found.before(late, {"fork": {"x"}})] == [
        ("late", None),
        ("x", "late"),
    ]
    twins = [branch(name, {"c": "b"}) for name in ("t1", "t2")]
    (only,) = find_collisions(LINE, [*twins, Y]).before(Y, {"fork": {"t1", "t2"}})
    assert only.revisions == ("c", "d")  # once, although it collides with both
