"""The SQL of the setting `setup`, from the setting itself or from a file."""

from __future__ import annotations

import pytest

from git_alembic.git import INDEX, Repository
from git_alembic.scratch.checkout import WORKING_TREE
from git_alembic.scratch.setup_sql_setting import SetupScript, read_setup
from tests.support.project import Project
from tests.support.refusal_message import refusal


@pytest.fixture
def shop(empty: Project) -> Project:
    """setup.sql has another text in the commit, in the index and in the working tree."""
    empty.write("db/setup.sql", "committed")
    empty.commit()
    empty.write("db/setup.sql", "staged")
    empty.git("add", "-A")
    empty.write("db/setup.sql", b"changed \xff")
    empty.write("untracked.sql", "untracked")
    return empty


def read(project: Project, source: str, setup: str | None) -> SetupScript:
    return read_setup(Repository(str(project.path)), source, setup)


@pytest.mark.parametrize(
    ("setup", "expected"),
    [
        (None, SetupScript()),
        ("", SetupScript()),
        ("CREATE SCHEMA x", SetupScript("CREATE SCHEMA x")),
        ("x;", SetupScript("x;")),
        ("f('x')", SetupScript("f('x')")),
    ],
)
def test_no_file(shop: Project, setup: str | None, expected: SetupScript) -> None:
    assert read(shop, INDEX, setup) == expected


@pytest.mark.parametrize("setup", ["db/setup.sql", " ./db//setup.sql\n"])
@pytest.mark.parametrize(
    ("source", "text"), [("HEAD", "committed"), (INDEX, "staged"), (WORKING_TREE, "changed \N{REPLACEMENT CHARACTER}")]
)
def test_file_of_the_tree(shop: Project, setup: str, source: str, text: str) -> None:
    assert read(shop, source, setup) == SetupScript(text, "db/setup.sql")


@pytest.mark.parametrize(
    ("source", "setup"), [(INDEX, "untracked.sql"), ("HEAD", "gone.sql"), (WORKING_TREE, "gone.sql"), (INDEX, "db")]
)
def test_missing_file(shop: Project, source: str, setup: str) -> None:
    assert refusal(lambda: read(shop, source, setup)) == (
        f"`setup` in [tool.git-alembic.drift] is {setup}, but that file does not exist"
    )
