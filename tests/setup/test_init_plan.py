"""The staged environments, and the report about them."""

from __future__ import annotations

import pytest

from git_alembic.git import Repository
from git_alembic.setup.init_plan import describe_environments, find_environments
from tests.support.literal_changes import History, snapshot
from tests.support.project import Project
from tests.support.refusal_message import refusal

MANY = {"a": "", **dict.fromkeys("bcdefg", "a")}


@pytest.mark.parametrize(
    ("history", "line"),
    [
        ({}, "0 revisions"),
        ({"a": ""}, "1 revision, head 'a'"),
        ({"a": "", "b": "a", "c": "a"}, "3 revisions, heads 'b', 'c'"),
        ({"a": "", **dict.fromkeys("bcde", "a")}, "5 revisions, heads 'b', 'c', 'd', 'e'"),
        ({"a": "", **dict.fromkeys("bcdefghij", "a")}, "10 revisions, heads 'b', 'c', 'd', 'e' and 5 more"),
        (MANY, "7 revisions, heads 'b', 'c', 'd', 'e' and 2 more"),
    ],
)
def test_a_line_for_each_environment(history: History, line: str) -> None:
    found = snapshot(history)
    assert describe_environments([found]) == f"git-alembic found 1 environment:\n  alembic.ini (migrations): {line}"
    plain = found._replace(environment=found.environment._replace(name="migrations"))
    assert describe_environments([found, plain]) == (
        f"git-alembic found 2 environments:\n  alembic.ini (migrations): {line}\n  migrations: {line}"
    )


def test_only_staged_environments_count(project: Project) -> None:
    project.revision("c", "b")
    assert [each.graph.heads for each in find_environments(Repository(str(project.path)))] == [("b",)]
    project.git("add", "-A")
    assert [each.graph.heads for each in find_environments(Repository(str(project.path)))] == [("c",)]


def test_none(empty: Project) -> None:
    empty.revision("a")
    assert refusal(lambda: find_environments(Repository(str(empty.path)))) == (
        "no Alembic environment is staged or committed here, so nothing was written; `git add` one, or add it to "
        "`environments` in [tool.git-alembic]"
    )
