"""The action, step by step, in clones like those of GitHub's runners. `gh` and the upload are stand-ins."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.docs.test_ci_recipes import Actions, move_on, recipe, shell, upstream
from tests.support.github_actions import ActionRun, run_action
from tests.support.project import Project

__all__ = ["shell", "upstream"]
ROOT = Path(__file__).parents[2]
ACTION = ROOT / "action.yml"
PYTHON = """#!/bin/sh
# A Python whose virtual environments have this git-alembic already.
[ "$1" = -m ] || exec {python} "$@"
mkdir -p "$3/bin"
ln -s {scripts}/git-alembic "$3/bin/git-alembic"
printf '#!/bin/sh\\necho "$@" >>%s\\n' {calls} >"$3/bin/python"
chmod +x "$3/bin/python"
"""
GH = """#!{python}
import json, pathlib, sys
store = pathlib.Path({store!r})
everything = json.loads(store.read_text()) if store.exists() else {{"comments": [], "calls": [], "pulls": []}}
comments = everything["comments"]
arguments = sys.argv[1:]
everything["calls"].append(arguments)
if arguments[:3] == ["api", "--paginate", "repos/ada/shop/pulls?state=open&per_page=100"]:
    assert arguments[3:] == ["--jq", ".[].number"]
    print(*everything["pulls"], sep="\\n")
elif "--jq" in arguments:
    assert arguments[-1] == '.[] | select(.body | startswith("<!-- git-alembic -->")) | [.id, .body] | tojson'
    number = arguments[2].split("/")[4]
    for id_, (pull, body) in enumerate(comments):
        if pull == number and body.startswith("<!-- git-alembic -->"):
            print(json.dumps([id_, body]))
else:
    method, path = arguments[arguments.index("--method") + 1 :][:2]
    body = json.load(sys.stdin)["body"]
    if method == "POST":
        comments.append((path.split("/")[4], body))
    else:
        assert method == "PATCH" and path.startswith("repos/ada/shop/issues/comments/")
        at = int(path.rpartition("/")[2])
        comments[at] = (comments[at][0], body)
