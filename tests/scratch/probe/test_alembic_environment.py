"""The paths of an environment, completed in a tree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from git_alembic.scratch.probe.alembic_environment import with_full_paths

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
