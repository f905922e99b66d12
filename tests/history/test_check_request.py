"""Whether what differs between trees can matter."""

from __future__ import annotations

import pytest

from git_alembic.git import Entry
from git_alembic.history.check_request import CheckRequest, RequestDiffs

REQUEST = CheckRequest("commit", "staged", (("HEAD", "parent"),))


def diff(*paths: str) -> list[Entry]:
    return [Entry(path, "100644", "100644", "old", "new") for path in paths]


@pytest.mark.parametrize(
    ("diffs", "expected"),
    [
        (RequestDiffs([diff("README.md")], []), False),
        (RequestDiffs([diff("README.md", "app/versions/a.py")], []), True),
        (RequestDiffs([[], diff("alembic.ini")], []), True),
        (RequestDiffs([[]], [diff("app/versions/a.py")]), True),
        (RequestDiffs([], []), False),
    ],
)
def test_a_difference_of_any_tree_can_matter(diffs: RequestDiffs, expected: bool) -> None:
    assert diffs.touch(REQUEST) is expected


@pytest.mark.parametrize("request_", [REQUEST._replace(whole=True), REQUEST._replace(parents=())])
def test_a_whole_tree_always_matters(request_: CheckRequest) -> None:
    assert RequestDiffs([], []).touch(request_)


@pytest.mark.parametrize(
    ("diffs", "expected"),
    [
        (RequestDiffs([diff("a.py"), diff("a.py", "pyproject.toml")], []), True),
        (RequestDiffs([diff("app/pyproject.toml")], []), False),
        (RequestDiffs([[]], [diff("pyproject.toml")]), False),
    ],
)
def test_settings_change_with_those_of_a_parent(diffs: RequestDiffs, expected: bool) -> None:
    assert diffs.change_settings is expected
