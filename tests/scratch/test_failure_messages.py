"""The sentence about each failure of the project's code."""

from __future__ import annotations

import sys
from dataclasses import replace
from sysconfig import get_platform

import pytest

from git_alembic.scratch.failure_messages import explain_both, explain_failure
from git_alembic.scratch.interpreter.project_python import Interpreter
from git_alembic.scratch.scratch_result import Failure

LOCAL = Interpreter("/p/python", "the first on PATH")
REMOTE = Interpreter("docker exec app python", "`python` in [tool.git-alembic]", ("docker", "exec", "app", "python"))
PLAIN = Failure("other", "upgrade", "ValueError", "no")


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (PLAIN, "running the revisions failed: ValueError: no"),
        (replace(PLAIN, revision="b"), "revision 'b' failed: ValueError: no"),
        (replace(PLAIN, revision="b", path="v/b.py", line=7), "revision 'b' failed at v/b.py:7: ValueError: no"),
        (replace(PLAIN, stage="environment"), "env.py failed: ValueError: no"),
        (replace(PLAIN, stage="create"), "creating the models' tables failed: ValueError: no"),
        (replace(PLAIN, stage="stamp"), "stamping failed: ValueError: no"),
        (replace(PLAIN, stage="compare"), "autogenerate failed: ValueError: no"),
        (replace(PLAIN, stage="fill"), "creating the schema on a scratch database failed: ValueError: no"),
        (replace(PLAIN, stage="remake"), "creating the models' tables a second time failed: ValueError: no"),
        (
            replace(PLAIN, unset=("A",)),
            (
                "running the revisions failed: ValueError: no (the project's code reads A, which is not "
                "set; to set it for the scratch database, add to pyproject.toml: [tool.git-alembic.drift] "
                'env = { A = "…" })'
            ),
        ),
        (
            replace(PLAIN, unset=("A", "B")),
            (
                "running the revisions failed: ValueError: no (the project's code reads A and B, which are "
                "not set; to set them for the scratch database, add to pyproject.toml: "
                '[tool.git-alembic.drift] env = { A = "…", B = "…" })'
            ),
        ),
        (replace(PLAIN, kind="exit", message=""), "running the revisions failed: it ended the process (exit)"),
        (replace(PLAIN, kind="exit", message="3"), "running the revisions failed: it ended the process (3)"),
        (
            replace(PLAIN, kind="url", unset=("A",)),
            (
                "running the revisions failed: this environment has no alembic.ini, so sqlalchemy.url is not set (the "
                "project's code reads A, which is not set; to set it for the scratch database, add to pyproject.toml: "
                '[tool.git-alembic.drift] env = { A = "…" }); choose a scratch database in pyproject.toml: '
                '[tool.git-alembic.drift] database = "sqlite", "embedded-postgresql" or the URL of a server'
            ),
        ),
        (
            replace(PLAIN, kind="module", name="shop"),
            (
                "running the revisions failed: /p/python (the first on PATH) has no module shop; install "
                "it there, or set `python` in [tool.git-alembic] to the interpreter that has the project's "
                "packages"
            ),
        ),
        (
            replace(
                PLAIN, kind="application", message="While importing 'shop', an ImportError was raised: x KeyError: 'y'"
            ),
            "importing the Flask application shop failed: KeyError: 'y'",
        ),
        (
            replace(PLAIN, kind="application", message="No such app.", name="app.py"),
            (
                "the Flask application was not found: No such app. Set FLASK_APP, or set it for the "
                "scratch database in pyproject.toml: [tool.git-alembic.drift] env = { FLASK_APP = "
                '"app.py" }'
            ),
        ),
        (
            replace(PLAIN, kind="application", message="No such app."),
            (
                "the Flask application was not found: No such app. Set FLASK_APP, or set it for the "
                'scratch database in pyproject.toml: [tool.git-alembic.drift] env = { FLASK_APP = "…" }'
            ),
        ),
        (
            replace(PLAIN, kind="uncommitted", path="m/env.py", line=9),
            (
                "m/env.py:9 begins a transaction before context.configure and never commits it, so "
                "everything `alembic upgrade` does is rolled back when the connection closes. Call "
                "`connection.commit()` after that statement"
            ),
        ),
        (
            replace(PLAIN, kind="uncommitted"),
            (
                "env.py begins a transaction before context.configure and never commits it, so everything "
                "`alembic upgrade` does is rolled back when the connection closes. Call "
                "`connection.commit()` after that statement"
            ),
        ),
        (
            replace(PLAIN, kind="setup", name="line 1: x"),
            "`setup` in [tool.git-alembic.drift] failed on the scratch database: line 1: x",
        ),
        (
            replace(PLAIN, kind="server", name="refused"),
            "could not create a scratch database on the server set as `database` in [tool.git-alembic.drift]: refused",
        ),
        (
            replace(PLAIN, kind="dialect", name="oracle"),
            (
                "git-alembic cannot emulate oracle; set a server where it may create scratch databases: "
                '[tool.git-alembic.drift] database = "…"'
            ),
        ),
        (
            replace(PLAIN, kind="dialect", name="postgresql"),
            (
                "a PostgreSQL scratch database needs PostgreSQL's parser, which is not installed. Install "
                f"git-alembic with the `drift` extra: {sys.executable} -m pip install 'postgast>=0.2'. In a "
                'hook: `additional_dependencies: ["postgast>=0.2"]`. If there is no wheel for '
                f'{get_platform()}, set database = "embedded-postgresql" in [tool.git-alembic.drift]'
            ),
        ),
        # by the type of the exception
        (
            replace(PLAIN, type="NoDatabase", kind="module"),
            (
                "env.py ran no migrations on the empty scratch database: create what it iterates over (a "
                "tenant's schema, a row) with `setup` in [tool.git-alembic.drift], or select the other "
                "environments with --environment"
            ),
        ),
        (
            replace(PLAIN, type="NoFlaskMigrate"),
            (
                "Flask-Migrate is not initialized on the Flask application that was found: set FLASK_APP "
                "to a module that calls Migrate(app, db) on it, in the environment or in pyproject.toml: "
                '[tool.git-alembic.drift] env = { FLASK_APP = "…" }'
            ),
        ),
        (
            replace(PLAIN, type="UnreachableException"),
            (
                "running the revisions failed: UnreachableException: no: alembic_utils creates an entity "
                "in the database to compare it, and this scratch database does not print definitions the "
                'way PostgreSQL does; in [tool.git-alembic.drift], set database = "embedded-postgresql" '
                "or the URL of a server"
            ),
        ),
    ],
)
def test_sentence(failure: Failure, expected: str) -> None:
    assert explain_failure(failure, LOCAL) == expected


