"""A lost revision: each place where git may still have it, and each way to remove it."""

from __future__ import annotations

from pathlib import Path

import pytest

from git_alembic.git import Repository
from git_alembic.lost_revisions.search import FileVersion, LostRevision, find_lost_revisions
from tests.support.literal_changes import revision
from tests.support.project import Project

VERSIONS = "migrations/versions"
C = f"{VERSIONS}/c_x.py"


def search(project: Project, name: str, **options: bool) -> tuple[LostRevision, ...]:
    return find_lost_revisions(Repository(str(project.path)), (VERSIONS,), name, **options)


def only(project: Project, name: str = "c", **options: bool) -> LostRevision:
    (lost,) = search(project, name, **options)
    assert all(place.revision.id == lost.id for place in lost.files)
    return lost


def places(lost: LostRevision) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(place.where, place.revision.path, place.refs) for place in lost.files]


def removal(lost: LostRevision) -> tuple[str, str, str, str] | None:
    return lost.removal and (lost.removal.how, lost.removal.commit.id, lost.removal.path, lost.removal.now)


@pytest.fixture
def grown(project: Project) -> Project:
    """main has a <- b <- c."""
    project.revision("c", "b")
    project.commit("bring c")
    return project


class TestRemovals:
    def test_deleted(self, grown: Project) -> None:
        brought = grown.git("rev-parse", "HEAD").strip()
        blob = grown.git("rev-parse", f"HEAD:{C}").strip()
        grown.git("rm", "-q", C)
        gone = grown.commit("drop c")
        grown.commit("more")
        lost = only(grown)
        assert (lost.id, places(lost), removal(lost)) == ("c", [("history", C, ())], ("deleted", gone, C, ""))
        (place,) = lost.files
        assert (place.revision.blob, place.revision.down, place.mode) == (blob, ("b",), "100644")
        assert place.commit == (brought, brought[:7], "Ada", "2026-01-02", "bring c")
        assert lost.removal
        assert lost.removal.commit == (gone, gone[:7], "Ada", "2026-01-02", "drop c")

    def test_renamed(self, grown: Project) -> None:
        grown.git("mv", C, f"{VERSIONS}/better.py")
        gone = grown.commit()
        lost = only(grown)
        assert removal(lost) == ("renamed", gone, C, f"{VERSIONS}/better.py")
        assert places(lost)[:2] == [
            ("index", f"{VERSIONS}/better.py", ()),
            ("working tree", f"{VERSIONS}/better.py", ()),
        ]

    def test_renamed_and_then_deleted(self, grown: Project) -> None:
        grown.git("mv", C, f"{VERSIONS}/better.py")
        grown.commit()
        grown.git("rm", "-q", f"{VERSIONS}/better.py")
        gone = grown.commit()
        lost = only(grown)
        assert removal(lost) == ("deleted", gone, f"{VERSIONS}/better.py", "")
        assert places(lost) == [("history", f"{VERSIONS}/better.py", ()), ("history", C, ())]

    def test_a_merge_names_the_original_commit(self, grown: Project) -> None:
        grown.switch("topic", "HEAD")
        grown.git("rm", "-q", C)
        gone = grown.commit()
        grown.switch("main")
        grown.commit()
        grown.git("merge", "-q", "--no-edit", "topic")
        assert removal(only(grown)) == ("deleted", gone, C, "")

    def test_a_merge_that_drops_it(self, project: Project) -> None:
        project.switch("topic", "HEAD")
        project.revision("c", "b")
        brought = project.commit()
        project.switch("main")
        project.commit()
        project.git("merge", "-q", "--no-commit", "topic")
        project.git("rm", "-qf", C)
        gone = project.commit()
        project.git("branch", "-qD", "topic")
        lost = only(project)
        assert (places(lost), removal(lost)) == ([("history", C, ())], ("deleted", gone, C, ""))
        assert lost.files[0].commit
        assert lost.files[0].commit.id == brought

    def test_brought_and_dropped_on_a_side_that_was_merged(self, project: Project) -> None:
        """`git log` omits it without the full history."""
        project.switch("topic", "HEAD")
        project.revision("c", "b")
        project.commit()
        project.git("rm", "-q", C)
        gone = project.commit()
        project.switch("main")
        project.commit()
        project.git("merge", "-q", "--no-edit", "topic")
        project.git("branch", "-qD", "topic")
        project.git("reflog", "expire", "--all", "--expire=now")
        assert removal(only(project)) == ("deleted", gone, C, "")

    def test_it_has_come_back(self, grown: Project) -> None:
        grown.git("rm", "-q", C)
        grown.commit()
        grown.git("checkout", "-q", "HEAD~", "--", C)
        grown.commit()
        grown.git("rm", "-q", C)
        lost = only(grown)
        assert (places(lost), removal(lost)) == ([("ref", C, ("HEAD", "main"))], None)

    def test_the_version_that_was_removed_comes_before_newer_ones(self, grown: Project) -> None:
        blob = grown.git("rev-parse", f"HEAD:{C}").strip()
        grown.switch("topic", "HEAD")
        grown.revision("c", "b", body="raise ValueError")
        grown.commit()
        grown.switch("main")
        grown.git("rm", "-q", C)
        gone = grown.commit()
        lost = only(grown)
        assert (places(lost), removal(lost)) == ([("history", C, ()), ("ref", C, ("topic",))], ("deleted", gone, C, ""))
        assert lost.files[0].revision.blob == blob

    def test_nowhere_in_the_history_of_head(self, grown: Project) -> None:
        """It was deleted on the branch that had it. No ref has it now, so the deletion is the best information."""
        grown.git("rm", "-q", C)
        gone = grown.commit()
        grown.git("branch", "-qM", "topic")
        grown.switch("main", "HEAD~2")
        assert removal(only(grown)) == ("deleted", gone, C, "")


