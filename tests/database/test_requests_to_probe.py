"""What the probe is asked about the project's databases, and with which variables."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from git_alembic.database.requests_to_probe import Questions, inspect_databases, run_moves
from git_alembic.git import Repository
from git_alembic.scratch.interpreter.probe_interface import describe_environment
from git_alembic.scratch.interpreter.project_python import Interpreter
from git_alembic.scratch.scratch_result import Failure
from tests.support.literal_changes import ENVIRONMENT, graph

HERE = Interpreter(".venv/bin/python", "the folder .venv")
READ_ONLY = {"PGOPTIONS": "-c default_transaction_read_only=on", "PGCONNECT_TIMEOUT": "5"}
NOTHING: dict[str, Any] = {
    "databases": [], "failure": None, "urls": [], "configured": None, "attempts": [], "absent": [], "interrupted": [],
    "refused": [], "versions": {"python": "3.12", "alembic": "1.16.0", "sqlalchemy": "2.0.0"},
}  # fmt: skip
POOLER = {"kind": "project", "stage": "environment", "type": "E", "message": "unsupported startup parameter: options"}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return cast("Repository", SimpleNamespace(top=str(tmp_path), common_dir=str(tmp_path / ".git")))


class Probe:
    """Gives the answers in order, and records the questions with the variables."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: dict[str, Any]) -> None:
        self.answers = list(answers)
        self.questions: list[dict[str, Any]] = []
        self.extras: list[dict[str, str]] = []
        self.python: tuple[str, str] = ("", "")
        self.seconds = 0
        monkeypatch.setattr("git_alembic.database.requests_to_probe.run_probe", self.run)

    def run(
        self, path: str, question: dict[str, Any], *, folder: str, cwd: str, seconds: int, extra: dict[str, str]
    ) -> dict[str, Any]:
        assert Path(folder).is_dir()
        assert question["scratch"] == folder
        self.python = path, cwd
        self.seconds = seconds
        self.questions.append(question)
        self.extras.append(extra)
        return self.answers.pop(0)


def test_an_inspection(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    probe = Probe(monkeypatch, NOTHING)
    environment = ENVIRONMENT._replace(cwd="web")
    questions = Questions(compare=(1,), counted={0: ("table b", "table a")})
    found = inspect_databases(repository, HERE, environment, graph({"b": "a", "a": ""}), questions)
    assert found.versions == NOTHING["versions"]
    (question,) = probe.questions
    assert not Path(question.pop("scratch")).exists()
    assert question == {
        "work": "project_databases.inspect_databases",
        "known": ["a", "b"],
        "heads": ["b"],
        "compare": [1],
        "count": {"0": ["table a", "table b"]},
        "bytecode": f"{repository.top}/.git/git-alembic/bytecode",
        "top": repository.top,
        "working_tree": repository.top,
        "subfolder": "",
        "cwd": f"{repository.top}/web",
        "environment": describe_environment(environment),
    }
    assert probe.python == (".venv/bin/python", f"{repository.top}/web")
    assert (probe.extras, probe.seconds) == ([READ_ONLY], 120)


def test_a_pooler_that_accepts_no_options_is_asked_again(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    probe = Probe(monkeypatch, {**NOTHING, "failure": POOLER}, NOTHING)
    assert inspect_databases(repository, HERE, ENVIRONMENT, graph({})).failure is None
    assert probe.extras == [READ_ONLY, {}]
    probe = Probe(monkeypatch, {**NOTHING, "failure": {**POOLER, "message": "no server"}})
    failure = inspect_databases(repository, HERE, ENVIRONMENT, graph({})).failure
    assert failure == Failure("project", "environment", "E", "no server")


def test_moves(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = [{"revision": "b"}]
    probe = Probe(monkeypatch, {**NOTHING, "begun": begun}, {**NOTHING, "begun": [], "failure": POOLER})
    moves = [{"current": ["b"]}]
    files = {"/shop.db": "/copy.db"}
    assert run_moves(repository, HERE, ENVIRONMENT, moves, folder="/f", files=files) == (None, begun)
    failed = run_moves(repository, HERE, ENVIRONMENT, moves, folder="/f", files=files)
    assert failed == (Failure("project", "environment", "E", POOLER["message"]), [])
    question = probe.questions[0]
    assert (question["work"], question["databases"], question["files"]) == (
        "project_databases.move_databases",
        moves,
        files,
    )
    assert question["environment"] == describe_environment(ENVIRONMENT, "/f")
    assert (probe.extras, probe.seconds) == ([{}, {}], 3_600)
