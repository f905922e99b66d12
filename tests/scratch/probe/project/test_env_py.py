"""The paths of an environment, completed in a tree, and the alembic.ini that is made for a project without one."""

from __future__ import annotations

from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest

from git_alembic.scratch.probe.project.env_py import lacks_url, with_config, with_full_paths

GIVEN: dict[str, Any] = {
    "config": "s/alembic.ini",
    "toml": "s/pyproject.toml",
    "section": "two",
    "script_location": "s/../m",
    "version_locations": ["m/a", "b"],
    "versions": ["m/a", "b"],
    "more_versions": "",
    "wrapper": "alembic",
}


def test_files_that_exist(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "alembic.ini").write_text("")
    top = str(tmp_path)
    assert with_full_paths(GIVEN, top) == {
        "config": f"{top}/s/alembic.ini",
        "toml": None,
        "section": "two",
        "script_location": f"{top}/m",
        "version_locations": [f"{top}/m/a", f"{top}/b"],
        "wrapper": "alembic",
    }
    nothing = {**GIVEN, "config": None, "toml": None, "version_locations": []}
    assert with_full_paths(nothing, top)["version_locations"] == []


def test_another_version_folder_needs_the_existing_ones(tmp_path: Path) -> None:
    (tmp_path / "m" / "a").mkdir(parents=True)
    found = with_full_paths({**GIVEN, "version_locations": [], "more_versions": "/more"}, str(tmp_path))
    assert found["version_locations"] == [f"{tmp_path}/m/a", "/more"]


NONE = {"config": None, "toml": None, "section": "alembic", "wrapper": "alembic"}


def question(folder: Path, database: str = "", **changes: str) -> dict[str, Any]:
    return {"environment": {**NONE, **changes}, "scratch": str(folder), "database": database}


@pytest.mark.parametrize(
    ("database", "url"),
    [
        ("sqlite", "sqlite:///app.db"),
        ("postgresql://ada:a%2Fb@db/shop", "postgresql://localhost/app"),
        ("mysql+pymysql://x", "mysql+pymysql://localhost/app"),
        ("scratch", None),
        ("embedded-postgresql", None),
        ("", None),
    ],
)
def test_a_file_with_the_url_of_a_dialect(tmp_path: Path, database: str, url: str | None) -> None:
    found = with_config(question(tmp_path, database, section="two"))
    assert found == {**NONE, "section": "two", "config": f"{tmp_path}/alembic.ini"}
    parser = ConfigParser()
    parser.read(found["config"])
    assert parser.get("two", "sqlalchemy.url", fallback=None) == url
    assert parser.get("loggers", "keys") == "root"


@pytest.mark.parametrize("changes", [{"config": "/x.ini"}, {"toml": "/x.toml"}, {"wrapper": "flask"}])
def test_no_file_for_other_projects(tmp_path: Path, changes: dict[str, str]) -> None:
    assert with_config(question(tmp_path, "sqlite", **changes)) == {**NONE, **changes}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("stage", "type_", "message", "expected"),
    [
        ("environment", "KeyError", "'url'", True),
        ("environment", "ArgumentError", "Expected string or URL object, got None", True),
        ("environment", "KeyError", "'other'", False),
        ("environment", "ArgumentError", "Could not parse 'x'", False),
        ("environment", "TypeError", "None", False),
        ("upgrade", "KeyError", "'url'", False),
    ],
)
def test_failures_for_want_of_a_url(stage: str, type_: str, message: str, expected: bool) -> None:
    assert lacks_url({"stage": stage, "type": type_, "message": message}) is expected
