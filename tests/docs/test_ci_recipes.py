"""The recipes for GitHub Actions and GitLab CI in docs/hooks.md, run line by line in clones like the runners'."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from git_alembic.setup.managers.pre_commit_repo_entry import manifest
from tests.support.project import Project

HOOKS = Path(__file__).parents[2] / "docs" / "hooks.md"
PIP = """#!/bin/sh
case "$*" in
    'install git-alembic @ git+<address>' | 'install --quiet git-alembic @ git+<address>') ;;
    *) echo "pip $*" >&2; exit 9 ;;
esac
"""
PRE_COMMIT = """\
repos:
- repo: local
  hooks:
  - id: alembic-check
    name: alembic check
    entry: {}/git-alembic check
    language: system
    always_run: true
    pass_filenames: false
    stages: [pre-commit, manual]
"""
Done = subprocess.CompletedProcess[str]


def recipe(heading: str, position: int = 0) -> dict[Any, Any]:
    """Return a YAML block of a section that is a whole file."""
    section = HOOKS.read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    blocks = re.findall(r"(?ms)^```yaml\n(.*?)^```$", section)
    loaded: dict[Any, Any] = yaml.safe_load(blocks[position])
    return loaded


def lookup(expression: str, context: Mapping[str, Any]) -> str:
    """Evaluate `${{ a.b || c.d }}` like GitHub: the first value that is not empty."""
    for path in expression.removeprefix("${{").removesuffix("}}").split("||"):
        value: Any = context
        for key in path.strip().split("."):
            value = value.get(key, {}) if isinstance(value, dict) else {}
        if value:
            return str(value)
    return ""


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def shell(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a job in which `pip install git-alembic` has run."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "pip").write_text(PIP)
    (folder / "pip").chmod(0o755)
    path = os.pathsep.join([str(folder), sysconfig.get_path("scripts"), os.environ["PATH"]])
    return {**os.environ, "PATH": path, "CI": "true", "COLUMNS": "80"}


@pytest.fixture
def upstream(project: Project) -> Project:
    """main has a <- b and then e. The branch `healthy` has c, and on `forking` d comes after b."""
    for branch, id_ in (("healthy", "c"), ("forking", "d")):
        project.switch(branch, "main")
        project.revision(id_, "b", message=f"add {id_}")
        project.commit(f"add {id_}")
    project.switch("main")
    return project


def move_on(upstream: Project) -> str:
    upstream.revision("e", "b", message="add e")
    return upstream.commit("add e")


def bash(script: str, folder: Path, environment: Mapping[str, str]) -> Done:
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        cwd=folder, env=dict(environment), check=False, capture_output=True, text=True,
    )  # fmt: skip


class Actions:
    """Runs the workflow. Functions replace the actions in `uses`."""

    def __init__(self, upstream: Project, folder: Path, shell: Mapping[str, str]) -> None:
        self.upstream = upstream
        self.folder = folder
        self.shell = shell
        self.job: dict[str, Any] = recipe("GitHub Actions", 1)["jobs"]["migrations"]

    def merged(self, branch: str) -> str:
        """Return GitHub's commit for a pull request: the branch merged into the current main."""
        self.upstream.git("checkout", "-q", "--detach", "main")
        self.upstream.git("merge", "-q", "--no-ff", "--no-verify", "-m", f"Merge {branch} into main", branch)
        commit = self.upstream.git("rev-parse", "HEAD").strip()
        self.upstream.switch("main")
        return commit

    def checkout(self, ref: str, depth: int) -> None:
        """Do what `actions/checkout@v4` does: a detached commit, with the remote's branches only for a full fetch."""
        self.folder.mkdir()
        git(self.folder, "init", "-q")
        git(self.folder, "remote", "add", "origin", f"file://{self.upstream.path}")
        local = ref.replace("refs/", "refs/remotes/", 1)
        self.upstream.git("config", "uploadpack.allowAnySHA1InWant", "true")
        depths = [f"--depth={depth}"] if depth else ["+refs/heads/*:refs/remotes/origin/*"]
        options = ["--no-tags", "--prune", "--no-recurse-submodules"]
        commit = self.upstream.git("rev-parse", ref).strip()
        if depth:
            git(self.folder, "fetch", "-q", *options, *depths, "origin", f"+{commit}:{local}")
        else:
            git(self.folder, "fetch", "-q", *options, "origin", *depths, f"+{commit}:{local}")
        git(self.folder, "checkout", "-q", "--force", local)

    def run(self, ref: str, event: Mapping[str, Any], *, depth: int | None = None) -> Done:
        done = Done([], 0, "", "")
        uses = [step["uses"] for step in self.job["steps"] if "uses" in step]
        assert uses == ["actions/checkout@v4", "actions/setup-python@v5"]
        for step in self.job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                self.checkout(ref, step["with"]["fetch-depth"] if depth is None else depth)
            elif "run" in step:
                values = {key: lookup(text, {"github": {"event": event}}) for key, text in step.get("env", {}).items()}
                done = bash(step["run"], self.folder, {**self.shell, **values})
                if done.returncode:
                    break
        return done

    def pull_request(self, branch: str, base: str, *, depth: int | None = None) -> Done:
        self.upstream.git("update-ref", "refs/pull/1/merge", self.merged(branch))
        self.shell = {**self.shell, "GITHUB_ACTIONS": "true", "GITHUB_BASE_REF": "main", "GITHUB_HEAD_REF": branch}
        return self.run("refs/pull/1/merge", {"pull_request": {"base": {"sha": base, "ref": "main"}}}, depth=depth)

    def merge_group(self, branch: str) -> Done:
        base = self.upstream.git("rev-parse", "main").strip()
        ref = f"refs/heads/gh-readonly-queue/main/pr-1-{base}"
        self.upstream.git("update-ref", ref, self.merged(branch))
        return self.run(ref, {"merge_group": {"base_sha": base, "base_ref": "refs/heads/main"}})


