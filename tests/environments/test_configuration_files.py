"""Which paths configure environments."""

from __future__ import annotations

import pytest

from git_alembic.environments.configuration_files import (
    configures,
    is_configuration,
    is_heads_file,
    list_matched,
    may_affect_environment,
    relevant_entries,
)
from git_alembic.git import Entry


def test_configuration_is_recognized_by_the_whole_name() -> None:
    """git finds more files by the ends of their names."""
    listed = [
        "alembic.ini",
        "a/b.ini",
        "pyproject.toml",
        "m/env.py",
        ".gitmodules",
        "app.py",
        "a/wsgi.py",
        ".flaskenv",
        ".env",
    ]
    strays = ["jobs/myapp.py", "jobs/cron/testenv.py", "jobs/prod.env", "myenv.py"]
    matched = list_matched([*listed, *strays, "m/versions/a.py", "a/x.toml", "env.pyc"])
    assert matched == [*listed, *strays]
    assert list(filter(is_configuration, matched)) == listed


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("m/versions/a.py", "matters"),
        ("m/versions/__pycache__/a.pyc", "matters"),
        ("m/env.py", "matters configures"),
        ("env.py", "matters configures"),
        ("myenv.py", "matters"),
        ("alembic.ini", "matters configures"),
        ("a/b.ini", "matters configures"),
        ("a/pyproject.toml", "matters configures"),
        ("my-pyproject.toml", ""),
        ("m/heads.txt", "matters heads"),
        ("heads.txt", "matters heads"),
        ("m/my-heads.txt", ""),
        ("README.md", ""),
        ("a.py/x", ""),
    ],
)
def test_what_a_change_of_a_path_can_affect(path: str, expected: str) -> None:
    answers = {"matters": may_affect_environment(path), "configures": configures(path), "heads": is_heads_file(path)}
    assert " ".join(word for word, answer in answers.items() if answer) == expected


def test_relevant_entries() -> None:
    entries = [Entry(path, "100644", "100644", "1", "2") for path in ("README", "m/env.py", "docs/x.md", "heads.txt")]
    assert relevant_entries(entries) == [entries[1], entries[3]]
