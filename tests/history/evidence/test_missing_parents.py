"""The hint about a missing parent: where it is, and the command that brings it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from git_alembic.git import INDEX, Repository
from git_alembic.history.evidence.missing_parents import find_missing_parents
from git_alembic.history.snapshot_and_change import Change, MissingParentHint
from tests.support.literal_changes import change, revision
from tests.support.project import Project

A = {"aaaaaa": ""}
ORPHAN = {**A, "z": "lost"}
PATH = "versions/lost_x.py"
FIX = (("git", "alembic", "fix"),)


def hint(
    project: Project, made: Change, name: str = "lost", source: str = INDEX, targets: Sequence[str] | None = ()
) -> MissingParentHint | None:
    return find_missing_parents(Repository(str(project.path)), made, [name], source, targets).get(name)


def write_lost(project: Project) -> str:
    return project.revision("lost", folder="versions")


class TestWithoutSearchingGit:
    @pytest.mark.parametrize(
        ("name", "sentence"),
        [
            ("abc_add.py", "this is a file name; its revision id is 'aaaaaa'"),
            ("aaaa", "`down_revision` and `depends_on` need the full id; did you mean 'aaaaaa'?"),
            ("AAAAAA", "the case differs; did you mean 'aaaaaa'?"),
            ("aaaaaab", "did you mean 'aaaaaa'?"),
        ],
    )
    def test_a_similar_id(self, empty: Project, name: str, sentence: str) -> None:
        after = {"aaaaaa": revision("aaaaaa", path="versions/abc_add.py"), "z": name}
        assert hint(empty, change({}, after), name) == MissingParentHint(sentence, "use the revision id", FIX)

    def test_a_baseline_has_it_although_another_id_is_similar(self, empty: Project) -> None:
        made = change({"aaaaab": "", "aaaaaa": "aaaaab"}, {"aaaaaa": "aaaaab"})
        assert hint(empty, made, "aaaaab") == MissingParentHint(
            "HEAD has it, and this change deletes it: versions/aaaaab.py",
            "bring it back",
            (("git", "checkout", "HEAD", "--", "versions/aaaaab.py"),),
        )

    def test_no_hint_for_an_unknown_name(self, empty: Project) -> None:
        made = change(A, ORPHAN)
        assert find_missing_parents(Repository(str(empty.path)), made, ["lost"], INDEX, ()) == {}


class TestWorkingTreeAndIndex:
    @pytest.mark.parametrize(
        ("ignored", "state", "add"),
        [("", "not staged", ("git", "add", PATH)), ("lost*\n", "ignored by git", ("git", "add", "-f", PATH))],
    )
    def test_in_the_working_tree(self, empty: Project, ignored: str, state: str, add: tuple[str, ...]) -> None:
        empty.write(".gitignore", ignored)
        write_lost(empty)
        sentence = f"it is in the working tree but {state}: {PATH}"
        assert hint(empty, change(A, ORPHAN)) == MissingParentHint(sentence, "stage it", (add,))

    def test_staged_but_not_in_the_checked_commit(self, empty: Project) -> None:
        head = empty.commit()
        empty.git("add", write_lost(empty))
        (empty.path / PATH).unlink()
        assert hint(empty, change(A, ORPHAN), source=head) == MissingParentHint(
            f"it is staged: {PATH}", "bring it back", (("git", "alembic", "restore", "--stage", "lost"),)
        )

    def test_in_another_worktree(self, empty: Project) -> None:
        empty.commit()
        other = Project(empty.path.parent / "other")
        empty.git("worktree", "add", "-q", "--detach", str(other.path))
        write_lost(other)
        assert hint(empty, change(A, ORPHAN)) == MissingParentHint(
            f"it is in the worktree {other.path}: {PATH}",
            "bring it back",
            (("git", "alembic", "restore", "--stage", "lost"),),
        )


class TestBranches:
    @pytest.fixture
    def topic(self, empty: Project) -> Project:
        """The branch topic has the parent. main is checked out."""
        empty.commit("start")
        empty.switch("topic", "HEAD")
        write_lost(empty)
        empty.commit("lose it")
        empty.switch("main")
        return empty

    def test_a_target_is_merged(self, topic: Project) -> None:
        sentence = f"it is on topic, which isn't merged into this branch yet: {PATH}"
        merge = ("git", "merge", "topic")
        staged = (("git", "stash"), merge, ("git", "stash", "pop", "--index"))
        made, head = change(A, ORPHAN), topic.git("rev-parse", "HEAD").strip()
        assert hint(topic, made, targets=["no/such", "topic"]) == MissingParentHint(sentence, "merge topic", staged)
        committed = change(A, made.after._replace(name="HEAD"))
        assert hint(topic, committed, source=head, targets=["topic"]) == MissingParentHint(
            sentence, "merge topic", (merge,)
        )

    def test_one_file_of_a_branch_that_is_no_target(self, topic: Project) -> None:
        commit = topic.git("rev-parse", "topic").strip()
        assert hint(topic, change(A, ORPHAN), targets=["main"]) == MissingParentHint(
            f"it is on topic (commit {commit[:7]} by Ada, 2026-01-02): {PATH}",
            "get it from topic",
            (("git", "checkout", commit, "--", PATH),),
        )

    def test_a_branch_that_removed_the_file_does_not_get_it_by_a_merge(self, topic: Project) -> None:
        commit = topic.git("rev-parse", "topic").strip()
        topic.git("merge", "-q", "topic")
        topic.git("rm", "-q", PATH)
        gone = topic.commit("remove it")
        assert hint(topic, change(A, ORPHAN), targets=["topic"]) == MissingParentHint(
            f"commit {gone[:7]} by Ada (2026-01-02) removed it: {PATH}",
            "bring it back, if it was removed by mistake",
            (("git", "checkout", commit, "--", PATH),),
        )

    @pytest.mark.parametrize(
        ("after", "advice"),
        [
            ({"z": "lost"}, "set `down_revision` to a revision of this release branch"),
            (
                {**A, "b": "", "z": "lost", "y": "z"},
                "set `down_revision` to a revision of this release branch: 'aaaaaa', 'b'",
            ),
            (
                {**A, "z": "aaaaaa lost"},
                "take 'lost' out of `down_revision`, since this release branch doesn't have it",
            ),
        ],
    )
    def test_a_release_branch_never_gets_it(self, topic: Project, after: dict[str, str], advice: str) -> None:
        commit = topic.git("rev-parse", "topic").strip()
        assert hint(topic, change(A, after), targets=None) == MissingParentHint(
            f"it is on topic (commit {commit[:7]} by Ada, 2026-01-02): {PATH}", advice
        )


class TestRemovals:
    @pytest.fixture
    def held(self, empty: Project) -> Project:
        write_lost(empty)
        empty.commit("add it")
        return empty

    def test_another_id(self, held: Project) -> None:
        added = held.git("rev-parse", "HEAD").strip()
        held.revision("newid", folder="versions", name="lost_x.py")
        gone = held.commit("change the id")
        assert hint(held, change(A, ORPHAN)) == MissingParentHint(
            f"commit {gone[:7]} by Ada (2026-01-02) changed its id to 'newid': {PATH}",
            "bring it back, if it was removed by mistake",
            (("git", "checkout", added, "--", PATH),),
        )

    def test_moved_to_a_folder_that_alembic_does_not_load(self, held: Project) -> None:
        moved = "versions/old/lost_x.py"
        (held.path / "versions/old").mkdir()
        held.git("mv", PATH, moved)
        gone = held.commit("move it")
        held.git("rm", "-q", moved)
        assert hint(held, change(A, ORPHAN)) == MissingParentHint(
            f"commit {gone[:7]} by Ada (2026-01-02) moved it to {moved}: {PATH}",
            "bring it back, if it was removed by mistake",
            (("git", "alembic", "restore", "--stage", "lost"),),
        )

    def test_no_search_of_unreachable_objects(self, held: Project) -> None:
        held.git("checkout", "-q", "--orphan", "fresh")
        held.git("rm", "-qf", PATH)
        held.commit("fresh")
        held.git("branch", "-qD", "main")
        held.git("reflog", "expire", "--all", "--expire=now")
        assert hint(held, change(A, ORPHAN)) is None