class TestPlaces:
    @pytest.fixture
    def topic(self, project: Project) -> Project:
        """c is committed on topic. main is checked out."""
        project.switch("topic", "HEAD")
        project.revision("c", "b")
        project.commit()
        project.switch("main")
        return project

    def test_another_branch(self, topic: Project) -> None:
        lost = only(topic)
        assert (places(lost), removal(lost)) == ([("ref", C, ("topic",))], None)

    def test_the_author_is_named_and_not_the_merger(self, topic: Project) -> None:
        commit = topic.git("rev-parse", "topic").strip()
        topic.commit()
        topic.git("merge", "-q", "--no-edit", "topic")
        assert [place.commit.id for place in only(topic).files if place.commit] == [commit]

    def test_a_remote_s_branch_and_a_tag(self, topic: Project) -> None:
        commit = topic.git("rev-parse", "topic").strip()
        topic.git("update-ref", "refs/remotes/origin/work", commit)
        topic.git("tag", "-a", "-m", "v", "v1", commit)
        topic.git("branch", "-qD", "topic")
        assert places(only(topic)) == [("ref", C, ("origin/work", "v1"))]

    def test_reflog(self, topic: Project) -> None:
        topic.git("branch", "-qD", "topic")
        lost = only(topic)
        assert (places(lost), removal(lost)) == ([("reflog", C, ())], None)

    @pytest.mark.parametrize("add", [True, False])
    def test_stash(self, project: Project, add: bool) -> None:
        project.revision("c", "b")
        if add:
            project.git("add", C)
        project.git("stash", "-q", "--include-untracked")
        project.write("other", "x")
        project.git("stash", "-q", "--include-untracked")
        assert places(only(project)) == [("stash", C, ("stash@{1}",))]

    def test_the_newest_stash(self, project: Project) -> None:
        """The stash is also a ref, but that name says less."""
        project.revision("c", "b")
        project.git("add", C)
        project.git("stash", "-q")
        assert places(only(project)) == [("stash", C, ("stash@{0}",))]

    def test_loose_commit(self, topic: Project) -> None:
        topic.git("branch", "-qD", "topic")
        topic.git("reflog", "expire", "--all", "--expire=now", "--expire-unreachable=now")
        assert places(only(topic)) == [("unreachable", C, ())]
        assert search(topic, "c", deep=False) == ()

    def test_loose_content(self, project: Project) -> None:
        """It was staged once and never committed. The name is lost, but the content is not."""
        project.revision("c", "b")
        project.git("add", C)
        blob = project.git("rev-parse", f":{C}").strip()
        project.git("rm", "-qf", C)
        (place,) = only(project).files
        assert (place.where, place.revision.path, place.revision.blob, place.commit) == ("unreachable", "", blob, None)

    def test_index_and_disk(self, project: Project) -> None:
        project.revision("c", "b")
        assert places(only(project)) == [("working tree", C, ())]
        project.git("add", C)
        (project.path / C).unlink()
        assert places(only(project)) == [("index", C, ())]

    def test_another_worktree(self, project: Project, tmp_path: Path) -> None:
        other = Project(tmp_path / "other")
        project.git("worktree", "add", "-q", "--detach", str(other.path))
        other.revision("c", "b")
        (place,) = only(project).files
        assert (place.where, place.revision.path, place.worktree) == ("worktree", C, str(other.path))
        other.git("add", C)
        (other.path / C).unlink()
        (place,) = only(project).files
        assert (place.where, place.worktree, place.revision.blob) == (
            "worktree",
            str(other.path),
            other.git("rev-parse", f":{C}").strip(),
        )
        commit = other.commit(all_=False)
        assert ("ref", C, (f"HEAD of {other.path}",)) in places(only(project))
        assert commit in [place.commit.id for place in only(project).files if place.commit]

    def test_from_a_linked_worktree(self, project: Project, tmp_path: Path) -> None:
        linked = Project(tmp_path / "linked")
        project.git("worktree", "add", "-q", "--detach", str(linked.path))
        project.revision("c", "b")
        project.git("add", C)
        assert [(place.where, place.worktree) for place in only(linked).files] == [("worktree", str(project.path))] * 2

    def test_a_worktree_that_is_gone(self, topic: Project, tmp_path: Path) -> None:
        topic.git("worktree", "add", "-q", "--detach", str(tmp_path / "other"))
        (tmp_path / "other").rename(tmp_path / "moved")
        assert places(only(topic)) == [("ref", C, ("topic",))]

    def test_bare_repository(self, topic: Project, tmp_path: Path) -> None:
        topic.git("clone", "-q", "--bare", ".", str(tmp_path / "bare"))
        assert places(only(Project(tmp_path / "bare"))) == [("ref", C, ("topic",))]

    def test_before_the_first_commit(self, empty: Project) -> None:
        assert search(empty, "c") == ()

    def test_executable(self, project: Project) -> None:
        project.revision("c", "b")
        (project.path / C).chmod(0o755)
        assert only(project).files[0].mode == "100755"
        project.commit()
        assert [place.mode for place in only(project).files] == ["100755"] * 3


