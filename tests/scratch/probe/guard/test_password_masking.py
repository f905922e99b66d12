"""Passwords are replaced in everything that leaves the process."""

from __future__ import annotations

from git_alembic.scratch.probe.guard.password_masking import Secrets


def test_passwords_are_hidden_everywhere() -> None:
    secrets = Secrets()
    secrets.learn(["p@ss/word", "app", "abc"], ["app", "localhost"])
    output = {
        "a": ["p@ss/word p%40ss%2Fword app abc"],
        "b": "postgresql://ada:xy@db/app and password=hush, pwd: 'hush'",
    }
    assert secrets.hide_in_json(output) == {
        "a": ["*** *** app abc"],
        "b": "postgresql://ada:***@db/app and password=***, pwd: ***",
    }
