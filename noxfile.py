"""Runs the tests on other interpreters, and with the oldest dependencies that are promised."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nox

HERE = Path(__file__).parent
INTERPRETERS = ("3.10", "3.11", "3.12", "3.13", "3.14")
OLDEST_PROJECT = "3.8"  # the oldest Python of a checked project; git-alembic itself needs a newer one
# `make test` has run everything on the interpreter that runs nox.
OTHERS = tuple(version for version in INTERPRETERS if version != "{}.{}".format(*sys.version_info))

nox.needs_version = ">=2025.2.9"
nox.options.sessions = ["unit", "lowest"]
nox.options.reuse_existing_virtualenvs = True
nox.options.error_on_missing_interpreters = False


def show_pyenv_all_its_pythons() -> None:
    """Select all versions of pyenv, because `python3.12` fails unless that version is selected."""
    if not shutil.which("pyenv") or "PYENV_VERSION" in os.environ:
        return
    listed = subprocess.run(["pyenv", "versions", "--bare"], check=True, capture_output=True, text=True).stdout.split()
    chosen = [name for name in reversed(listed) if name.rpartition(".")[0] in (*INTERPRETERS, OLDEST_PROJECT)]
    os.environ["PYENV_VERSION"] = ":".join([*chosen, "system"])


show_pyenv_all_its_pythons()


def pytest(session: nox.Session, *arguments: str, python: str = "python") -> None:
    flags = os.environ.get("PYTEST_FLAGS", "-n 2").split()
    command = (python, "-m", "pytest", *flags, *arguments, *session.posargs)
    session.run(*command, external=python != "python")


# Tests that depend on the interpreter. The other tests start a process for everything that they examine: git, Alembic,
# a server, a framework or git-alembic. They give the same result on every interpreter.
INTERPRETER_TESTS = (
    "audit", "commands/test_check.py", "commands/test_explain.py", "config", "database", "drawing",
    "environments/test_configured_environments.py", "environments/test_discovery.py", "findings", "fuzz", "history",
    "policy", "promises/test_other_systems.py", "report", "revisions", "rules", "scratch/probe/test_bytecode_cache.py",
    "setup/managers/test_pre_commit_config.py", "test_lazy_imports.py", "test_temporary_files.py",
)  # fmt: skip
NOT_OF_THE_INTERPRETER = (
    "--ignore=tests/report/test_sarif_schema.py",  # needs packages that only `dev` has
    "--ignore=tests/report/test_messages.py",  # contains one Python version's messages for syntax errors
)
EVERY_MODULE = """
import importlib, pkgutil, git_alembic
for module in pkgutil.walk_packages(git_alembic.__path__, "git_alembic."):
    if not module.name.endswith("__main__") and ".probe." not in module.name:
        importlib.import_module(module.name)