@pytest.mark.parametrize(("python", "where"), [(LOCAL, ""), (REMOTE, " where docker exec app python runs")])
def test_a_missing_variable_is_set_where_python_runs(python: Interpreter, where: str) -> None:
    assert explain_failure(replace(PLAIN, kind="variable", name="URL"), python) == (
        "running the revisions failed: the project's settings need the environment variable URL; "
        f"set it{where}, or set it for the scratch database in pyproject.toml: "
        '[tool.git-alembic.drift] env = { URL = "…" }'
    )


def test_a_missing_parser_behind_a_command() -> None:
    assert explain_failure(replace(PLAIN, kind="dialect", name="postgresql"), REMOTE) == (
        "a PostgreSQL scratch database needs PostgreSQL's parser, which is not installed where the "
        "command runs, and git-alembic's copy does not work on that system: docker exec app python "
        "-m pip install 'postgast>=0.2', or set `database` in [tool.git-alembic.drift] to the URL "
        "of a server that the command can reach"
    )


def test_both_ways_failed() -> None:
    other = replace(PLAIN, message="other")
    assert explain_both(None, PLAIN, LOCAL) == explain_both(PLAIN, PLAIN, LOCAL) == explain_failure(PLAIN, LOCAL)
    assert explain_both(other, PLAIN, LOCAL) == (
        "running the revisions failed: ValueError: other; and the full history can't be run on an empty database "
        "either: running the revisions failed: ValueError: no"
    )