@pytest.fixture
def actions(upstream: Project, tmp_path: Path, shell: dict[str, str]) -> Actions:
    return Actions(upstream, tmp_path / "runner", shell)


def notes(done: Done) -> list[tuple[str, str]]:
    """Return (the command with its properties, the first line of the message) of each. Allow no other output."""
    lines = done.stdout.splitlines()
    assert all(line.startswith("::") for line in lines), done.stdout
    return [(line[2:].partition("::")[0], line[2:].partition("::")[2].partition("%0A")[0]) for line in lines]


class TestGitHub:
    def test_triggers(self) -> None:
        """`on` is a boolean in YAML 1.1."""
        for position in (0, 1):
            assert recipe("GitHub Actions", position)[True] == {"pull_request": None, "merge_group": None}

    def test_a_healthy_pull_request(self, actions: Actions) -> None:
        done = actions.pull_request("healthy", actions.upstream.git("rev-parse", "main").strip())
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

    def test_a_pull_request_that_forks(self, actions: Actions) -> None:
        """main has moved on since the branch left it. GitHub's merge has both."""
        base = move_on(actions.upstream)
        done = actions.pull_request("forking", base)
        assert (done.returncode, done.stderr) == (1, "")
        assert notes(done) == [
            (
                "error file=migrations/versions/d_x.py,line=9,title=multiple-heads",
                "2 heads: 'd' (HEAD), 'e' (origin/main)",
            )
        ]

    def test_main_moved_on_after_the_event(self, actions: Actions) -> None:
        """The event names main at the time of the push, but the merge uses a newer main."""
        base = actions.upstream.git("rev-parse", "main").strip()
        move_on(actions.upstream)
        done = actions.pull_request("forking", base)
        assert done.returncode == 1
        assert [command.rpartition("=")[2] for command, _ in notes(done)] == ["multiple-heads"]

    def test_the_merge_queue(self, actions: Actions) -> None:
        move_on(actions.upstream)
        done = actions.merge_group("forking")
        assert done.returncode == 1
        assert [command.rpartition("=")[2] for command, _ in notes(done)] == ["multiple-heads"]

    def test_the_merge_queue_with_a_healthy_one(self, actions: Actions) -> None:
        assert actions.merge_group("healthy").returncode == 0

    def test_a_finding_is_shown_at_its_line(self, actions: Actions) -> None:
        upstream = actions.upstream
        upstream.switch("damage", "main")
        upstream.revision("b", "nowhere")
        upstream.commit("damage")
        upstream.switch("main")
        done = actions.pull_request("damage", upstream.git("rev-parse", "main").strip())
        assert done.returncode == 1
        found = [command for command, _ in notes(done)]
        assert "error file=migrations/versions/b_x.py,line=9,title=changed-down-revision" in found

    def test_the_default_depth(self, actions: Actions) -> None:
        """Without `fetch-depth: 0` the base is missing."""
        base = actions.upstream.git("rev-parse", "main").strip()
        done = actions.pull_request("healthy", base, depth=1)
        assert done.returncode == 2
        reason = f"cannot check: {base} isn't a commit in this repository, which is a shallow clone "
        reason += "without the old commits (run `git fetch --unshallow`, or set `fetch-depth: 0` in a workflow)"
        assert notes(done) == [("error title=git-alembic", reason)]


