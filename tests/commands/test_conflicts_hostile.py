"""`git alembic conflicts` with odd names, options without a match, an old git, and squash merges."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.commands.test_conflicts import FOLDER, branch, collisions, forecast, project, publish
from tests.support.project import Project

__all__ = ["project"]
OLD_GIT = """#!/bin/sh
for word; do [ "$word" = merge-tree ] && exit 129; done
exec {git} "$@"
"""


def commands(found: dict[str, Any]) -> list[str]:
    return [command for step in found["order"] for command in step["commands"]]


@pytest.mark.parametrize("name", ["-x", "HEAD", "über/ä", "$(touch${IFS}marker)", "a'b\"c", "origin/one"])
def test_odd_names_of_local_branches(project: Project, name: str) -> None:
    branch(project, "one", ("b1", "a2"))
    branch(project, "two", ("c1", "a2"))
    project.git("update-ref", f"refs/heads/{name}", "refs/remotes/origin/two")
    project.git("update-ref", "-d", "refs/remotes/origin/two")
    project.git("branch", "-q", "-D", "work")
    found = forecast(project, "--local")
    full = name if name in {"über/ä", "$(touch${IFS}marker)", "a'b\"c"} else f"refs/heads/{name}"
    names = {each["name"] for each in found["branches"]}
    assert full in names
    assert collisions(found)[0][0] == "fork"
    assert len(names) == 2
    text = project.run("conflicts", "--local")
    assert (text.returncode, text.stderr) == (0, "")
    own = next(command for command in commands(found) if "touch" in command or full in command or "'\"'\"'" in command)
    project.git("checkout", "-q", "main")
    done = subprocess.run(["sh", "-c", own.partition(" && ")[0]], cwd=project.path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not (project.path / "marker").exists()


def test_a_name_that_is_not_utf_8(project: Project) -> None:
    branch(project, "one", ("b1", "a2"))
    commit = branch(project, "two", ("c1", "a2"))
    project.git("pack-refs", "--all")
    packed = project.path / ".git/packed-refs"
    packed.write_bytes(packed.read_bytes() + f"{commit} ".encode() + b"refs/remotes/origin/w\xff\n")
    project.git("update-ref", "-d", "refs/remotes/origin/two")
    assert collisions(forecast(project))[0][0] == "fork"
    for format_ in ("text", "github", "markdown"):
        done = project.run("conflicts", "--format", format_)
        assert (done.returncode, done.stderr) == (0, "")
        assert "w\\udcff" in done.stdout.replace("\\\\", "\\")


def test_globs_that_match_nothing_exit_2(project: Project) -> None:
    branch(project, "one", ("b1", "a2"))
    done = project.run("conflicts", "--branches", "on*", "--branches", "featur/*")
    assert done.returncode == 2
    assert "no branch matches 'featur/*'" in done.stderr


def test_branches_with_a_recent_commit(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    branch(project, "old", ("b1", "a2"))
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-06-01T00:00:00Z")
    branch(project, "new", ("c1", "a2"))
    assert len(forecast(project)["branches"]) == 2
    done = project.run("conflicts", "--since", "2026-07-01")
    assert done.stdout.startswith("There are no unmerged branches to compare with origin/main.\n")
    found = forecast(project, "--since", "2026-05-01")
    assert [each["name"] for each in found["branches"]] == ["origin/new"]
    assert collisions(forecast(project, "--since", "2026-05-01", "--branch", "old")) == [
        ("fork", "origin/new", "origin/old")
    ]


@pytest.mark.parametrize("option", ["--as-of", "--since"])
@pytest.mark.parametrize("date", ["garbage", "", "2026-02-30", "2026-13-01", "a\nb"])
def test_text_without_a_date_exits_2(project: Project, option: str, date: str) -> None:
    branch(project, "one", ("b1", "a2"))
    done = project.run("conflicts", f"{option}={date}")
    assert (done.returncode, done.stdout) == (2, "")
    message = " ".join(done.stderr.split())
    assert f"{date!r} isn't a date that git understands, such as 2026-03-01 or '2 weeks ago'" in message


@pytest.mark.parametrize("date", ["now", "2 weeks ago", "90.days", "1767400000", "2026-03-08T10:00:00+01:00", "never"])
def test_dates_of_git(project: Project, date: str) -> None:
    branch(project, "one", ("b1", "a2"))
    assert project.run("conflicts", "--since", date).returncode == 0


def test_branches_without_a_common_commit_are_left_out(project: Project) -> None:
    branch(project, "one", ("b1", "a2"))
    project.git("checkout", "-q", "--orphan", "elsewhere")
    project.revision("c1", "a2")
    publish(project, "older")
    found = forecast(project)
    assert (found["compared"], [each["name"] for each in found["branches"]]) == (1, ["origin/one"])
    assert found["unrelated"] == ["origin/older"]
    sentence = "origin/older and origin/main have unrelated histories, so git refuses to merge them"
    for format_ in ("text", "markdown"):
        assert sentence in project.run("conflicts", "--format", format_).stdout
    for options in (["--branch", "older"], ["--order", "one", "older"]):
        done = project.run("conflicts", *options)
        assert (done.returncode, done.stdout) == (2, "")
        assert sentence in " ".join(done.stderr.split())


def test_many_pairs_are_summed_up(project: Project) -> None:
    for number in range(6):
        branch(project, f"b{number}", (f"b{number}", "a2"))
    branch(project, "late", ("c1", "a1"))
    found = forecast(project)
    assert len(found["collisions"]) == 22
    annotations = project.run("conflicts", "--format", "github").stdout.splitlines()
    assert len(annotations) == 8
    assert "::error title=git-alembic%3A fork::origin/late and origin/main would fork the history" in annotations[0]
    assert annotations[1].endswith("::origin/late forks with origin/b0, origin/b1, origin/b2 and 3 more")
    assert annotations[-1].endswith("::origin/b5 forks with origin/b0, origin/b1, origin/b2 and 3 more")
    comments = {each["name"]: each["comment"].splitlines() for each in found["branches"]}
    assert [len(lines) for lines in comments.values()] == [7] + [6] * 6
    assert (
        comments["origin/late"][0] == "- origin/late will collide with origin/main: a fork with the heads 'a2' and 'c1'"
    )
    assert [step["collisions"] for step in found["order"]] == [[]] * 7
    drawing = project.run("conflicts", "--format", "mermaid").stdout
    assert drawing.count("---") == 1 + 6 + 1, drawing


def test_an_ini_file_of_another_tool_costs_no_merge(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trace = tmp_path / "trace"
    for name, content in (("tox.ini", "[tox]\n"), ("alembic.ini", "[alembic]\nscript_location = other\n")):
        project.git("checkout", "-q", "-B", "work", "main")
        project.write(name, content)
        project.revision("b1", "a2")
        publish(project, "one")
        with monkeypatch.context() as patch:
            patch.setenv("GIT_TRACE2", str(trace))
            forecast(project)
        assert ("merge-tree" in trace.read_text()) is (name == "alembic.ini")


def test_formats_of_a_given_order(project: Project) -> None:
    branch(project, "one", ("b1", "a2"))
    branch(project, "two", ("c1", "a2"))
    for format_ in ("text", "markdown", "github", "json"):
        done = project.run("conflicts", "--order", "one", "two", "--format", format_)
        assert (done.returncode, done.stderr) == (1, "")
        assert "fork" in done.stdout
    assert project.run("conflicts", "--order", "one", "--format", "github").returncode == 0


def test_a_comment_lists_at_most_twenty_branches(project: Project) -> None:
    for number in range(23):
        branch(project, f"b{number:02}", (f"b{number:02}", "a2"))
    found = forecast(project)
    comment = found["branches"][0]["comment"].splitlines()
    assert len(comment) == 21
    assert comment[-1] == "- … and with 2 more"


def test_order_with_a_file_that_conflicts_and_a_branch_without_revisions(project: Project) -> None:
    branch(project, "one", ("b1", "a2"))
    project.git("checkout", "-q", "-B", "work", "main")
    project.write("app.py", "x = 1\n")
    publish(project, "code")
    project.git("checkout", "-q", "-B", "work", "main")
    project.revision("b1", "a2", body="other()")
    publish(project, "two")
    found = forecast(project, "--order", "one", "code", "two", code=1)
    steps = [(step["branch"], [each["kind"] for each in step["collisions"]]) for step in found["order"]]
    assert steps == [("origin/one", []), ("origin/code", []), ("origin/two", ["conflicting-file"])]
    past = forecast(project, "--order", "two", "one", "--as-of", "2026-11-01", code=1)
    assert [step["branch"] for step in past["order"]] == ["origin/two", "origin/one"]


def test_order_and_branch_exclude_each_other(project: Project) -> None:
    assert project.run("conflicts", "--branch", "one", "--order", "one").returncode == 2


@pytest.mark.parametrize("edit", ["body=other()", "renamed", "deleted"])
def test_later_changes_of_a_squashed_branch_do_not_collide(project: Project, edit: str) -> None:
    branch(project, "one", ("b1", "a2"))
    project.revision("b1", "a2")
    project.commit("squashed")
    path = project.path / FOLDER / "b1_x.py"
    if edit == "renamed":
        path.rename(path.with_name("b1_y.py"))
    elif edit == "deleted":
        path.unlink()
    else:
        project.revision("b1", "a2", body="other()")
    project.git("update-ref", "refs/remotes/origin/main", project.commit(edit))
    found = forecast(project)
    # The branch brings a deleted revision back, so it still counts.
    assert [each["name"] for each in found["branches"]] == (["origin/one"] if edit == "deleted" else [])


def test_a_branch_that_edits_a_squashed_revision_conflicts(project: Project) -> None:
    branch(project, "one", ("b1", "a2"))
    project.revision("b1", "a2", body="other()")
    project.git("update-ref", "refs/remotes/origin/main", project.commit("not the same"))
    assert collisions(forecast(project)) == [("conflicting-file", "origin/one", None)]


def test_git_before_2_38(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without `git merge-tree --write-tree`, commits are merged path by path."""
    branch(project, "one", ("b1", "a2"))
    branch(project, "two", ("c1", "a2"))
    project.git("checkout", "-q", "-B", "work", "main")
    (project.path / FOLDER / "a2_x.py").unlink()
    publish(project, "deletes")
    project.revision("a2", "a1", body="other()")
    project.git("update-ref", "refs/remotes/origin/main", project.commit("edit"))
    expected = collisions(forecast(project))
    shim = tmp_path / "bin" / "git"
    shim.parent.mkdir()
    shim.write_text(OLD_GIT.format(git=shutil.which("git")))
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", f"{shim.parent}:{os.environ['PATH']}")
    assert project.git("--version").startswith("git version")
    assert collisions(forecast(project)) == expected
    assert ("conflicting-file", "origin/deletes", None) in expected


