"""What a branch changes in an environment."""

from __future__ import annotations

from git_alembic.conflicts.branch import UnmergedBranch
from tests.support.literal_branches import branch, change, targets


def test_what_a_change_brings_and_deletes() -> None:
    made = change({"c": "b", "d": "c a"}, "x", "c", files={"v/new_x.py": "blob"})
    assert made.ids == {"c", "d"}
    assert made.named_parents == {"a", "b", "c"}
    assert made.kept_files == {"v/c.py", "v/d.py", "v/new_x.py"} - {"v/c.py"}
    assert made.lost_ids == {"x"}  # 'c' was re-parented


def test_the_revisions_that_the_target_lacks() -> None:
    made = branch("topic", {"c": "b", "b": "", "d": "c"})._replace(
        changes={"main": change({"c": "b", "b": "", "d": "c"}), "other": change({"b": "", "z": "b"})}
    )
    assert made.new_revisions(targets({"a": "", "b": "a"})) == ("c", "d", "b", "z")
    assert made.all_ids == {("main", "b"), ("main", "c"), ("main", "d"), ("other", "b"), ("other", "z")}
    assert UnmergedBranch("x", "x", "Ada", 0, {}).new_revisions({}) == ()