"""


@nox.session(python=OTHERS)
def unit(session: nox.Session) -> None:
    """Run the tests that depend on the interpreter, against the built wheel."""
    session.install(".[test]")
    session.run("python", "-c", EVERY_MODULE, silent=True)
    pytest(session, *NOT_OF_THE_INTERPRETER, *(f"tests/{name}" for name in INTERPRETER_TESTS))


@nox.session(python="3.10")
def lowest(session: nox.Session) -> None:
    """Run the tests with every dependency at its lower bound."""
    project = nox.project.load_toml("pyproject.toml")["project"]
    needed = [*project["dependencies"], *project["optional-dependencies"]["drift"]]
    bounds = [line.replace(">=", "==") for line in needed]
    session.install(".", *bounds, "pytest", "hypothesis", "pytest-xdist")
    pytest(session, *NOT_OF_THE_INTERPRETER, *(f"tests/{name}" for name in INTERPRETER_TESTS))


@nox.session(default=False)
def audit(session: nox.Session) -> None:
    """Check the dependencies for known vulnerabilities. Needs an index with advisories, and fails without one."""
    session.install(".", "pip-audit")
    session.run("pip-audit", "--strict")


# The tests of git's answers and of git's hooks, which is everything that another git can change.
GIT_TESTS = (
    "commands", "environments/test_layouts.py", "environments/test_config_and_revision_file_reader.py",
    "lost_revisions", "promises/test_bad_input.py", "promises/test_other_systems.py", "promises/test_read_only.py",
    "promises/test_static_promises.py",
)  # fmt: skip


@nox.session(python=False, default=False)
def old_git(session: nox.Session) -> None:
    """Run the tests of git with another git: GIT_ALEMBIC_TEST_GIT=/opt/git-2.25/bin/git."""
    if "GIT_ALEMBIC_TEST_GIT" not in os.environ:
        session.error("GIT_ALEMBIC_TEST_GIT has to be the path of a git")
    pytest(session, *(f"tests/{name}" for name in GIT_TESTS), python=sys.executable)


# (the oldest Python, Alembic and SQLAlchemy of checked projects, and the newest)
PROJECTS = (
    (OLDEST_PROJECT, ("alembic==1.9.4", "sqlalchemy==1.4.54")),
    ("3.10", ("alembic==1.13.3", "sqlalchemy==2.0.36")),
    ("3.13", ("alembic", "sqlalchemy")),
    ("3.14", ("alembic", "sqlalchemy")),
)
PROJECT_NEEDS = (
    "greenlet", "aiosqlite", "anyio", "Flask-Migrate", "Flask-SQLAlchemy", "python-dotenv",
    "psycopg2-binary", "psycopg[binary]", "asyncpg", "pg8000", "PyMySQL", "aiomysql",
)  # fmt: skip
# All forms of env.py, the guard on the catalog and on a server, each kind of scratch database, and every verdict.
PROJECT_TESTS = (
    "commands/test_drift.py", "commands/test_roundtrip.py", "engines/test_mysql_projects.py",
    "scratch/probe/guard/test_read_only_guard.py", "commands/test_real_servers.py",
)  # fmt: skip
# Drivers for which SQLAlchemy 1.4 has no dialect, and projects that need SQLAlchemy 2.0 or Python 3.9, or their
# messages.
NOT_ON_OLDEST = (
    "commands/test_real_servers.py::TestDrivers::test_synchronous[psycopg]",
    "commands/test_real_servers.py::TestDrivers::test_asynchronous[psycopg]",
    "commands/test_real_servers.py::TestUntriedServers::test_a_missing_driver[oracle-oracledb]",
    "commands/test_projects.py::test_project[drift/alembic_ini_that_the_project_writes]",
    "commands/test_projects.py::test_project[drift/postgresql_schema]",
    "commands/test_projects.py::test_project[drift/resources_of_a_namespace_package]",
    "commands/test_projects.py::test_project[drift/resources_of_an_installed_package]",
    "commands/test_projects.py::test_project[drift/transaction_that_env_py_never_commits]",
    "commands/test_projects.py::test_project[drift/url_of_a_variable_that_is_not_set]",
)

_ON_OTHERS = "each_cause and sqlite and (plain or flask) or follows or failing_downgrade"


@nox.session(python=False)
@nox.parametrize("number", range(len(PROJECTS)))
def projects(session: nox.Session, number: int) -> None:
    """Run the commands that run a project's code, on projects with other Pythons and libraries than our own."""
    version, packages = PROJECTS[number]
    python = shutil.which(f"python{version}")
    if python is None:
        session.skip(f"there is no Python {version}")
    folder = Path(session.create_tmp()).resolve() / f"project-{version}"
    ready, needed = folder / "ready", (*packages, *PROJECT_NEEDS)
    if not ready.exists() or ready.read_text() != "\n".join(needed):
        session.run(python, "-m", "venv", "--clear", str(folder), external=True)
        session.run(str(folder / "bin" / "python"), "-m", "pip", "install", "-qq", *needed, external=True)
        ready.write_text("\n".join(needed))
    os.environ["PROJECT_PYTHON"] = str(folder / "bin" / "python")
    skipped = NOT_ON_OLDEST if version == OLDEST_PROJECT else ()
    without = [f"--deselect=tests/{name}" for name in skipped]
    pytest(session, *(f"tests/{name}" for name in PROJECT_TESTS), *without, python=sys.executable)
    pytest(session, "tests/commands/test_projects.py", "-k", "drift or roundtrip", *without, python=sys.executable)
    # Some tests of doctor and sync stand for the others: each cause, and its repair.
    moved = ("tests/commands/test_doctor.py", "tests/commands/test_sync.py")
    pytest(session, *moved, "-k", _ON_OTHERS, python=sys.executable)
