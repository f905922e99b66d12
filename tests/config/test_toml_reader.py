"""TOML that can't be read: the message, the line, and the work that it takes."""

from __future__ import annotations

import pytest

from git_alembic.config.toml_reader import load_toml
from git_alembic.errors import CannotCheck


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[tool.alembic\nx = 1\n", "pyproject.toml:1: invalid TOML: Expected ']' at the end of a table declaration"),
        ("x = 1\n" + ".".join(["a"] * 50_000) + " = 1\n", "pyproject.toml:2: a key is nested more than 100 deep"),
        ("[" + ".".join(["'a'"] * 50_000) + "]\n", "pyproject.toml:1: a key is nested more than 100 deep"),
        ("x = {" + ".".join(["a"] * 101) + " = 1}\n", "pyproject.toml:1: a key is nested more than 100 deep"),
        ("x = " + "[" * 50_000, "pyproject.toml: a value is nested too deeply"),
    ],
)
def test_toml(text: str, message: str) -> None:
    with pytest.raises(CannotCheck) as refusal:
        load_toml("pyproject.toml", text)
    assert str(refusal.value).replace('"]"', "']'") == message  # the oldest tomli quotes differently


def test_toml_with_many_dots() -> None:
    text = f'# {"..." * 500} {"1.2 " * 500}\nx = "{"https://a.b/c " * 200}"\n{".".join("a" * 50)} = 1\n'
    assert set(load_toml("pyproject.toml", text)) == {"x", "a"}
