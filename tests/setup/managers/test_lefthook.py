"""Jobs are added to lefthook's configuration in its own style, or the user gets them to paste."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from git_alembic.config.toml_reader import load_toml
from git_alembic.setup.managers.lefthook import plan_lefthook
from git_alembic.setup.managers.pre_commit_repo_entry import HookChoice
from tests.support.project import Project

CHECK = "  jobs:\n    - run: git alembic check\n"
RUN = '"git alembic pre-push {1} {2} # {files}"'
PUSH = f"pre-push:\n  jobs:\n    - run: {RUN}\n      files: echo lefthook.yml\n      use_stdin: true\n"
COMMANDS = (  # lefthook ignores `jobs` before 1.10
    "pre-merge-commit:\n  commands:\n    git-alembic:\n      run: git alembic check\n"
    f"pre-push:\n  commands:\n    git-alembic:\n      run: {RUN}\n"
    "      files: echo lefthook.yml\n      use_stdin: true\n"
)
REST = f"pre-merge-commit:\n{CHECK}{PUSH}"
YAML = {
    "nothing": ("# ours\n", f"# ours\npre-commit:\n{CHECK}{REST}"),
    "another hook": ("commit-msg:\n  jobs: []\n", f"commit-msg:\n  jobs: []\npre-commit:\n{CHECK}{REST}"),
    "jobs": (
        "pre-commit:\n  jobs:\n    - run: ruff\n      # fast\ncommit-msg: {}\n",
        "pre-commit:\n  jobs:\n    - run: ruff\n      # fast\n    - run: git alembic check\ncommit-msg: {}\n" + REST,
    ),
    "jobs without indentation": (
        "pre-commit:\n  jobs:\n  - name: x\n    run: ruff\n",
        "pre-commit:\n  jobs:\n  - name: x\n    run: ruff\n  - run: git alembic check\n" + REST,
    ),
    "commands": (
        "pre-commit:\n  commands:\n    lint:\n      run: ruff\n",
        "pre-commit:\n  commands:\n    lint:\n      run: ruff\n"
        "    git-alembic:\n      run: git alembic check\n" + COMMANDS,
    ),
    "jobs and commands": (
        "commit-msg:\n  jobs: []\npre-commit:\n  commands:\n    lint:\n      run: ruff\n",
        "commit-msg:\n  jobs: []\npre-commit:\n  commands:\n    lint:\n      run: ruff\n"
        "    git-alembic:\n      run: git alembic check\n" + REST,
    ),
    "scripts": (
        "pre-commit:\n  parallel: true\n  scripts:\n    x.sh:\n      runner: sh\n",
        f"pre-commit:\n  parallel: true\n  scripts:\n    x.sh:\n      runner: sh\n{CHECK}{REST}",
    ),
}


@pytest.mark.parametrize("case", YAML)
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_yaml(case: str, newline: str) -> None:
    before, after = (text.replace("\n", newline) for text in YAML[case])
    plan = plan_lefthook("lefthook.yml", before, HookChoice())
    assert [(change.path, change.new) for change in plan.changes] == [("lefthook.yml", after)]
    assert (plan.pastes, plan.notes) == ((), ())
    again = plan_lefthook("lefthook.yml", after, HookChoice())
    assert (again.changes, again.pastes) == ((), ())


@pytest.mark.parametrize("value", ["{jobs: [{run: ruff}]}", "", "\n  jobs: [{run: ruff}]"])
def test_lines_to_paste(value: str) -> None:
    plan = plan_lefthook("lefthook.yml", f"pre-commit: {value}\n", HookChoice())
    assert [change.new for change in plan.changes] == [f"pre-commit: {value}\n{REST}"]
    assert [paste.text() for paste in plan.pastes] == [
        (
            "Add this to lefthook.yml, in the hooks with these names:\n\n"
            "    pre-commit:\n      jobs:\n        - run: git alembic check"
        )
    ]


def test_commands_in_flow_style_are_left_to_the_user() -> None:
    plan = plan_lefthook("lefthook.yml", "pre-commit:\n  commands: {x: {run: ruff}}\n", HookChoice())
    assert [change.new for change in plan.changes] == [f"pre-commit:\n  commands: {{x: {{run: ruff}}}}\n{COMMANDS}"]
    assert [paste.lines for paste in plan.pastes] == [
        "pre-commit:\n  commands:\n    git-alembic:\n      run: git alembic check"
    ]


def test_a_document_in_flow_style_is_left_to_the_user() -> None:
    plan = plan_lefthook("lefthook.yml", "{pre-commit: {jobs: [{run: git-alembic check}]}}\n", HookChoice())
    assert plan.changes == ()
    assert [paste.lines for paste in plan.pastes] == [REST.rstrip("\n")]


def test_a_hook_that_already_runs_it_stays() -> None:
    text = f"pre-commit:\n  commands:\n    m:\n      run: uv run git-alembic check\n{REST}"
    plan = plan_lefthook("lefthook.yml", text, HookChoice())
    assert (plan.changes, plan.pastes) == ((), ())


def test_a_job_of_an_older_version_stays() -> None:
    push = "pre-push:\n  jobs:\n    - run: git alembic pre-push {1} {2}\n"
    text = f"pre-commit:\n{CHECK}pre-merge-commit:\n{CHECK}{push}"
    assert plan_lefthook("lefthook.yml", text, HookChoice()).changes == ()
    toml = TOML.replace(" # {files}", "")
    assert plan_lefthook("lefthook.toml", toml, HookChoice()).changes == ()


def test_drift_and_hint() -> None:
    (change,) = plan_lefthook("lefthook.yml", f"pre-commit:\n{CHECK}{REST}", HookChoice(True, True)).changes
    assert change.new == (
        f"pre-commit:\n{CHECK}{REST}    - run: git alembic drift\n    - run: git alembic roundtrip\n"
        "post-checkout:\n  jobs:\n    - run: git alembic hint post-checkout {1} {2} {3}\n"
        "post-merge:\n  jobs:\n    - run: git alembic hint post-merge {1}\n"
        "post-rewrite:\n  jobs:\n    - run: git alembic hint post-rewrite {1}\n      use_stdin: true\n"
    )


def test_another_job_reads_the_refs() -> None:
    text = "pre-push:\n  jobs:\n    - run: git lfs pre-push {1} {2}\n      use_stdin: true\n"
    assert plan_lefthook("lefthook.yml", text, HookChoice()).notes == (
        (
            "lefthook passes the pushed refs to only one job, and another pre-push job sets `use_stdin`: "
            "set it only on git-alembic's job."
        ),
    )


TOML = (
    '[[pre-commit.jobs]]\nrun = "git alembic check"\n\n[[pre-merge-commit.jobs]]\nrun = "git alembic check"\n\n'
    f'[[pre-push.jobs]]\nrun = {RUN}\nfiles = "echo lefthook.toml"\nuse_stdin = true\n'
)


class TestToml:
    @pytest.mark.parametrize("text", ["", '[[commit-msg.jobs]]\nrun = "ruff"\n', "colors = false\n"])
    def test_added(self, text: str) -> None:
        plan = plan_lefthook("lefthook.toml", text, HookChoice())
        assert [change.new for change in plan.changes] == [f"{text}\n{TOML}"]
        assert plan_lefthook("lefthook.toml", f"{text}\n{TOML}", HookChoice()).changes == ()

    def test_commands(self) -> None:
        text = '[pre-commit.commands.x]\nrun = "ruff"\n'
        (change,) = plan_lefthook("lefthook.toml", text, HookChoice(drift=True)).changes
        hooks = load_toml("lefthook.toml", change.new)
        assert {hook: list(found["commands"]) for hook, found in hooks.items()} == {
            "pre-commit": ["x", "git-alembic"],
            "pre-merge-commit": ["git-alembic"],
            "pre-push": ["git-alembic", "git-alembic-1", "git-alembic-2"],
        }
        assert hooks["pre-push"]["commands"]["git-alembic"]["use_stdin"] is True

    def test_pasted(self) -> None:
        plan = plan_lefthook("lefthook.toml", 'pre-commit = { jobs = [{ run = "ruff" }] }\n', HookChoice())
        assert plan.changes == ()
        assert [paste.lines for paste in plan.pastes] == [TOML.rstrip("\n")]


def test_the_program_that_installs() -> None:
    assert plan_lefthook("lefthook.yml", "", HookChoice(), "npx lefthook").next_steps == (
        "npx lefthook install    # once in every clone",
    )


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            '{"pre-commit": {"commands": {}}}',
            '"pre-commit": {"commands": {"git-alembic": {"run": "git alembic check"}}},',
        ),
        ("// with a comment\n{}", '"pre-commit": {"jobs": [{"run": "git alembic check"}]},'),
    ],
)
def test_json_as_it_is_written(text: str, lines: str) -> None:
    assert plan_lefthook("lefthook.json", text, HookChoice()).pastes[0].lines.splitlines()[0] == lines


def test_json_is_pasted() -> None:
    plan = plan_lefthook("lefthook.json", "{}", HookChoice())
    assert plan.changes == ()
    assert plan.pastes[0].lines.splitlines()[0] == '"pre-commit": {"jobs": [{"run": "git alembic check"}]},'


@pytest.mark.parametrize("text", [before for before, _ in YAML.values()])
def test_lefthook_reads_it(empty: Project, text: str) -> None:
    (change,) = plan_lefthook("lefthook.yml", text, HookChoice(True, True)).changes
    empty.write("lefthook.yml", change.new)
    command = [str(Path(sys.executable).parent / "lefthook"), "validate"]
    subprocess.run(command, cwd=empty.path, check=True, capture_output=True)


@pytest.mark.parametrize("pushed", ["HEAD:main", "HEAD~:main"])
def test_a_push_that_only_deletes_revisions_is_checked(
    cloned: Project, monkeypatch: pytest.MonkeyPatch, pushed: str
) -> None:
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    cloned.revision("c", "b")
    cloned.commit()
    cloned.git("push", "-q", "--no-verify", "origin", "main")
    cloned.git("reset", "-q", "--hard", "HEAD~")
    (change,) = plan_lefthook("lefthook.yml", "# none\n", HookChoice()).changes
    cloned.write("lefthook.yml", change.new)
    cloned.commit("hooks")
    subprocess.run(["lefthook", "install"], cwd=cloned.path, check=True, capture_output=True)
    done = subprocess.run(
        ["git", "push", "--force", "origin", pushed], cwd=cloned.path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "deleted-revision: published revision 'c'" in done.stdout + done.stderr
