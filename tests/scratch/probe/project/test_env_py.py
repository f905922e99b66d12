"""env.py in every common style: drift finds a change of the models, and is silent with its revision."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.model_projects import CREATE, EMAIL, ENV_PY, INI, MODELS, PYTHON, REVISION, Modeled

SECTION = 'context.config.get_section(context.config.config_ini_section), prefix="sqlalchemy."'
WITHOUT_INI = ENV_PY.replace(SECTION, '{"url": "sqlite://"}, prefix=""')
READS_INI = ENV_PY.replace(
    "\n\nengine", "\nfrom logging.config import fileConfig\n\nfileConfig(context.config.config_file_name)\nengine"
)
COLUMN = 'op.add_column("users", sa.Column("email", sa.String(100)))'
ASYNCHRONOUS = """import asyncio

from alembic import context
from sqlalchemy import pool
from sqlalchemy.ext.asyncio import async_engine_from_config

from app.models import Base


def migrate(connection):
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()


async def main():
    section = context.config.get_section(context.config.config_ini_section)
    engine = async_engine_from_config(section, prefix="sqlalchemy.", poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


asyncio.run(main())
"""
OPTIONS = """from alembic import context
from sqlalchemy import create_engine

from app.models import Base


def include_object(object, name, type_, reflected, compare_to):
    return name != "age"


def process_revision_directives(context, revision, directives):
    if directives[0].upgrade_ops.is_empty():
        directives[:] = []


engine = create_engine("sqlite:///app.db", connect_args={"timeout": 3}, pool_pre_ping=True, echo=False)
with engine.begin() as connection:
    context.configure(
        connection=connection,
        target_metadata=[Base.metadata],
        version_table="versions_of_app",
        render_as_batch=True,
        compare_type=True,
        compare_server_default=True,
        include_object=include_object,
        process_revision_directives=process_revision_directives,
    )
    with context.begin_transaction():
        context.run_migrations()
"""
FACTORY = """from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class User(db.Model):
    __tablename__ = "users"
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(50))
{columns}

def create_app():
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///app.db"
    db.init_app(app)
    Migrate(app, db)
    return app
"""


@pytest.fixture
def project(tmp_path: Path) -> Modeled:
    found = Modeled(tmp_path / "work")
    found.path.mkdir()
    found.init()
    return found


def asynchronous(project: Modeled) -> Callable[[str], None]:
    project.start("sqlite+aiosqlite:///app.db", ASYNCHRONOUS)
    return project.models


def in_a_worker_thread(project: Modeled) -> Callable[[str], None]:
    """A server runs Alembic in its own thread, and env.py uses the server's event loop."""
    main = "import anyio.from_thread\n\nanyio.from_thread.run(main)"
    project.start("sqlite+aiosqlite:///app.db", ASYNCHRONOUS.replace("asyncio.run(main())", main))
    return project.models


def options(project: Modeled) -> Callable[[str], None]:
    project.start(env_py=OPTIONS)
    return lambda columns: project.models(columns + "    age = Column(Integer)\n")


def connection_in_attributes(project: Modeled) -> Callable[[str], None]:
    """Programs that run Alembic themselves pass a connection to env.py. Otherwise env.py makes one."""
    given = 'connection = context.config.attributes.get("connection") or engine.connect()\nif True:'
    env_py = ENV_PY.replace("with engine.connect() as connection:", given)
    project.start(env_py=env_py)
    return project.models


def reads_the_command(project: Modeled) -> Callable[[str], None]:
    """env.py reads Alembic's current command, and an option of that command."""
    options = "options = context.config.cmd_opts\n"
    check = "assert options.cmd[0].__name__ == 'revision' and options.rev_id is None\n"
    project.start(env_py=ENV_PY.replace("with engine", f"{options}{check}with engine"))
    return project.models


def in_pyproject(project: Modeled) -> Callable[[str], None]:
    project.start(env_py=WITHOUT_INI)
    project.git("rm", "-q", "alembic.ini")
    text = (project.path / "pyproject.toml").read_text(encoding="utf-8")
    alembic = '[tool.alembic]\nscript_location = "%(here)s/migrations"\nprepend_sys_path = ["."]\n'
    project.write("pyproject.toml", f"{text}\n{alembic}")
    project.commit("no ini")
    return project.models


def configured_in_code(project: Modeled) -> Callable[[str], None]:
    """There is no configuration file. The environment is found by the content of its folder."""
    project.start(env_py=WITHOUT_INI)
    project.git("rm", "-q", "alembic.ini")
    project.commit("no ini")
    return project.models


def configured_by_its_own_commands(project: Modeled) -> Callable[[str], None]:
    """The repository has no ini. env.py reads the file, with its URL, that the project's commands write."""
    project.start(env_py=READS_INI)
    project.git("rm", "-q", "alembic.ini")
    project.commit("no ini")
    project.git("config", "alembic.drift.database", "sqlite")
    return project.models


def in_a_package(project: Modeled) -> Callable[[str], None]:
    project.start()
    project.git("mv", "migrations", "app/migrations")
    project.write("app/migrations/__init__.py", "")
    ini = INI.format(url="sqlite:///app.db").replace("script_location = migrations", "script_location = app:migrations")
    project.write("alembic.ini", ini)
    project.commit("package:dir")
    return project.models


