"""The projects of `alembic init --template pyproject`: pyproject.toml has the scripts, alembic.ini the URL."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.model_projects import ADD_EMAIL, DROP_EMAIL, EMAIL, Modeled


@pytest.fixture(params=["pyproject", "pyproject_async"])
def project(request: pytest.FixtureRequest, empty: Modeled) -> Modeled:
    """The template in the folder `backend`, with models and one revision."""
    made = Modeled(empty.path)
    made.write("backend/app/__init__.py", "")
    made.models()
    made.git("mv", "app/models.py", "backend/app/models.py")
    folder = made.path / "backend"
    done = made.python("-c", f"import os; os.chdir({str(folder)!r}); from alembic.config import main; "
                             f"main(['init', '--template', {request.param!r}, 'migrations'])")  # fmt: skip
    assert done.returncode == 0, done.stderr
    _replace(
        folder / "migrations/env.py",
        "target_metadata = None",
        "from app.models import Base\ntarget_metadata = Base.metadata",
    )
    driver = "sqlite+aiosqlite" if request.param.endswith("async") else "sqlite"
    _replace(folder / "alembic.ini", "driver://user:pass@localhost/dbname", f"{driver}:///app.db")
    made.write(".gitignore", "*.db\n__pycache__/\n")
    _revision(made, "a", None, 'op.create_table("users", sa.Column("id", sa.Integer, primary_key=True), '
                               'sa.Column("name", sa.String(50)))', 'op.drop_table("users")')  # fmt: skip
    made.commit("start")
    return made


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def _revision(project: Modeled, id_: str, down: str | None, up: str, back: str) -> None:
    path = project.path / project.step(id_, down, up, back, stage=False)
    path.rename(project.path / "backend/migrations/versions" / path.name)
    project.git("add", "-A")


def test_drift_and_roundtrip(project: Modeled) -> None:
    _replace(project.path / "backend/app/models.py", "    name =", f"{EMAIL}    name =")
    project.git("add", "-A")
    assert project.found() == [("error", "model-drift")]
    _revision(project, "b", "a", ADD_EMAIL, DROP_EMAIL)
    assert project.found() == []
    assert project.found(command="roundtrip") == []


def test_doctor_and_sync(project: Modeled) -> None:
    _revision(project, "b", "a", ADD_EMAIL, DROP_EMAIL)
    project.commit("b")
    done = project.run("doctor", env={"COLUMNS": "400"})
    assert "sqlalchemy.url in backend/alembic.ini" in done.stdout
    assert "behind: the database is empty" in done.stdout
    assert project.run("sync", "--yes").returncode == 0
    with closing(sqlite3.connect(project.path / "backend/app.db")) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("b",)]