store.write_text(json.dumps(everything))
"""


class Runner:
    """Runs the action for one repository."""

    def __init__(self, upstream: Project, folder: Path, shell: Mapping[str, str]) -> None:
        self.clones = Actions(upstream, folder / "clone", shell)
        self.folder = folder
        self.shell = dict(shell)
        self.store = folder / "comments.json"
        self.calls = folder / "calls"
        bin_ = folder / "bin"
        scripts = {
            "python3": PYTHON.format(python=sys.executable, scripts=sysconfig.get_path("scripts"), calls=self.calls),
            "gh": GH.format(python=sys.executable, store=str(self.store)),
        }
        for name, text in scripts.items():
            (bin_ / name).write_text(text)
            (bin_ / name).chmod(0o755)
        self.shell["GITHUB_REPOSITORY"] = "ada/shop"

    def run(self, github: Mapping[str, Any], **inputs: str) -> ActionRun:
        temp = self.folder / "temp"
        shutil.rmtree(temp, ignore_errors=True)
        temp.mkdir()
        return run_action(ACTION, self.clones.folder, temp, self.shell, github, **inputs)

    def pull_request(self, branch: str, *, depth: int = 1, number: int = 1, **inputs: str) -> ActionRun:
        """Run the event of a pull request. It names main at the time when the branch was created."""
        upstream = self.clones.upstream
        base, head = (upstream.git(*words, branch).strip() for words in (("merge-base", "main"), ("rev-parse",)))
        merge = f"refs/pull/{number}/merge"
        upstream.git("update-ref", merge, self.clones.merged(branch))
        shutil.rmtree(self.clones.folder, ignore_errors=True)
        self.clones.checkout(merge, depth)
        event = {"pull_request": {"number": number, "base": {"sha": base, "ref": "main"}, "head": {"sha": head}}}
        return self.run({"event": event, "token": "t"}, **inputs)

    def pushed(self, before: str, **inputs: str) -> ActionRun:
        shutil.rmtree(self.clones.folder, ignore_errors=True)
        self.clones.checkout("refs/heads/main", 1)
        return self.run({"event": {"before": before}, "token": "t"}, **inputs)

    def open_pull_requests(self, **branches: str) -> None:
        """Open pull requests of branches, by number."""
        pulls = [int(number.strip("_")) for number in branches]
        for number, branch in zip(pulls, branches.values(), strict=True):
            self.clones.upstream.git("update-ref", f"refs/pull/{number}/head", branch)
        known = json.loads(self.store.read_text()) if self.store.exists() else {"comments": [], "calls": []}
        self.store.write_text(json.dumps({**known, "pulls": pulls}))

    def comments(self) -> list[str]:
        return [body for _, body in self._comments()]

    def comments_of(self, number: int) -> list[str]:
        return [body for pull, body in self._comments() if pull == str(number)]

    def _comments(self) -> list[tuple[str, str]]:
        return json.loads(self.store.read_text())["comments"] if self.store.exists() else []


@pytest.fixture
def runner(upstream: Project, tmp_path: Path, shell: dict[str, str]) -> Runner:
    return Runner(upstream, tmp_path, shell)


ALWAYS = ["Install git-alembic", "Fetch the history", "Check", "Write the summary"]


class TestPullRequest:
    @pytest.mark.parametrize("depth", [0, 1, 2])
    def test_a_healthy_one(self, runner: Runner, depth: int) -> None:
        done = runner.pull_request("healthy", depth=depth)
        assert (done.code, done.output) == (0, "")
        assert done.steps == [*ALWAYS, "Pass or fail"]
        assert done.summary.startswith("## git-alembic\n\nThe migrations are fine.\n\n```mermaid\n")
        assert "add c" in done.summary.partition("```mermaid")[2]
        assert runner.calls.read_text() == f"-m pip install --quiet {ROOT}\n"

    @pytest.mark.parametrize("depth", [0, 1, 2])
    def test_a_pull_request_that_forks(self, runner: Runner, depth: int) -> None:
        move_on(runner.clones.upstream)
        done = runner.pull_request("forking", depth=depth)
        assert done.code == 1
        assert all(line.startswith("::") for line in done.output.splitlines())
        found = "::error file=migrations/versions/d_x.py,line=9,title=multiple-heads::2 heads"
        assert found in done.output
        assert "**multiple-heads** (error) in `migrations/versions/d_x.py`, line 9: 2 heads" in done.summary
        assert "```sh\ngit alembic fix\n```" in done.summary
        assert re.findall("```.*", done.summary)[-2:] == ["```mermaid", "```"]

    def test_main_moved_on_after_the_run_began(self, runner: Runner) -> None:
        """The checked-out merge is old. The branch is compared with the current main."""
        upstream = runner.clones.upstream
        base = upstream.git("rev-parse", "main").strip()
        upstream.git("update-ref", "refs/pull/1/merge", runner.clones.merged("forking"))
        move_on(upstream)
        runner.clones.checkout("refs/pull/1/merge", 1)
        event = {"pull_request": {"number": 1, "base": {"sha": base, "ref": "main"}}}
        done = runner.run({"event": event, "token": "t"})
        assert done.code == 1
        assert "title=divergent-heads::merging" in done.output

    def test_no_history(self, runner: Runner) -> None:
        runner.clones.upstream.git("branch", "-m", "main", "gone")
        upstream = runner.clones.upstream
        upstream.git("update-ref", "refs/pull/1/merge", "healthy")
        runner.clones.checkout("refs/pull/1/merge", 1)
        event = {"pull_request": {"number": 1, "base": {"sha": "4f" * 20, "ref": "main"}}}
        done = runner.run({"event": event, "token": "t"})
        assert done.code != 0
        assert done.steps == ALWAYS[:2]

    def test_arguments(self, runner: Runner) -> None:
        move_on(runner.clones.upstream)
        ignored = "--ignore multiple-heads --ignore divergent-heads"
        assert runner.pull_request("forking", arguments=ignored).code == 0

    def test_the_files_for_code_scanning(self, runner: Runner) -> None:
        move_on(runner.clones.upstream)
        done = runner.pull_request("forking", sarif="true")
        assert "Upload to code scanning" in done.steps
        (file,) = re.findall(r"(?m)^sarif_file: (.*)$", done.output)
        results = json.loads(Path(file).read_text())["runs"][0]["results"]
        assert {result["ruleId"] for result in results} >= {"multiple-heads"}

    def test_drift(self, runner: Runner) -> None:
        """drift runs env.py, which has no models and no database here, so the check fails."""
        done = runner.pull_request("healthy", drift="true")
        assert runner.calls.read_text() == f"-m pip install --quiet {ROOT}[drift]\n"
        assert done.code == 2
        assert "::error title=git-alembic::cannot check" in done.output
        assert "cannot check" in done.summary


class TestComment:
    def test_one_comment_that_is_kept_up_to_date(self, runner: Runner) -> None:
        """The comment appears with the first finding, and reports when everything is fine again."""
        assert runner.pull_request("healthy", comment="true").code == 0
        assert runner.comments() == []
        move_on(runner.clones.upstream)
        assert runner.pull_request("forking", comment="true").code == 1
        (first,) = runner.comments()
        assert first.startswith("<!-- git-alembic -->\n### git-alembic\n")
        assert "**multiple-heads** (error) in `migrations/versions/d_x.py`, line 9: 2 heads" in first
        runner.pull_request("forking", comment="true")
        assert runner.comments() == [first]
        assert runner.pull_request("forking", comment="true", check="false").code == 0
        assert runner.comments() == ["<!-- git-alembic -->\n### git-alembic\n\nThe migrations are fine.\n"]

    def test_a_token_that_cannot_write(self, runner: Runner) -> None:
        (runner.folder / "bin" / "gh").write_text("#!/bin/sh\nexit 1\n")
        done = runner.pull_request("healthy", comment="true")
        assert done.code == 0
        assert "::notice title=git-alembic::no comment could be written" in done.output

    def test_not_outside_of_pull_requests(self, runner: Runner) -> None:
        before = runner.clones.upstream.git("rev-parse", "main~0").strip()
        assert runner.pushed(before, comment="true").code == 0
        assert runner.comments() == []


COMMENTING: Any = {"comment": "true", "conflicts": "true", "since": ""}


class TestConflicts:
    """`healthy` and `forking` each add a revision after main's head."""

    @pytest.mark.parametrize("depth", [0, 1, 2])
    def test_branches_that_fork_together(self, runner: Runner, depth: int) -> None:
        done = runner.pull_request("healthy", depth=depth, conflicts="true", since="")
        assert done.code == 0
        assert done.output == (
            "::warning title=git-alembic%3A fork::origin/forking and origin/healthy would fork the history: "
            "heads 'c' and 'd'\n"
        )
        assert "| origin/forking | d | Ada |" in done.summary
        assert "---|fork|" in done.summary
        assert "pull/1/merge" not in done.summary

    def test_inactive_branches_are_left_out(self, runner: Runner) -> None:
        assert runner.pull_request("healthy", conflicts="true").output == ""

    def test_pull_requests_from_forks(self, runner: Runner) -> None:
        """They are fetched by number while they are open."""
        runner.open_pull_requests(_1="healthy", _2="forking")
        runner.clones.upstream.git("branch", "-q", "-D", "forking")
        done = runner.pull_request("healthy", conflicts="true", since="")
        assert "pull/1/head and pull/2/head would fork the history" in done.output
        assert "| #2 | d | Ada |" in done.summary
        assert "| origin/healthy (#1) | c | Ada |" in done.summary

    def test_comments_on_both(self, runner: Runner) -> None:
        runner.open_pull_requests(_1="healthy", _2="forking")
        assert runner.pull_request("healthy", **COMMENTING).code == 0
        (mine,), (theirs,) = runner.comments_of(1), runner.comments_of(2)
        assert "- origin/healthy (#1) will collide with origin/forking (#2) by Ada, " in mine
        assert "- origin/forking (#2) will collide with origin/healthy (#1) by Ada, " in theirs
        assert "The migrations are fine" not in mine + theirs

    def test_one_comment_with_both_parts(self, runner: Runner) -> None:
        """The run of one pull request changes only the part on collisions in the other's comment."""
        runner.open_pull_requests(_1="healthy", _2="forking")
        move_on(runner.clones.upstream)
        assert runner.pull_request("forking", number=2, **COMMENTING).code == 1
        assert runner.pull_request("healthy", **COMMENTING).code == 1
        (body,) = runner.comments_of(2)
        assert "multiple-heads" in body
        assert "- origin/forking (#2) will collide with " in body
        runner.clones.upstream.git("branch", "-q", "-D", "healthy")
        runner.open_pull_requests(_2="forking")
        runner.pull_request("forking", number=2, **COMMENTING)
        (body,) = runner.comments_of(2)
        assert "multiple-heads" in body
        assert "healthy" not in body

    def test_a_resolved_collision(self, runner: Runner) -> None:
        runner.open_pull_requests(_1="healthy", _2="forking")
        runner.pull_request("healthy", **COMMENTING)
        upstream = runner.clones.upstream
        upstream.git("branch", "-q", "-D", "healthy")
        runner.open_pull_requests(_2="forking")
        assert runner.pushed("0" * 40, **COMMENTING).code == 0
        assert "No open branch collides with this pull request anymore." in runner.comments_of(2)[0]

    def test_open_pull_requests_that_cannot_be_listed(self, runner: Runner) -> None:
        (runner.folder / "bin" / "gh").write_text("#!/bin/sh\nexit 1\n")
        done = runner.pull_request("healthy", conflicts="true", comment="true", since="")
        assert done.code == 0
        assert "::notice title=git-alembic::the open pull requests can't be listed" in done.output
        assert "origin/forking and origin/healthy would fork" in done.output
        assert "no comment could be written" in done.output

    @pytest.mark.parametrize(("order", "code"), [("healthy", 0), ("#1 2", 1), ("forking healthy", 1)])
    def test_order(self, runner: Runner, order: str, code: int) -> None:
        runner.open_pull_requests(_1="healthy", _2="forking")
        done = runner.pull_request("healthy", order=order, check="false")
        assert done.code == code
        assert ("::error title=git-alembic%3A fork::" in done.output) is bool(code)
        assert "Merge order:" in done.summary