class TestElsewhere:
    """No version folder of today ever had it."""

    @pytest.mark.parametrize("path", ["old/versions/x.py", "archive/2020_abcdef_x.py", "odd/place.py"])
    def test_another_folder(self, project: Project, path: str) -> None:
        project.write(path, "revision = 'abcdef'\ndown_revision = 'b'\n")
        project.commit()
        project.git("rm", "-q", path)
        gone = project.commit()
        assert search(project, "abcdef", deep=False) == ()
        lost = only(project, "abcdef")
        assert (places(lost), removal(lost)) == ([("history", path, ())], ("deleted", gone, path, ""))

    def test_nothing(self, project: Project) -> None:
        assert search(project, "nowhere") == ()


class TestNames:
    @pytest.fixture
    def line(self, project: Project) -> Project:
        """Three revisions were deleted."""
        for id_, name in (("abcd11", "x.py"), ("abcd22", "add_it.py"), ("abcd", "y.py")):
            project.revision(id_, "b", name=name)
        project.commit()
        project.git("rm", "-q", VERSIONS + "/x.py", VERSIONS + "/add_it.py", VERSIONS + "/y.py")
        project.commit()
        return project

    @pytest.mark.parametrize(
        ("name", "ids"),
        [
            ("abcd1", ["abcd11"]),
            ("abcd", ["abcd"]),
            ("abc", []),
            ("add_it", ["abcd22"]),
            ("add_it.py", ["abcd22"]),
            (f"{VERSIONS}/add_it.py", ["abcd22"]),
            ("it.py", []),
            ("*", []),
        ],
    )
    def test_the_intended_revision(self, line: Project, name: str, ids: list[str]) -> None:
        assert [lost.id for lost in search(line, name)] == ids

    def test_exactly(self, line: Project) -> None:
        assert search(line, "abcd1", exact=True) == search(line, "x.py", exact=True) == ()
        assert [lost.id for lost in search(line, "abcd11", exact=True)] == ["abcd11"]

    def test_several(self, line: Project) -> None:
        line.revision("abcd1133", "b")
        line.commit()
        line.git("rm", "-q", f"{VERSIONS}/abcd1133_x.py")
        assert [lost.id for lost in search(line, "abcd1")] == ["abcd11", "abcd1133"]


@pytest.mark.parametrize(
    "setting",
    ["log.showRoot=false", "log.follow=true", "log.diffMerges=first-parent", "log.date=raw", "format.pretty=oneline",
     "log.showSignature=true", "diff.renames=copies", "core.quotePath=true", "log.decorate=full"],
)  # fmt: skip
def test_the_user_s_settings_change_nothing(empty: Project, setting: str) -> None:
    """The file came with the first commit of the other side of a merge, which dropped it."""
    empty.git("config", *setting.split("="))
    empty.commit()
    empty.git("checkout", "-q", "--orphan", "topic")
    empty.revision("c", name="é.py")
    empty.commit()
    empty.switch("main")
    empty.git("merge", "-q", "--no-commit", "--allow-unrelated-histories", "topic")
    empty.git("rm", "-qf", f"{VERSIONS}/é.py")
    gone = empty.commit()
    empty.git("branch", "-qD", "topic")
    lost = only(empty)
    assert (places(lost), removal(lost)) == (
        [("history", f"{VERSIONS}/é.py", ())],
        ("deleted", gone, f"{VERSIONS}/é.py", ""),
    )


def test_missing_objects_are_skipped(project: Project) -> None:
    """In a copy without some objects, the existing objects are found."""
    project.revision("x", "b", message="about c")
    project.revision("c", "b")
    project.commit()
    blob = project.git("rev-parse", f"HEAD:{VERSIONS}/x_x.py").strip()
    project.git("rm", "-q", C, f"{VERSIONS}/x_x.py")
    project.commit()
    (project.path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    assert places(only(project)) == [("history", C, ())]


@pytest.mark.parametrize(
    ("refs", "words"),
    [
        (("main",), "on main"),
        (("a", "b", "c"), "on a, b, c"),
        (("a", "b", "c", "d", "e"), "on a, b, c and 2 more"),
        (("stash@{0}",), "in stash@{0}"),
    ],
)
def test_refs_in_words(refs: tuple[str, ...], words: str) -> None:
    assert FileVersion("ref", revision("x"), "100644", refs=refs).refs_in_words == words
