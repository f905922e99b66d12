"""Fingerprints of variables: they change with the values, but not with those of a shell or a terminal."""

from __future__ import annotations

import os

import pytest

from git_alembic.scratch.cache.environment_variables import ALL, fingerprint_variables


@pytest.fixture(autouse=True)
def only_some(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        monkeypatch.delenv(name)
    monkeypatch.setenv("URL", "secret")
    monkeypatch.setenv("OTHER", "secret")


def test_single_variables() -> None:
    found = fingerprint_variables(["URL", "OTHER", "UNSET", "PATH", "SSH_AUTH_SOCK"])
    assert found.keys() == {"URL", "OTHER", "UNSET"}
    assert found["UNSET"] is None
    assert (len(str(found["URL"])), "secret" in str(found)) == (64, False)
    assert found["URL"] != found["OTHER"]  # the name counts too


@pytest.mark.parametrize(
    ("name", "value", "same"),
    [
        ("URL", "changed", False),
        ("NEW", "x", False),
        ("TERM", "x", True),
        ("VSCODE_PID", "1", True),
        ("LANG", "C", False),
        ("GIT_DIR", "x", True),  # the project's code doesn't see it
        ("PYTHONPATH", "x", True),
    ],
)
def test_all_variables(monkeypatch: pytest.MonkeyPatch, name: str, value: str, same: bool) -> None:
    before = fingerprint_variables([ALL])
    monkeypatch.setenv(name, value)
    assert (fingerprint_variables([ALL]) == before) is same


def test_values_are_not_shifted_between_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint_variables([ALL])
    monkeypatch.setenv("OTHER", "")
    monkeypatch.setenv("URL", "secretsecret")
    assert fingerprint_variables([ALL]) != before


def test_a_set_variable_and_an_unset_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMPTY", "")
    assert fingerprint_variables(["EMPTY"])["EMPTY"] is not None
