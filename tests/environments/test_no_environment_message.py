"""The message for a tree without an environment."""

from __future__ import annotations

import pytest

from git_alembic.environments.no_environment_message import describe_missing_environment

NOTHING = "no Alembic environment is staged or committed here (`git add` one)"
PACKAGE = (
    "alembic.ini: script_location = tracker:migrations names the package tracker, which is outside this repository: "
    "run this in that package's repository"
)


@pytest.mark.parametrize(
    ("path", "text", "sentence"),
    [
        ("alembic.ini", "[alembic]\nscript_location = tracker:migrations\n", PACKAGE),
        (
            "db/alembic.ini",
            "[alembic]\nscript_location = ../../away\n",
            "db/alembic.ini: script_location = ../../away is not in this repository",
        ),
        ("alembic.ini", "[alembic]\nsqlalchemy.url = sqlite://\n", NOTHING),
        ("alembic.ini", "no ini\n", NOTHING),
        ("setup.cfg", "[alembic]\nscript_location = tracker:migrations\n", NOTHING),
        (
            "pyproject.toml",
            '[tool.alembic]\nscript_location = "tracker:migrations"\n',
            PACKAGE.replace("alembic.ini", "pyproject.toml"),
        ),
    ],
)  # fmt: skip
def test_the_file_that_names_scripts_elsewhere_is_named(path: str, text: str, sentence: str) -> None:
    assert describe_missing_environment([path, "README.md"], lambda _: text.encode()) == sentence
