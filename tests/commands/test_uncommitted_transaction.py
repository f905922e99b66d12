"""env.py begins a transaction before `context.configure` and never commits it. doctor and sync report it."""

from __future__ import annotations

import pytest

from tests.support.database_projects import (
    PLAIN,
    DatabaseProject,
)

CONFIGURE = "    context.configure(connection=connection"
AUTOCOMMIT = "isolation_level='AUTOCOMMIT'"
STATEMENT = "    connection.exec_driver_sql('SELECT 1')\n"
# The code of env.py before and after, for each kind of database.
LOST = {
    "a statement": STATEMENT + CONFIGURE,
    "begin": "    connection.begin()\n" + CONFIGURE,
    "a commit that comes too early": "    connection.begin()\n    connection.commit()\n" + STATEMENT + CONFIGURE,
}
KEPT = {
    "nothing": CONFIGURE,
    "a commit before": STATEMENT + "    connection.commit()\n" + CONFIGURE,
    "autocommit": "    connection = connection.execution_options(isolation_level='AUTOCOMMIT')\n"
    + STATEMENT
    + CONFIGURE,
}


def _env_py(app: DatabaseProject, code: str, end: str = "", *, template: str = PLAIN) -> int:
    """Replace `context.configure(` with code. Return the line of its first new statement."""
    text = template.replace("{options}", "").replace(CONFIGURE, code) + end
    app.project.write("migrations/env.py", text)
    app.project.commit("env.py")
    return text[: text.index(code)].count("\n") + 1


@pytest.mark.parametrize("name", LOST)
def test_doctor_names_the_line_and_no_other_repair(app: DatabaseProject, name: str) -> None:
    line = _env_py(app, LOST[name]) + (2 if "early" in name else 0)
    app.at("c3", [])
    (cause,) = app.doctor()["causes"]
    assert (cause["cause"], cause["severity"], cause["fixes"], cause["alternatives"]) == (
        "uncommitted-transaction",
        "error",
        [],
        [],
    )
    assert cause["message"].startswith(f"migrations/env.py:{line} begins a transaction before context.configure and")
    assert cause["evidence"][0] == "the version table alembic_version contains no revisions"
    assert any("connection.commit()" in text for text in cause["evidence"])


@pytest.mark.parametrize("name", LOST)
def test_sync_fails(app: DatabaseProject, name: str) -> None:
    line = _env_py(app, LOST[name]) + (2 if "early" in name else 0)
    mark = app.database.mark()
    for _ in range(2):
        done = app.project.run("sync", "--yes", env=app.variables())
        assert done.returncode == 1, done.stdout + done.stderr
        assert f"alembic.ini: migrations/env.py:{line} begins a transaction" in done.stdout
        assert app.database.unchanged(mark)


@pytest.mark.parametrize("name", KEPT)
def test_a_committed_transaction_is_not_a_cause(app: DatabaseProject, name: str) -> None:
    _env_py(app, KEPT[name])
    assert app.causes(app.doctor()) == ["behind"]
    done = app.project.run("sync", "--yes", env=app.variables())
    assert (done.returncode, app.rows()) == (0, ["c3"]), done.stdout + done.stderr
    assert app.causes(app.doctor()) == ["up-to-date"]


def test_a_commit_by_env_py_after_the_run_is_enough(app: DatabaseProject) -> None:
    _env_py(app, STATEMENT + CONFIGURE, "    connection.commit()\n")
    assert app.causes(app.doctor()) == ["behind"]
    assert app.project.run("sync", "--yes", env=app.variables()).returncode == 0
    assert app.rows() == ["c3"]


def test_engine_begin_commits(app: DatabaseProject) -> None:
    _env_py(app, CONFIGURE, template=PLAIN.replace("engine.connect()", "engine.begin()"))
    assert app.causes(app.doctor()) == ["behind"]
