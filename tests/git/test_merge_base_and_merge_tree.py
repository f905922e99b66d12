"""Merge bases, and the results of merges."""

from __future__ import annotations

from pathlib import Path

import pytest

from git_alembic.git import Repository
from tests.support.project import Project
from tests.support.refusal_message import refusal


def repository(project: Project) -> Repository:
    return Repository(str(project.path))


def remove_object(project: Project, id_: str) -> None:
    (project.path / ".git" / "objects" / id_[:2] / id_[2:]).unlink()


def test_a_missing_commit_between_two_makes_a_merge_base_fail(project: Project) -> None:
    project.switch("topic", "HEAD")
    middle = project.commit("a")
    first = project.commit("b")
    project.switch("main")
    second = project.commit("c")
    remove_object(project, middle)
    assert refusal(lambda: repository(project).merge_base(first, second)).startswith("git merge-base failed")


def test_unrelated_histories_have_no_merge_base(project: Project) -> None:
    main = project.commit()
    project.git("checkout", "-q", "--orphan", "other")
    other = project.commit()
    assert repository(project).merge_base(main, other) is None


@pytest.mark.git(2, 38)
def test_a_forecast_runs_no_filter(project: Project, tmp_path: Path) -> None:
    script = tmp_path / "filter"
    script.write_text(f"#!/bin/sh\necho ran >> '{tmp_path}/ran'\ncat\n")
    script.chmod(0o755)
    project.write(".gitattributes", "* filter=x text\n")
    project.write("n.txt", "0\n")
    start = project.commit()
    for branch, text in (("topic", "1\n"), ("other", "2\n")):
        project.switch(branch, start)
        project.write("n.txt", text)
        project.commit()
    project.git("config", "merge.renormalize", "true")
    for kind in ("clean", "smudge"):
        project.git("config", f"filter.x.{kind}", str(script))
    _, conflicts = repository(project).merge_tree("topic", "other") or ("", ())
    assert conflicts == ("n.txt",)
    assert not (tmp_path / "ran").exists()


def test_merge_base_of_branches(project: Project) -> None:
    start = project.git("rev-parse", "HEAD").strip()
    first = project.commit("first")
    project.switch("topic", start)
    second = project.commit("second")
    found = repository(project)
    assert [found.merge_base(*pair) for pair in ((first, second), (start, second), (second, second))] == [
        start,
        start,
        second,
    ]
    assert found.merge_bases([first, second], second) == {first: start, second: second}
    pairs = ((start, second), (second, start), (first, second), (first, first))
    assert [found.is_ancestor(*pair) for pair in pairs] == [True, False, False, True]


def test_merge_bases_of_many_commits(project: Project) -> None:
    """A branch, a branch of it, one that merged the target, one in the target, and an unrelated one, as in git."""
    start = project.git("rev-parse", "HEAD").strip()
    project.switch("topic", "HEAD")
    topic = [project.commit("t1"), project.commit("t2")]
    project.switch("main")
    main = [project.commit("m1"), project.commit("m2"), project.commit("m3")]
    project.switch("topic")
    project.git("merge", "-q", "--no-edit", main[1])
    merged = project.git("rev-parse", "HEAD").strip()
    project.git("checkout", "-q", "--orphan", "other")
    unrelated = project.commit("u")
    tips = [start, *topic, *main, merged, unrelated]
    repository = Repository(str(project.path))
    found = repository.merge_bases(tips, main[2])
    assert found == {tip: repository.merge_base(tip, main[2]) for tip in tips}
    assert (found[topic[1]], found[merged], found[unrelated]) == (start, main[1], None)


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "expected"),
    [
        ("1\n2\n3\n4\n", "0\n2\n3\n4\n", "1\n2\n3\n5\n", True),
        ("1\n2\n", "0\n2\n", "5\n2\n", False),
        ("1\n", "0\n", "0\n", True),
        ("", "1\n", "2\n", False),
        ("1\n", "2\n", "1\n", True),
        ("\0", "1", "2", False),
    ],
)
def test_a_file_merges_cleanly(project: Project, base: str, ours: str, theirs: str, expected: bool) -> None:
    contents = (base.encode(), ours.encode(), theirs.encode())
    assert repository(project).merges_cleanly(*contents) is expected


@pytest.mark.git(2, 38)
class TestMergeTree:
    def commit(self, project: Project, branch: str, start: str, text: str) -> str:
        project.switch(branch, start)
        project.write("n.txt", text)
        return project.commit(branch)

    def test_a_clean_merge_and_a_conflict(self, project: Project) -> None:
        project.write("n.txt", "1\n2\n3\n4\n")
        start = project.commit()
        first = self.commit(project, "first", start, "0\n2\n3\n4\n")
        second = self.commit(project, "second", start, "1\n2\n3\n5\n")
        third = self.commit(project, "third", start, "9\n2\n3\n4\n")
        found = repository(project)
        tree, conflicts = found.merge_tree(first, second) or ("", ("no answer",))
        assert (project.git("show", f"{tree}:n.txt"), conflicts) == ("0\n2\n3\n5\n", ())
        _, conflicts = found.merge_tree(first, third) or ("", ())
        assert conflicts == ("n.txt",)

    def test_unrelated_histories(self, project: Project) -> None:
        main = project.commit()
        project.git("checkout", "-q", "--orphan", "other")
        assert repository(project).merge_tree(main, project.commit()) is None

    def test_a_configured_driver_is_replaced(self, project: Project, tmp_path: Path) -> None:
        project.write(".gitattributes", "n.txt merge=mine\n")
        project.git("config", "merge.mine.driver", f"touch {tmp_path}/ran; exit 0")
        project.write("n.txt", "1\n")
        start = project.commit()
        pair = [self.commit(project, name, start, name) for name in ("first", "second")]
        _, conflicts = repository(project).merge_tree(*pair) or ("", ())
        assert conflicts == ("n.txt",)
        assert not (tmp_path / "ran").exists()
