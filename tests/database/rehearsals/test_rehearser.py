"""Rehearsals on a fake runner: what is asked of the probe, and what its answer means."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from git_alembic.database.database_state import DatabaseState
from git_alembic.database.diagnosis import Effect
from git_alembic.database.rehearsals.rehearser import RehearsalResult, Rehearser, copy_rows
from git_alembic.environments.environment import Environment
from git_alembic.errors import CannotCheck
from git_alembic.git import Repository
from git_alembic.lost_revisions.search import FileVersion
from git_alembic.scratch.interpreter.project_python import Interpreter
from git_alembic.scratch.new_or_cached_run import EnvPyRunner, RunRequest
from tests.support.literal_changes import ENVIRONMENT
from tests.support.whole_diagnoses import facts, revision

DATABASE = replace(facts(None).database, statements=("CREATE TABLE a",), schemas=("", "app"))
UPGRADE, STAMP = Effect(("a",), ("c",)), Effect(("b",))
RESULT: dict[str, Any] = {
    "dropped_tables": [],
    "dropped_columns": [],
    "remade_tables": [],
    "differences": None,
    "changes_schema": False,
}


@dataclass
class FakeRunner:
    """Answers each request with the next of the runs, or with a refusal."""

    folder: Path
    runs: list[dict[str, Any]] = field(default_factory=list)
    refusal: str = ""
    steps: list[list[Any]] = field(default_factory=list)
    code: list[Mapping[str, bytes]] = field(default_factory=list)

    def make_folder(self) -> str:
        return str(self.folder)

    def run(
        self, _: Environment, __: str, requests: Sequence[RunRequest], more_versions: Mapping[str, bytes]
    ) -> list[SimpleNamespace]:
        if self.refusal:
            raise CannotCheck(self.refusal)
        self.steps.append([step for request in requests for step in request.steps])
        self.code.append(more_versions)
        return [SimpleNamespace(answer={"run": self.runs.pop(0)}) for _ in requests]


def answer(result: dict[str, Any] | None = RESULT, failure: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"failure": failure, "databases": [{} if result is None else {"rehearsal": result}]}


def rehearser(fake: FakeRunner, command: tuple[str, ...] = ()) -> Rehearser:
    repository = cast("Repository", SimpleNamespace(top=str(fake.folder)))
    return Rehearser(repository, Interpreter("python", "on PATH", command), ENVIRONMENT, cast("EnvPyRunner", fake))


def rehearsed(fake: FakeRunner, database: DatabaseState = DATABASE, *effects: Effect) -> list[RehearsalResult]:
    return rehearser(fake).rehearse(database, 0, effects or (UPGRADE,))


def test_the_result_of_a_repair(tmp_path: Path) -> None:
    result = {
        "dropped_tables": ["a", "b"],
        "dropped_columns": ["c.d"],
        "remade_tables": ["b"],
        "differences": ["op.a()"],
        "changes_schema": True,
    }
    assert rehearsed(FakeRunner(tmp_path, [answer(result)])) == [
        RehearsalResult(
            dropped=("table a", "table b", "column c.d"),
            remade_tables=("b",),
            differences=("op.a()",),
            changes_schema=True,
            lacks="rows",
        )
    ]


def failed(kind: str, revision_: str | None) -> dict[str, Any]:
    return {"kind": kind, "stage": "upgrade", "type": "E", "message": "it broke", "revision": revision_}


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        (answer(failure=failed("project", "c")), RehearsalResult(failure="revision 'c' failed: E: it broke")),
        (
            answer(failure=failed("project", None)),
            RehearsalResult(unavailable="running the revisions failed: E: it broke"),
        ),
        (
            answer(None),
            RehearsalResult(unavailable="env.py connects to other databases when it is run on a scratch database"),
        ),
        (
            {"failure": None, "databases": []},
            RehearsalResult(unavailable="env.py connects to other databases when it is run on a scratch database"),
        ),
    ],
)
def test_no_result(tmp_path: Path, run: dict[str, Any], expected: RehearsalResult) -> None:
    (found,) = rehearsed(FakeRunner(tmp_path, [run]))
    assert found == replace(expected, lacks="rows")
    assert not found.is_successful


@pytest.mark.parametrize("kind", ["variable", "module", "dialect", "server", "refused"])
def test_some_failures_are_not_those_of_the_revisions(tmp_path: Path, kind: str) -> None:
    failure = {**failed(kind, "c"), "name": "x"}
    (found,) = rehearsed(FakeRunner(tmp_path, [answer(failure=failure)]))
    assert (found.failure, bool(found.unavailable)) == ("", True)


def test_a_runner_that_cannot_run(tmp_path: Path) -> None:
    found = rehearsed(FakeRunner(tmp_path, refusal="no server"), DATABASE, UPGRADE, STAMP)
    assert found == [RehearsalResult(unavailable="no server")] * 2


def test_a_schema_that_cannot_be_rebuilt(tmp_path: Path) -> None:
    database = replace(DATABASE, statements=None, undefined="a view of another schema")
    found = rehearsed(FakeRunner(tmp_path), database, UPGRADE, STAMP)
    assert found == [RehearsalResult(unavailable="its schema cannot be rebuilt: a view of another schema")] * 2


def test_what_is_asked_of_the_probe(tmp_path: Path) -> None:
    fake = FakeRunner(tmp_path, [{"failure": None, "databases": [{}, {"rehearsal": RESULT}]}])
    effect = Effect(("x", "b"), ("c",), ("x",))
    assert rehearser(fake).rehearse(DATABASE, 1, [effect]) == [RehearsalResult(lacks="rows")]
    plan = {
        "file": "",
        "statements": ["CREATE TABLE a"],
        "rows": ["x", "b"],
        "schemas": ["", "app"],
        "downgrades": ["x"],
        "heads": ["c"],
    }
    assert fake.steps == [[{"do": "rehearse", "plans": [None, plan]}]]


def test_effects_with_files_of_git_run_apart(tmp_path: Path) -> None:
    """The others must not see those files. The results are in the order of the effects."""
    (tmp_path / "x.py").write_bytes(b"code of x")
    file = FileVersion("working tree", revision("x")._replace(path="x.py", blob=""), "100644")
    restore = Effect(("x",), ("x",), files=(file,))
    runs = [answer({**RESULT, "dropped_tables": [name]}) for name in ("first", "third", "second")]
    fake = FakeRunner(tmp_path, runs)
    found = rehearsed(fake, DATABASE, UPGRADE, restore, STAMP)
    assert [result.dropped for result in found] == [("table first",), ("table second",), ("table third",)]
    assert fake.code == [{}, {"x": b"code of x"}]
    assert [len(steps) for steps in fake.steps] == [2, 1]


def test_what_the_scratch_database_lacks(tmp_path: Path) -> None:
    file, broken = tmp_path / "shop.db", tmp_path / "broken.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE a AS SELECT 1 AS b")
        connection.commit()
    broken.write_bytes(b"no database" * 100)
    for database, lacks, copied in (
        (replace(DATABASE, file=str(file)), "", str(tmp_path / "rows.sqlite")),
        (replace(DATABASE, file=str(broken)), "rows", ""),
        (replace(DATABASE, dialect="postgresql"), "rows", ""),
        (replace(DATABASE, dialect="mysql"), "rows, views and triggers", ""),
    ):
        fake = FakeRunner(tmp_path, [answer()])
        (found,) = rehearsed(fake, database)
        assert (found.lacks, fake.steps[0][0]["plans"][0]["file"]) == (lacks, copied)


def test_a_python_that_may_run_elsewhere_gets_no_file(tmp_path: Path) -> None:
    fake = FakeRunner(tmp_path, [answer()])
    database = replace(DATABASE, file=str(tmp_path / "shop.db"))
    (found,) = rehearser(fake, ("docker", "run")).rehearse(database, 0, [UPGRADE])
    assert (found.lacks, fake.steps[0][0]["plans"][0]["file"]) == ("rows", "")


def test_a_file_with_its_rows(tmp_path: Path) -> None:
    path, copy = tmp_path / "my shop?#.db", tmp_path / "copy"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t AS SELECT 1 AS a")
        connection.commit()
    before = path.read_bytes()
    assert copy_rows(str(path), str(copy))
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT a FROM t").fetchall() == [(1,)]
    assert path.read_bytes() == before


def test_no_copy(tmp_path: Path) -> None:
    copy = str(tmp_path / "copy")
    assert not copy_rows("", copy)
    assert not copy_rows(str(tmp_path / "missing.db"), copy)
    assert not (tmp_path / "missing.db").exists()
    text = tmp_path / "text.db"
    text.write_bytes(b"not a database, but long enough for SQLite to read its first page" * 20)
    assert not copy_rows(str(text), copy)


def test_a_large_file_is_not_copied(tmp_path: Path) -> None:
    path = tmp_path / "large.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (a)")
    with path.open("r+b") as stream:
        stream.truncate((64 << 20) + 1)  # a sparse file
    assert not copy_rows(str(path), str(tmp_path / "copy"))
    assert not (tmp_path / "copy").exists()