class TestPush:
    def test_the_pushed_commits(self, runner: Runner) -> None:
        upstream = runner.clones.upstream
        before = upstream.git("rev-parse", "main").strip()
        upstream.revision("b", "nowhere")
        upstream.commit("damage")
        done = runner.pushed(before)
        assert done.code == 1
        assert "title=missing-parent::" in done.output

    def test_the_first_push_of_a_branch(self, runner: Runner) -> None:
        """GitHub passes zeros, so the commit is checked alone."""
        assert runner.pushed("0" * 40).code == 0
        runner.clones.upstream.revision("d", "a")
        runner.clones.upstream.commit("fork")
        assert runner.pushed("0" * 40).code == 1


class TestDefinition:
    def test_other_actions_are_pinned_by_commit(self) -> None:
        texts = [ACTION.read_text(), (ROOT / ".github/workflows/release.yml").read_text()]
        uses = [line for text in texts for line in re.findall(r"uses: (.*)", text)]
        assert len(uses) == 6
        assert [line for line in uses if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v[\d.]+", line)] == []

    def test_the_page_names_every_input(self) -> None:
        inputs = yaml.safe_load(ACTION.read_text())["inputs"]
        page = (ROOT / "docs" / "hooks.md").read_text(encoding="utf-8")
        assert {name for name in inputs if f"| `{name}` |" not in page} == set()

    def test_the_recipe(self) -> None:
        """Its inputs exist, and it has the necessary permissions."""
        workflow = recipe("GitHub Actions")
        step = workflow["jobs"]["migrations"]["steps"][1]
        assert step["with"].keys() <= yaml.safe_load(ACTION.read_text())["inputs"].keys()
        assert workflow["permissions"] == {"contents": "read", "pull-requests": "write", "security-events": "write"}


def test_the_real_installation(runner: Runner, tmp_path: Path) -> None:
    """Install from the action's folder into a separate environment. The job sees only git-alembic."""
    (runner.folder / "bin" / "python3").unlink()
    runner.shell["PATH"] = ":".join(
        part for part in runner.shell["PATH"].split(":") if part != sysconfig.get_path("scripts")
    )
    done = runner.pull_request("healthy", python=sys.executable)
    assert done.code == 0, done.output
    temp = runner.folder / "temp"
    assert [path.name for path in (temp / "git-alembic-bin").iterdir()] == ["git-alembic"]
    version = subprocess.run([temp / "git-alembic-bin" / "git-alembic", "--version"], check=True, capture_output=True)
    assert version.stdout.startswith(b"git-alembic 0.")
