"""Merge bases, and the results of merges."""

from __future__ import annotations

from pathlib import Path

import pytest

from git_alembic.git import Repository
from tests.support.project import Project
from tests.support.refusals import refusal


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
