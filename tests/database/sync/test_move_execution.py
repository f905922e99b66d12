"""Which environments `sync` refuses to move, and the lines of a plan."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

import pytest

from git_alembic.database.database_state import CodeLine, DatabaseState
from git_alembic.database.diagnosis import Effect
from git_alembic.database.facts_for_causes import DatabaseFacts
from git_alembic.database.inspection import Inspection
from git_alembic.database.rehearsals.rehearser import RehearsalResult
from git_alembic.database.requests_to_probe import Questions
from git_alembic.database.sync.move_execution import EnvironmentMove, plan_environment_move
from git_alembic.environments.environment import Environment
from git_alembic.errors import CannotCheck
from git_alembic.git import Repository
from git_alembic.scratch.interpreter.project_python import Interpreter
from tests.support.literal_changes import ENVIRONMENT
from tests.support.project import Project
from tests.support.whole_diagnoses import SERVER, X, facts, lost

HERE = Interpreter(".venv/bin/python", "the folder .venv")


@dataclass
class FakeInspection:
    """Databases with literal facts. Rehearsals drop `dropped`, which has 3 rows."""

    each: list[DatabaseFacts]
    python: Interpreter = HERE
    dropped: tuple[str, ...] = ()
    environment: Environment = ENVIRONMENT

    def facts(self) -> list[DatabaseFacts]:
        return self.each

    def rehearse(self, effects: Mapping[int, Effect]) -> dict[int, RehearsalResult]:
        return {position: RehearsalResult(dropped=self.dropped) for position in effects}

    def ask_again(self, _: Questions) -> tuple[DatabaseState, ...]:
        return tuple(replace(made.database, counts=dict.fromkeys(self.dropped, 3)) for made in self.each)


def local(made: DatabaseFacts, **fields: Any) -> DatabaseFacts:
    return replace(made, database=replace(made.database, **{"hosts": ("/srv/shop.db",), **fields}))


def planned(project: Project, inspection: FakeInspection, *, allow_remote: bool = False) -> EnvironmentMove:
    repository = Repository(str(project.path))
    return plan_environment_move(repository, cast("Inspection", inspection), allow_remote=allow_remote)


AT_HEAD = "alembic.ini: sqlite:///shop.db is at 'c', the head of this checkout"


def test_nothing_to_do(project: Project) -> None:
    found = planned(project, FakeInspection([local(facts(("c",)))]))
    assert (found.name, found.is_empty, found.blocked, found.lines) == ("alembic.ini", True, "", (AT_HEAD,))


def test_a_plan_with_a_loss(project: Project) -> None:
    """The second database is at the head already."""
    project.write("x.py", "def downgrade():\n    op.drop_table('carts')\n")
    known = lost(X._replace(path="x.py", blob=""), refs=(), known=("c",))
    behind = local(facts(("x",), lost_ancestors={"x": known}), file="/srv/shop.db", name="one")
    found = planned(project, FakeInspection([behind, local(facts(("c",)))], dropped=("table carts",)))
    assert found.lines == (
        "plan for alembic.ini, sqlite:///shop.db (one):",
        "  downgrade 'x' (create table_x), from commit 15ea149: x.py",
        "      drops table carts",
        "  data that will be lost: table carts (3 rows); a copy of the file is kept",
        AT_HEAD,
    )
    assert found.code == {"x": b"def downgrade():\n    op.drop_table('carts')\n"}
    assert not found.is_empty


REMOTE = local(facts(("c",)), url=SERVER, hosts=("db.example.org",))


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (REMOTE, f"{SERVER.text} is not on this machine"),
        (local(facts(("c",)), url=SERVER, hosts=()), f"{SERVER.text} is not on this machine, according to its driver"),
        (
            local(facts(("c",)), hosts=("10.0.0.1", "localhost", "db.example.org")),
            "sqlite:///shop.db connects to 10.0.0.1, db.example.org, which is not this machine",
        ),
    ],
)
def test_databases_elsewhere(project: Project, made: DatabaseFacts, reason: str) -> None:
    with pytest.raises(
        CannotCheck, match=f"^{re.escape(f'alembic.ini: {reason}; use --allow-remote to migrate it anyway')}$"
    ):
        planned(project, FakeInspection([made]))
    assert planned(project, FakeInspection([made]), allow_remote=True).is_empty


def test_a_python_that_may_run_elsewhere(project: Project) -> None:
    command = Interpreter("uv run python", "the setting python", ("uv", "run", "python"))
    message = (
        "alembic.ini: `git alembic sync` can migrate a database only with an interpreter on this machine, but the "
        "setting python is a command that may run elsewhere: run Alembic with it yourself, for example `uv run python "
        "-m alembic upgrade head`"
    )
    with pytest.raises(CannotCheck, match=f"^{re.escape(message)}$"):
        planned(project, FakeInspection([], command))


def test_a_transaction_that_nobody_commits(project: Project) -> None:
    found = planned(project, FakeInspection([local(facts(("b",)), uncommitted=CodeLine("env.py", 7))]))
    assert found.moves == ()
    assert found.blocked == (
        "alembic.ini: env.py:7 begins a transaction before context.configure and never commits it, so Alembic's "
        "changes to the database are rolled back; nothing was changed"
    )


@pytest.mark.parametrize(
    ("code", "made", "reason"),
    [
        (
            "def downgrade():\n    raise NotImplementedError\n",
            facts(("x",), lost_ancestors={"x": lost(X._replace(path="x.py", blob=""), refs=(), known=("c",))}),
            "'x' cannot be downgraded: its downgrade only raises an exception (x.py)",
        ),
        (
            "",
            facts((None, "b")),
            "its version table holds NULL, which Alembic never writes (see `git alembic doctor`)",
        ),
    ],
)
def test_no_plan_is_safe(project: Project, code: str, made: DatabaseFacts, reason: str) -> None:
    project.write("x.py", code)
    with pytest.raises(CannotCheck, match=f"^{re.escape(f'alembic.ini: sqlite:///shop.db: {reason}')}$"):
        planned(project, FakeInspection([local(made)]))