class Pipeline:
    """A merge request pipeline: the runner fetches only its own ref, and checks out a detached commit."""

    def __init__(self, upstream: Project, folder: Path, shell: Mapping[str, str]) -> None:
        self.upstream = upstream
        self.folder = folder
        self.shell = shell
        self.job: dict[str, Any] = recipe("GitLab CI")["migrations"]

    def with_component(self, **inputs: str) -> None:
        """Use the job of the component with the inputs of its recipe."""
        given = recipe("GitLab CI", 1)["include"][0]["inputs"]
        text = (HOOKS.parent / "gitlab-component.yml").read_text(encoding="utf-8")
        declared = next(yaml.safe_load_all(text))["spec"]["inputs"]
        defaults = {name: value["default"] for name, value in declared.items() if "default" in value}
        values = {**defaults, **given, **inputs}
        assert values.keys() == declared.keys()
        shown = {name: str(value).lower() if isinstance(value, bool) else value for name, value in values.items()}
        job = re.sub(r"\$\[\[ inputs\.(\w+) \]\]", lambda found: str(shown[found[1]]), text.partition("\n---\n")[2])
        self.job = yaml.safe_load(job)["git-alembic"]

    def run(self, branch: str, *, depth: int | None = None, commit: str = "") -> Done:
        variables = {
            "CI_PIPELINE_SOURCE": "merge_request_event",
            "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
            "CI_MERGE_REQUEST_DIFF_BASE_SHA": self.upstream.git("merge-base", "main", branch).strip(),
            **{name: str(value) for name, value in self.job["variables"].items()},
            "CI_COMMIT_SHA": commit or self.upstream.git("rev-parse", branch).strip(),
        }
        self.upstream.git("update-ref", "refs/pipelines/7", variables["CI_COMMIT_SHA"])
        depth = self.job["variables"]["GIT_DEPTH"] if depth is None else depth
        self.folder.mkdir()
        git(self.folder, "init", "-q")
        git(self.folder, "remote", "add", "origin", f"file://{self.upstream.path}")
        fetch = ["fetch", "-q", "--prune", *([f"--depth={depth}"] if depth else [])]
        git(self.folder, *fetch, "origin", "+refs/pipelines/7:refs/pipelines/7")
        git(self.folder, "checkout", "-q", "-f", variables["CI_COMMIT_SHA"])
        return bash("\n".join(self.job["script"]), self.folder, {**self.shell, **variables})


@pytest.fixture
def pipeline(upstream: Project, tmp_path: Path, shell: dict[str, str]) -> Pipeline:
    return Pipeline(upstream, tmp_path / "runner", shell)


