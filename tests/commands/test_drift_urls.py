"""drift on projects that name their database after their folder, or differently in each run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.model_projects import ADD_EMAIL, DROP_EMAIL, EMAIL, ENV_PY, Modeled

DRIFT = ("error", "model-drift")
URLS = {
    "the folder's path": "import pathlib\nURL = f'sqlite:///{pathlib.Path(__file__).resolve().parents[1]}/x.db'\n",
    "a URI": "import pathlib\nURL = f'sqlite:///file:{pathlib.Path(__file__).resolve().parents[1]}/x.db?uri=true'\n",
    "the folder's name": "import pathlib\nURL = f'sqlite:///{pathlib.Path(__file__).resolve().parents[1].name}.db'\n",
    "the working directory": "import os\nURL = f'sqlite:///{os.getcwd()}/x.db'\n",
    "a UUID": "import uuid\nURL = f'sqlite:///{uuid.uuid4()}.db'\n",
    "a short random name": "import secrets\nURL = f'sqlite:///{secrets.token_hex(2)}.db'\n",
    "a temporary folder": "import tempfile\nURL = f'sqlite:///{tempfile.mkdtemp()}/x.db'\n",
    "the process": "import os\nURL = f'sqlite:///{os.getpid()}.db'\n",
    "the branch": (
        "import subprocess\n"
        "branch = subprocess.check_output(['git', 'rev-parse', '--abbrev-ref', 'HEAD'], text=True).strip()\n"
        "URL = f'sqlite:///{branch}.db'\n"
    ),
}


def named_by(code: str) -> str:
    line = "context.config.set_main_option('sqlalchemy.url', URL)\n"
    return code + ENV_PY.replace("engine = ", f"{line}engine = ")


@pytest.fixture
def start(tmp_path: Path) -> Callable[[str], Modeled]:
    def made(env_py: str) -> Modeled:
        project = Modeled(tmp_path / "work")
        project.path.mkdir()
        project.init()
        return project.start(env_py=env_py)

    return made


@pytest.mark.parametrize("name", URLS)
def test_both_trees_mean_one_database(start: Callable[[str], Modeled], name: str) -> None:
    project = start(named_by(URLS[name]))
    project.models(EMAIL)
    answer = project.check(command="drift")
    assert [finding["rule"] for finding in answer["findings"]] == ["model-drift"]
    assert len(answer["findings"][0]["message"].split()) > 0
    assert "create_table" not in project.run("drift").stdout
    project.step("b", "a", ADD_EMAIL, DROP_EMAIL)
    assert project.found() == []
    assert project.found(command="roundtrip") == []


def test_a_database_with_a_new_name_is_the_same(start: Callable[[str], Modeled]) -> None:
    project = start(ENV_PY)
    project.write("alembic.ini", (project.path / "alembic.ini").read_text().replace("app.db", "other.db"))
    project.git("add", ".")
    assert project.found() == []


TWO = """from alembic import context
from sqlalchemy import create_engine

from app.models import Base

for url in {urls}:
    with create_engine(url).connect() as connection:
        context.configure(connection=connection, target_metadata=Base.metadata)
        with context.begin_transaction():
            context.run_migrations()
"""


def test_a_new_database_before_the_known_one(start: Callable[[str], Modeled]) -> None:
    """The new database starts empty, and the known one isn't confused with it."""
    project = start(TWO.format(urls=["sqlite:///app.db"]))
    project.write("migrations/env.py", TWO.format(urls=["sqlite:///new.db", "sqlite:///app.db"]))
    project.models(EMAIL)
    project.step("b", "a", ADD_EMAIL, DROP_EMAIL)
    project.git("add", ".")
    answer = project.check(command="drift")
    assert answer["verdict"] in ("findings", "clean"), answer["reason"]
    assert "duplicate column" not in str(answer)


def test_a_table_that_leaves_the_models(start: Callable[[str], Modeled]) -> None:
    project = start(named_by(URLS["the folder's path"]))
    models = (project.path / "app/models.py").read_text()
    project.write("app/models.py", models[: models.index("class User")])
    project.git("add", ".")
    assert project.found() == [DRIFT]
    assert "op.drop_table('users')" in project.run("drift").stdout