def test_partial_clone(project: Project, tmp_path: Path) -> None:
    """The clone lacks all files. Those of the branches are fetched."""
    branch(project, "one", ("b1", "a2"))
    branch(project, "two", ("c1", "a2"))
    bare, clone = tmp_path / "remote.git", tmp_path / "clone"
    project.git("init", "-q", "--bare", str(bare))
    project.git("push", "-q", "--no-verify", "origin", "main", "refs/remotes/origin/*:refs/heads/*")
    for key in ("uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"):
        project.git("--git-dir", str(bare), "config", key, "true")
    project.git("--git-dir", str(bare), "symbolic-ref", "HEAD", "refs/heads/main")
    project.git("clone", "-q", "--no-checkout", "--filter=blob:none", bare.as_uri(), str(clone))
    assert collisions(forecast(Project(clone))) == [("fork", "origin/one", "origin/two")]


def test_narrow_terminal(project: Project) -> None:
    from git_alembic.report.conflicts.text import _align, _wrap

    rows = [("branch", "new revisions", "author", "age", "ahead", "behind")]
    rows.append(("origin/" + "x" * 60, "0123456789ab, 0123456789ac", "An Author With A Name", "3 months", "12", "345"))
    lines = _align(rows, 80)
    assert max(map(len, lines)) == 80
    assert lines[1].startswith("origin/xxxxxxxxxxxxx")
    assert lines[1].endswith("345")
    wrapped = _wrap("forks with " + ", ".join(["origin/feature"] * 9), 80, "    ")
    assert max(map(len, wrapped)) <= 80
    assert len(wrapped) > 1
