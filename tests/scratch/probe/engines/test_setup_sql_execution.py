"""`setup` in [tool.git-alembic.drift]: its SQL is split, and runs on each new scratch database."""

from __future__ import annotations

from pathlib import Path

import pytest

from git_alembic.scratch.probe.engines.setup_sql_execution import split_statements
from tests.support.model_projects import ADD_EMAIL, DROP_EMAIL, EMAIL, ENV_PY, Modeled

NEEDS_ROW = ENV_PY.replace(
    "    context.configure",
    '    assert connection.exec_driver_sql("SELECT name FROM tenants").scalar() == "acme"\n'
    "    connection.commit()\n    context.configure",
    1,
)
SETUP = "CREATE TABLE tenants (name text); INSERT INTO tenants VALUES ('acme');"
INCLUDE = "target_metadata=Base.metadata, include_name=lambda name, kind, _: kind != 'table' or name != 'tenants'"


@pytest.mark.parametrize(
    ("text", "statements"),
    [
        ("", []),
        (" ; ;\n-- nothing\n; /* ; */", []),
        ("a; b", ["a", "b"]),
        ("VALUES (';', \"a;b\", `c;d`, 'it''s;')", ["VALUES (';', \"a;b\", `c;d`, 'it''s;')"]),
        ("CREATE FUNCTION f() AS $x$ a; b $x$; c - 1 / 2", ["CREATE FUNCTION f() AS $x$ a; b $x$", "c - 1 / 2"]),
        ("a -- b;\nc; d /* ; */ e", ["a -- b;\nc", "d /* ; */ e"]),
    ],
)
def test_split(text: str, statements: list[str]) -> None:
    assert list(split_statements(text)) == statements


@pytest.fixture
def project(tmp_path: Path) -> Modeled:
    return Modeled.empty(tmp_path / "work")


@pytest.mark.parametrize("url", ["sqlite:///app.db", "postgresql://app@localhost/app", "mysql://app@localhost/app"])
def test_every_new_database_has_it(project: Modeled, url: str) -> None:
    env_py = NEEDS_ROW.replace("target_metadata=Base.metadata", INCLUDE)
    project.start(url, env_py=env_py, settings=f'[tool.git-alembic.drift]\nsetup = "{SETUP}"\n')
    assert project.found() == []
    project.models(EMAIL)
    project.step("b", "a", ADD_EMAIL, DROP_EMAIL)
    assert project.found() == []
    assert project.found(command="roundtrip") == []
    assert project.found("--full") == []


def test_a_file(project: Modeled) -> None:
    env_py = NEEDS_ROW.replace("target_metadata=Base.metadata", INCLUDE)
    project.start(env_py=env_py, settings='[tool.git-alembic.drift]\nsetup = "scratch/setup.sql"\n')
    assert project.reason() == "`setup` in [tool.git-alembic.drift] is scratch/setup.sql, but that file does not exist"
    project.write("scratch/setup.sql", SETUP.replace("acme", "other"))
    project.git("add", ".")
    assert "AssertionError" in project.reason()
    project.write("scratch/setup.sql", SETUP)
    project.git("add", ".")
    assert project.found() == []


def test_a_statement_that_fails(project: Modeled) -> None:
    project.start(settings='[tool.git-alembic.drift]\nsetup = "CREATE nonsense"\n')
    reason = project.reason()
    assert reason.startswith("`setup` in [tool.git-alembic.drift] failed on the scratch database: ")
    assert reason.endswith(": CREATE nonsense")


def test_an_unknown_key(project: Modeled) -> None:
    project.start(settings='[tool.git-alembic.drift]\nset-up = "x"\n')
    assert '(did you mean "setup"?)' in project.reason().replace("'", '"')