class TestGitLab:
    def test_rules(self) -> None:
        job = recipe("GitLab CI")["migrations"]
        assert job["rules"] == [{"if": '$CI_PIPELINE_SOURCE == "merge_request_event"'}]

    def test_a_healthy_merge_request(self, pipeline: Pipeline) -> None:
        done = pipeline.run("healthy")
        assert (done.returncode, done.stdout) == (0, "")

    def test_a_merge_request_that_forks(self, pipeline: Pipeline) -> None:
        """The branch alone is healthy, but merging it into the current main is not."""
        move_on(pipeline.upstream)
        done = pipeline.run("forking")
        assert done.returncode == 1
        assert done.stdout.startswith(
            "migrations/versions/d_x.py:9: divergent-heads: merging FETCH_HEAD would create 2\n"
            "  heads: 'd' (HEAD), 'e' (origin/main"
        )

    def test_a_merged_results_pipeline(self, pipeline: Pipeline) -> None:
        upstream = pipeline.upstream
        move_on(upstream)
        upstream.git("checkout", "-q", "--detach", "main")
        upstream.git("merge", "-q", "--no-ff", "--no-verify", "-m", "merged results", "forking")
        merged = upstream.git("rev-parse", "HEAD").strip()
        upstream.switch("main")
        done = pipeline.run("forking", commit=merged)
        assert done.returncode == 1
        assert "multiple-heads: 2 heads" in " ".join(done.stdout.split())

    def test_a_shallow_clone(self, pipeline: Pipeline) -> None:
        done = pipeline.run("healthy", depth=1)
        assert done.returncode == 2
        assert "shallow clone" in " ".join(done.stdout.split())


class TestGitLabComponent:
    """The same job, through `include`."""

    @pytest.fixture(autouse=True)
    def _component(self, pipeline: Pipeline) -> None:
        pipeline.with_component()

    def test_the_same_rules_and_report(self, pipeline: Pipeline) -> None:
        own = recipe("GitLab CI")["migrations"]
        assert (pipeline.job["rules"], pipeline.job["artifacts"]) == (own["rules"], own["artifacts"])

    def test_the_requirement_has_no_default(self) -> None:
        """No package index has git-alembic, and a stranger could take the name."""
        text = (HOOKS.parent / "gitlab-component.yml").read_text(encoding="utf-8")
        assert "default" not in next(yaml.safe_load_all(text))["spec"]["inputs"]["requirement"]

    def test_a_healthy_merge_request(self, pipeline: Pipeline) -> None:
        done = pipeline.run("healthy")
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
        assert json.loads((pipeline.folder / "gl-code-quality-report.json").read_text()) == []

    def test_a_merge_request_that_forks(self, pipeline: Pipeline) -> None:
        move_on(pipeline.upstream)
        done = pipeline.run("forking")
        assert done.returncode == 1
        assert done.stdout.startswith("migrations/versions/d_x.py:9: divergent-heads: merging")
        (issue,) = json.loads((pipeline.folder / "gl-code-quality-report.json").read_text())
        assert issue["check_name"] == "divergent-heads"

    def test_arguments(self, pipeline: Pipeline) -> None:
        move_on(pipeline.upstream)
        pipeline.with_component(arguments="--ignore divergent-heads")
        assert pipeline.run("forking").returncode == 0

    def test_a_shallow_clone(self, pipeline: Pipeline) -> None:
        done = pipeline.run("healthy", depth=1)
        assert done.returncode == 2
        assert "shallow clone" in " ".join(done.stdout.split())


def test_pre_commit_ci_skips_what_cannot_run_there(upstream: Project, tmp_path: Path) -> None:
    """Like pre-commit.ci: all files of a detached commit of a shallow clone, without a network."""
    upstream.write(".pre-commit-config.yaml", PRE_COMMIT.format(sysconfig.get_path("scripts")))
    upstream.commit("hooks")
    clone = tmp_path / "ci"
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{upstream.path}", str(clone))
    git(clone, "checkout", "-q", "--detach")
    git(clone, "remote", "set-url", "origin", str(tmp_path / "nowhere"))
    skip = recipe("pre-commit.ci")["ci"]["skip"]
    assert skip == [hook for hook in manifest() if hook != "alembic-hint"]
    environment = {**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "cache"), "SKIP": ",".join(skip)}
    done = bash(f"{sys.executable} -m pre_commit run --all-files", clone, environment)
    assert done.returncode == 0, done.stdout
    assert re.findall(r"(?m)^(.*?)\.+Skipped$", done.stdout) == ["alembic check"]


def test_the_job_runs_this_git_alembic(shell: dict[str, str], tmp_path: Path) -> None:
    done = bash("git alembic --version && command -v git-alembic", tmp_path, shell)
    assert done.stdout.splitlines()[1] == str(Path(sysconfig.get_path("scripts")) / "git-alembic"), sys.executable