def below_a_folder(project: Modeled) -> Callable[[str], None]:
    """A service of a monorepo whose commands run in its own folder."""
    project.start()
    for name in ("alembic.ini", "migrations", "app"):
        (project.path / "services/billing").mkdir(parents=True, exist_ok=True)
        project.git("mv", name, f"services/billing/{name}")
    project.commit("a monorepo")

    def change(columns: str) -> None:
        project.write("services/billing/app/models.py", MODELS.format(columns=columns))
        project.git("add", "-A")

    return change


def two_databases(project: Modeled) -> Callable[[str], None]:
    """One env.py for two databases, like Alembic's multidb template."""
    loop = ENV_PY.replace(
        f"engine = engine_from_config({SECTION})\n",
        "from sqlalchemy import create_engine\n",
    )
    head, body = loop.split("with engine", 1)
    inner = "\n".join(f"    {line}" for line in f"with create_engine(url){body}".splitlines())
    inner = inner.replace(
        "target_metadata=", "upgrade_token=f'{name}_up', downgrade_token=f'{name}_down', target_metadata="
    )
    inner = inner.replace(".run_migrations()", ".run_migrations(engine_name=name)")
    env_py = f'{head}for name, url in (("one", "sqlite:///one.db"), ("two", "sqlite:///two.db")):\n{inner}\n'
    project.start(env_py=env_py)
    text = REVISION.format(id="a", down=None, up=CREATE.strip(), down_body='op.drop_table("users")')
    project.write("migrations/versions/a_x.py", text.replace("grade()", "grade(engine_name)"))
    project.commit("multidb")
    return project.models


STYLES = {
    style.__name__: style
    for style in (
        asynchronous,
        in_a_worker_thread,
        options,
        connection_in_attributes,
        in_pyproject,
        configured_in_code,
        configured_by_its_own_commands,
        reads_the_command,
        in_a_package,
        below_a_folder,
        two_databases,
    )
}


@pytest.mark.parametrize("style", sorted(STYLES))
def test_each_style(project: Modeled, style: str) -> None:
    change = STYLES[style](project)
    change(EMAIL)
    findings = project.check(command="drift")["findings"]
    assert [finding["rule"] for finding in findings] == ["model-drift"]
    folder = next(project.path.glob("**/a_x.py")).parent.relative_to(project.path).as_posix()
    text = REVISION.format(id="b", down="a", up=COLUMN, down_body='op.drop_column("users", "email")')
    if style == "two_databases":
        text = text.replace("grade()", "grade(engine_name)")
    project.git("add", project.write(f"{folder}/b_x.py", text))
    assert project.found() == []
    assert project.found(command="roundtrip") == []
    assert project.left() == []


def test_two_sections(project: Modeled) -> None:
    project.start()
    ini = INI.format(url="sqlite:///app.db")
    project.write("alembic.ini", f"{ini}\n{ini.replace('[alembic]', '[other]').replace('migrations', 'more')}")
    for path in ("env.py", "versions/a_x.py"):
        project.write(f"more/{path}", (project.path / "migrations" / path).read_text(encoding="utf-8"))
    project.commit("two sections")
    project.models(EMAIL)
    findings = project.check(command="drift")["findings"]
    assert [(finding["environment"], finding["rule"], finding["fixes"][1]["command"][:4]) for finding in findings] == [
        ("alembic.ini", "model-drift", ["alembic", "revision", "--autogenerate", "-m"]),
        ("alembic.ini:other", "model-drift", ["alembic", "-n", "other", "revision"]),
    ]
    answer = project.check("--environment", "alembic.ini:other", command="drift")
    assert [finding["environment"] for finding in answer["findings"]] == ["alembic.ini:other"]


@pytest.mark.parametrize("app", ["FLASK_APP", "flaskenv", "app.py"])
def test_flask_migrate(project: Modeled, app: str) -> None:
    """Flask-Migrate made the project, and the application is found like in `flask`."""
    module = "app" if app == "app.py" else "shop"
    settings = '[tool.git-alembic.drift]\nenv = { FLASK_APP = "shop:create_app" }\n' if app == "FLASK_APP" else ""
    project.write("pyproject.toml", f"[tool.git-alembic]\npython = {json.dumps(PYTHON)}\n{settings}")
    if app == "flaskenv":
        project.write(".flaskenv", "FLASK_APP=shop\n")
    project.write(f"{module}.py", FACTORY.format(columns=""))
    made = f"""
import sys
sys.path.insert(0, ".")
from {module} import create_app
from flask_migrate import init
with create_app().app_context():
    init()
"""
    done = project.python("-c", made)
    assert done.returncode == 0, done.stderr
    project.step("a", None, CREATE.strip(), 'op.drop_table("users")')
    project.commit("start")
    project.write(f"{module}.py", FACTORY.format(columns="    email = db.Column(db.String(100))\n"))
    project.git("add", "-A")
    (finding,) = project.check(command="drift")["findings"]
    assert (finding["rule"], finding["path"]) == ("model-drift", f"{module}.py")
    assert finding["fixes"][1]["command"] == ["flask", "db", "migrate", "-m", "describe the change"]
    project.step("b", "a", COLUMN, 'op.drop_column("users", "email")')
    assert project.found() == []
    assert project.found(command="roundtrip") == []


def test_a_url_that_no_configuration_sets(project: Modeled) -> None:
    configured_by_its_own_commands(project)
    project.git("config", "--unset", "alembic.drift.database")
    reason = project.reason()
    assert "this environment has no alembic.ini, so sqlalchemy.url is not set" in reason
    assert 'database = "sqlite"' in reason
