"""What the probe is told about an environment."""

from __future__ import annotations

from typing import Any

import pytest

from git_alembic.environments.environment import Environment
from git_alembic.scratch.interpreter.alembic_environment_json import describe_environment

FOUND = {
    "config": None,
    "toml": None,
    "section": "alembic",
    "script_location": "m",
    "versions": ["m/versions"],
    "version_locations": [],
    "more_versions": "",
    "wrapper": "alembic",
}


@pytest.mark.parametrize(
    ("environment", "more", "changes"),
    [
        (Environment("m", "m", ("m/versions",)), "", {}),
        (Environment("m", "m", ("m/a", "b")), "", {"versions": ["m/a", "b"], "version_locations": ["m/a", "b"]}),
        (Environment("m", "m", ("m/versions",)), "/more", {"more_versions": "/more"}),
        (
            Environment("m", "m", ("m/a",), config="s/alembic.ini", section="two"),
            "",
            {"config": "s/alembic.ini", "toml": "s/pyproject.toml", "section": "two", "versions": ["m/a"]},
        ),
        (
            Environment("m", "m", ("m/versions",), config="pyproject.toml"),
            "",
            {"config": "alembic.ini", "toml": "pyproject.toml"},
        ),
        (
            Environment("m", "m", ("m/versions",), config="m/alembic.ini", wrapper="flask"),
            "",
            {"config": "m/alembic.ini", "toml": "m/pyproject.toml", "wrapper": "flask"},
        ),
    ],
)
def test_description(environment: Environment, more: str, changes: dict[str, Any]) -> None:
    assert describe_environment(environment, more) == {**FOUND, **changes}
