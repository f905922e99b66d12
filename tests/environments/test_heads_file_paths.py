"""The place of an environment's file with the heads."""

from __future__ import annotations

import pytest

from git_alembic.config.settings import EnvironmentSettings, Settings
from git_alembic.environments.environment import Environment
from git_alembic.environments.heads_file_paths import with_heads_files
from git_alembic.errors import CannotCheck

ONE = Environment("one", "db/one", ("db/one/versions", "more"))
TWO = Environment("two", "db/two", ("db/two/versions",))
TOP = Environment("top", "", ("versions",))
SHARED = Environment("shared", "db/one", ("other",))
BARE = Environment("bare", "db/one", ())


def entry(name: str, value: bool | None) -> EnvironmentSettings:
    return EnvironmentSettings(name, config="alembic.ini", heads_file=value)


@pytest.mark.parametrize(
    ("environments", "settings", "paths"),
    [
        ([ONE, TWO, TOP], Settings(), ["", "", ""]),
        ([ONE, TWO, TOP], Settings(heads_file=True), ["db/one/heads.txt", "db/two/heads.txt", "heads.txt"]),
        ([ONE, SHARED], Settings(heads_file=True), ["db/one/versions/heads.txt", "other/heads.txt"]),
        ([BARE, SHARED], Settings(heads_file=True), ["db/one/heads.txt", "other/heads.txt"]),
        ([ONE, TWO], Settings(environments=(entry("one", None), entry("two", True))), ["", "db/two/heads.txt"]),
        ([ONE, TWO], Settings(environments=(entry("one", None), entry("two", False))), ["", ""]),
        (
            [ONE, TWO],
            Settings(heads_file=True, environments=(entry("one", None), entry("two", False))),
            ["db/one/heads.txt", ""],
        ),
    ],
)
def test_paths(environments: list[Environment], settings: Settings, paths: list[str]) -> None:
    found = with_heads_files(environments, settings)
    assert [environment.heads_file_path for environment in found] == paths
    assert [environment._replace(heads_file_path="") for environment in found] == environments


def test_two_environments_never_share_a_file() -> None:
    same = ONE._replace(name="same", versions=("db/one/versions",))
    with pytest.raises(CannotCheck, match=r"one and same would both write their heads to db/one/versions/heads\.txt"):
        with_heads_files([ONE, same], Settings(heads_file=True))
