"""`git alembic conflicts` on real branches."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from git_alembic.commands import conflicts
from tests.support.project import ENV_PY, INI, Project

FOLDER = "migrations/versions"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Return a clone whose target has two revisions, and a remote with branches."""
    project = Project(tmp_path / "work")
    project.path.mkdir()
    project.init()
    project.write("alembic.ini", INI)
    project.write("migrations/env.py", ENV_PY)
    project.revision("a1")
    project.revision("a2", "a1")
    project.commit("start")
    project.git("remote", "add", "origin", str(tmp_path / "remote.git"))
    project.git("update-ref", "refs/remotes/origin/main", "HEAD")
    return project


def branch(project: Project, name: str, *revisions: tuple[str, str], start: str = "main") -> str:
    """Create a remote-tracking branch with revisions (id, parent), and return its commit."""
    project.git("checkout", "-q", "-B", "work", start)
    for id_, down in revisions:
        project.revision(id_, down)
    return publish(project, name)


def publish(project: Project, name: str) -> str:
    commit = project.commit(name)
    project.git("update-ref", f"refs/remotes/origin/{name}", commit)
    project.git("checkout", "-q", "main")
    return commit


def forecast(project: Project, *arguments: str, code: int = 0) -> dict[str, Any]:
    done = project.run("conflicts", "--format", "json", *arguments)
    assert done.returncode == code, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def collisions(found: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    found_collisions = [(each["kind"], each["branch"], each["other"]) for each in found["collisions"]]
    return sorted(found_collisions, key=lambda each: (each[0], each[1], each[2] or ""))


def test_changes_of_one_file_that_git_merges_do_not_conflict(project: Project) -> None:
    path = project.path / FOLDER / "a2_x.py"
    text = path.read_text()
    for name, old, new in (("top", '"""add a2', '"""add more'), ("bottom", "    pass\n", "    return\n")):
        project.git("checkout", "-q", "-B", "work", "main")
        path.write_text(new.join(text.rsplit(old, 1)))
        publish(project, name)
    assert collisions(forecast(project)) == []


def test_conflict_with_the_target(project: Project) -> None:
    project.git("checkout", "-q", "-B", "work", "main")
    project.revision("a2", "a1", body="mine()")
    publish(project, "edit")
    project.revision("a2", "a1", body="theirs()")
    project.git("update-ref", "refs/remotes/origin/main", project.commit("edit"))
    found = forecast(project)
    assert collisions(found) == [("conflicting-file", "origin/edit", None)]
    assert found["collisions"][0]["paths"] == [f"{FOLDER}/a2_x.py"]


def test_globs_and_local_branches(project: Project) -> None:
    branch(project, "feature/one", ("b1", "a2"))
    branch(project, "fix/two", ("c1", "a2"))
    project.git("branch", "-q", "mine", branch(project, "feature/three", ("d1", "a2")))
    project.git("update-ref", "-d", "refs/remotes/origin/feature/three")
    project.git("branch", "-q", "-D", "work")
    assert [each["name"] for each in forecast(project, "--branches", "feature/*")["branches"]] == ["origin/feature/one"]
    names = {each["name"] for each in forecast(project, "--local")["branches"]}
    assert names == {"origin/feature/one", "origin/fix/two", "mine"}


def test_pull_requests_and_their_aliases(project: Project) -> None:
    commit = branch(project, "one", ("b1", "a2"))
    project.git("update-ref", "refs/pull/7/head", commit)
    project.git("update-ref", "refs/pull/8/head", branch(project, "two", ("c1", "a2")))
    project.git("update-ref", "-d", "refs/remotes/origin/two")
    found = forecast(project)
    assert {each["name"]: each["aliases"] for each in found["branches"]} == {
        "origin/one": ["pull/7/head"],
        "pull/8/head": [],
    }
    assert collisions(found) == [("fork", "origin/one", "pull/8/head")]


def test_squash_merged_branch_brings_nothing(project: Project) -> None:
    branch(project, "one", ("b1", "a2"))
    project.revision("b1", "a2")
    project.git("update-ref", "refs/remotes/origin/main", project.commit("squashed"))
    assert forecast(project)["branches"] == []


def test_bare_repository_compares_its_branches(project: Project, tmp_path: Path) -> None:
    branch(project, "one", ("b1", "a2"))
    branch(project, "two", ("c1", "a2"))
    bare = tmp_path / "remote.git"
    subprocess.run(["git", "init", "-q", "--bare", str(bare)], check=True)
    subprocess.run(["git", "symbolic-ref", "HEAD", "refs/heads/main"], cwd=bare, check=True)
    project.git("push", "-q", "--no-verify", "origin", "main", "refs/remotes/origin/*:refs/heads/*")
    found = forecast(Project(bare))
    assert found["target"]["name"] == "main"
    assert collisions(found) == [("fork", "one", "two")]
    project.git("push", "-q", "--no-verify", "origin", f"{branch(project, 'pr', ('d1', 'a2'))}:refs/pull/7/head")
    names = ["one", "pull/7/head", "two"]
    assert sorted(each["name"] for each in forecast(Project(bare))["branches"]) == names


def test_unreadable_revision_exits_2(project: Project) -> None:
    project.git("checkout", "-q", "-B", "work", "main")
    project.write(f"{FOLDER}/odd.py", "import os\nrevision = os.environ['X']\ndown_revision = 'a2'\n")
    publish(project, "odd")
    done = project.run("conflicts")
    assert done.returncode == 2
    assert "odd.py of origin/odd cannot be read" in done.stderr


@pytest.mark.parametrize("format_", ["text", "github", "markdown", "mermaid"])
def test_formats(project: Project, format_: str) -> None:
    branch(project, "one", ("b1", "a2"))
    branch(project, "two", ("c1", "a2"))
    done = project.run("conflicts", "--format", format_)
    assert done.returncode == 0, done.stderr
    assert "fork" in done.stdout
    assert "origin/one" in done.stdout


def test_push_warns_in_at_most_three_lines(project: Project) -> None:
    for name in ("one", "two", "three", "four"):
        branch(project, name, (f"r_{name}", "a2"))
    project.git("checkout", "-q", "-B", "mine", "main")
    project.revision("m1", "a2")
    commit = project.commit("mine")
    line = f"refs/heads/mine {commit} refs/heads/mine {'0' * 40}\n"

    def push() -> tuple[int, list[str]]:
        command = [sys.executable, "-m", "git_alembic", "pre-push", "origin", "url"]
        done = subprocess.run(command, cwd=project.path, input=line, capture_output=True, check=False, text=True)
        return done.returncode, [each for each in done.stderr.splitlines() if "collide" in each or "more" in each]

    project.git("config", "alembic.fetch", "never")
    assert push() == (0, [])
    project.git("config", "alembic.warn-conflicts", "true")
    code, lines = push()
    assert code == 0
    assert len(lines) == 3
    assert lines[0].startswith("git-alembic: mine will collide with origin/four by Ada, ")
    assert lines[2] == "git-alembic: … and 2 more (see `git alembic conflicts --branch mine`)"


def test_past_moment_shows_branches_that_were_merged_since(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    branch(project, "one", ("b1", "a2"))
    branch(project, "two", ("c1", "a2"))
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-02-02T03:04:05Z")
    for name in ("one", "two"):
        project.git("merge", "-q", "--no-ff", "--no-verify", f"refs/remotes/origin/{name}", "-m", f"merge {name}")
        project.git("update-ref", "-d", f"refs/remotes/origin/{name}")
    project.git("update-ref", "refs/remotes/origin/main", "main")
    assert forecast(project)["collisions"] == []
    found = forecast(project, "--as-of", "2026-01-20")
    assert [each["kind"] for each in found["collisions"]] == ["fork"]
    assert found["collisions"][0]["revisions"] == ["b1", "c1"]


def test_the_end_of_today_is_now(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-03-08T09:00:00Z")
    branch(project, "one", ("b1", "a2"))
    monkeypatch.chdir(project.path)
    monkeypatch.setattr("time.time", lambda: 1772971200.0)  # noon
    assert conflicts.main(["--as-of", "2026-03-08"]) == 0
    assert "  3 hours  " in capsys.readouterr().out


def test_new_environment_on_two_branches(project: Project) -> None:
    for name in ("one", "two"):
        project.git("checkout", "-q", "-B", "work", "main")
        project.write("billing/env.py", ENV_PY)
        project.revision(f"n_{name}", folder="billing/versions")
        publish(project, name)
    assert collisions(forecast(project)) == [("fork", "origin/one", "origin/two")]


def test_nothing_is_imported_from_the_project_or_alembic(project: Project) -> None:
    branch(project, "one", ("b1", "a2"))
    done = project.run("conflicts", env={"PYTHONPROFILEIMPORTTIME": "1"})
    assert done.returncode == 0
    assert "sqlalchemy" not in done.stderr
    assert "alembic.config" not in done.stderr.replace("git_alembic.config", "")


def run_printed(project: Project) -> list[str]:
    """Run the printed commands on the target. Return them without the names of branches."""
    commands = [command for step in forecast(project)["order"] for command in step["commands"]]
    for command in commands:
        for part in command.split(" && "):
            _, *words = part.split()
            done = project.run(*words[1:]) if words[0] == "alembic" else project.git(*words)
            assert isinstance(done, str) or done.returncode == 0
    return [re.sub(r" origin/\S+", "", command) for command in commands]


def history(project: Project) -> dict[str, list[str]]:
    done = project.run("graph", "--rev", "HEAD", "--format", "json")
    (environment,) = json.loads(done.stdout)["environments"]
    return {revision["id"]: revision["down_revision"] for revision in environment["history"]}


def test_the_printed_commands_merge_all_branches(project: Project) -> None:
    branch(project, "one", ("b1", "a2"))
    branch(project, "two", ("c1", "a2"), ("c2", "c1"))
    assert run_printed(project) == [
        "git merge --no-ff",
        "git merge --no-ff --no-commit && git alembic fix --yes && git commit --no-edit",
    ]
    assert history(project) == {"a1": [], "a2": ["a1"], "b1": ["a2"], "c1": ["b1"], "c2": ["c1"]}


def test_the_printed_commands_re_parent_the_bottom_of_a_stack(project: Project) -> None:
    branch(project, "free", ("b1", "a2"), ("b2", "b1"))
    one = branch(project, "one", ("c1", "a2"))
    branch(project, "stacked", ("d1", "c1"), start=one)
    project.git("merge", "-q", "--ff-only", branch(project, "two", ("e1", "a2")))
    project.git("update-ref", "refs/remotes/origin/main", "main")
    merge, commit = "git merge --no-ff --no-commit && ", " && git commit --no-edit"
    assert run_printed(project) == [
        f"{merge}git alembic fix --yes{commit}",
        f"{merge}git alembic fix --yes --strategy rebase --published-too{commit}",
        "git merge --no-ff",
    ]
    assert history(project) == {
        "a1": [], "a2": ["a1"], "e1": ["a2"], "b1": ["e1"], "b2": ["b1"], "c1": ["b2"], "d1": ["c1"]
    }  # fmt: skip


def test_a_merge_into_the_target_leaves_what_a_release_has(project: Project) -> None:
    branch(project, "one", ("b1", "a2"))
    commit = branch(project, "two", ("c1", "a2"))
    project.git("update-ref", "refs/remotes/origin/release", commit)
    project.git("merge", "-q", "--no-ff", "origin/one")
    project.git("merge", "-q", "--no-ff", "--no-commit", "origin/two")
    done = project.run("fix", "--dry-run")
    assert "a new merge revision" in done.stdout
    project.git("update-ref", "-d", "refs/remotes/origin/release")
    assert "'c1' comes after 'b1' instead of 'a2'" in project.run("fix", "--dry-run").stdout


def test_a_renamed_revision_and_a_branch_below_it(project: Project) -> None:
    branch(project, "late", ("b1", "a1"))
    project.git("checkout", "-q", "-B", "work", "main")
    (name,) = (Path(path).name for path in project.git("ls-files", "migrations/versions/*a2*").split())
    project.git("mv", f"{FOLDER}/{name}", f"{FOLDER}/renamed.py")
    publish(project, "renames")
    assert collisions(forecast(project)) == [("fork", "origin/late", None)]


def test_two_names_of_one_revision_file(project: Project) -> None:
    """Git reports a conflict if both branches rename a file, unless the new names are the same."""
    (old,) = project.git("ls-files", "migrations/versions/*a2*").split()
    for name, new in (("one", "this"), ("two", "that"), ("three", "that")):
        project.git("checkout", "-q", "-B", "work", "main")
        project.git("mv", old, f"{FOLDER}/{new}.py")
        project.git("commit", "-q", "-m", f"rename in {name}")
        publish(project, name)
    found = [(each["branch"], each["other"], each["paths"]) for each in forecast(project)["collisions"]]
    assert sorted(found) == [("origin/one", "origin/three", [old]), ("origin/one", "origin/two", [old])]


def test_one_id_in_two_files_is_no_stack_and_a_broken_branch_comes_last(project: Project) -> None:
    one = branch(project, "one", ("b1", "a2"))
    branch(project, "stacked", ("b2", "b1"), start=one)
    project.git("checkout", "-q", "-B", "work", "main")
    project.revision("b1", "a2", name="other.py", body="other()")
    publish(project, "same")
    project.git("checkout", "-q", "-B", "work", "main")
    project.git("rm", "-q", "--", *project.git("ls-files", "migrations/versions/*a2*").split())
    publish(project, "drops")
    found = forecast(project)
    stacks = {each["name"]: each["stacked_on"] for each in found["branches"]}
    assert stacks["origin/stacked"] == ["origin/one"]
    steps = [(each["branch"], [collision["kind"] for collision in each["collisions"]]) for each in found["order"]]
    assert steps[-1] == ("origin/drops", ["lost-revision", "lost-revision"])
    assert sorted(kinds for _, kinds in steps[:-1]) == [[], [], ["duplicate-id"]]


def test_a_branch_that_cannot_be_re_parented_is_repaired_first(project: Project) -> None:
    branch(project, "one", ("b1", "a2"))
    project.git("checkout", "-q", "-B", "work", "main")
    project.revision("b1", "a2", name="other.py", body="other()")
    publish(project, "two")
    first, second = forecast(project)["order"]
    assert (first["collisions"], second["commands"]) == ([], [])
    assert [each["kind"] for each in second["collisions"]] == ["duplicate-id"]
    assert ": repair it first: " in project.run("conflicts").stdout
