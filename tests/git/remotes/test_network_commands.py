"""Commands that can contact a remote: their variables, their failures and their time limit."""

from __future__ import annotations

from pathlib import Path

import pytest

from git_alembic.git import Repository
from git_alembic.git.remotes.network_commands import run_network_command, run_with_time_limit
from tests.support.project import Project
from tests.support.refusal_message import refusal


@pytest.fixture
def repository(empty: Project) -> Repository:
    empty.git("config", "alias.show-variables", "!env")
    empty.git("config", "alias.wait", "!exec tail -f /dev/null")
    empty.git("config", "alias.fail", "!echo first >&2; echo ' second' >&2; exit 3")
    return Repository(str(empty.path))


def variables(repository: Repository) -> dict[str, str]:
    out = run_network_command(repository, "show-variables", seconds=60)
    return dict(line.partition("=")[::2] for line in out.splitlines())


def test_output_and_standard_input(repository: Repository) -> None:
    assert run_network_command(repository, "hash-object", "--stdin-paths", seconds=60) == ""
    path = Path(repository.top or "") / "ä.txt"
    path.write_text("")
    assert run_with_time_limit(repository, "hash-object", "--stdin-paths", seconds=60, lines=["ä.txt"]) == (
        0,
        b"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391\n",
        b"",
    )


def test_nothing_asks_for_a_password(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    found = variables(repository)
    assert {name: found[name] for name in ("GIT_ASKPASS", "SSH_ASKPASS", "GCM_INTERACTIVE", "GIT_SSH_COMMAND")} == {
        "GIT_ASKPASS": "true",
        "SSH_ASKPASS": "true",
        "GCM_INTERACTIVE": "never",
        "GIT_SSH_COMMAND": "ssh -oBatchMode=yes",
    }
    repository.run("config", "core.sshCommand", "ssh -i key")
    assert variables(repository)["GIT_SSH_COMMAND"] == "ssh -i key -oBatchMode=yes"
    monkeypatch.setenv("GIT_SSH_COMMAND", "mine")
    assert variables(repository)["GIT_SSH_COMMAND"] == "mine -oBatchMode=yes"


def test_a_failure_names_the_command(repository: Repository) -> None:
    assert run_with_time_limit(repository, "fail", seconds=60)[0] == 3
    assert refusal(lambda: run_network_command(repository, "-c", "a.b=c", "fail", seconds=60)) == (
        "git fail failed: first second"
    )
    repository.run("config", "alias.quiet", "!exit 4")
    assert refusal(lambda: run_network_command(repository, "quiet", seconds=60)) == "git quiet failed: exit code 4"


def test_a_command_that_does_not_end(repository: Repository) -> None:
    assert refusal(lambda: run_network_command(repository, "-c", "a.b=c", "wait", seconds=0)) == (
        "git wait took longer than 0 seconds"
    )
