"""`%(name)s` in a value."""

from __future__ import annotations

import configparser

import pytest

from git_alembic.config.interpolation import NotInterpolatedError, interpolate

VALUES = {"here": "/x", "a": "%(here)s/a", "b": "%(a)s%%%(a)s", "loop": "%(loop)s", "open": "%(here", "percent": "5%"}
VALUES |= {f"d{n}": f"%(d{n + 1})s" for n in range(12)} | {"d12": "end"}


@pytest.mark.parametrize("text", ["plain", "%(here)s", "%(b)s", "%%", "%%(here)s", "%(HERE)s", "%(d3)s"])
def test_matches_configparser(text: str) -> None:
    parser = configparser.ConfigParser(VALUES)
    parser.read_string(f"[s]\nx = {text}\n")
    raw = configparser.RawConfigParser(VALUES)
    raw.read_string("[s]\n")
    assert interpolate(text, lambda name: raw.get("s", name, fallback=None)) == parser.get("s", "x")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("%(nowhere)s", "%(nowhere)s is not defined"),
        ("%(loop)s", "its references are nested more than 10 deep"),
        ("%(d2)s", "its references are nested more than 10 deep"),
        ("%(open)s", "'%' must be followed by '%' or '(NAME)s'"),
        ("%(percent)s", "'%' must be followed by '%' or '(NAME)s'"),
        ("%(here)9999999s", "'%' must be followed by '%' or '(NAME)s'"),
    ],
)
def test_values_that_cannot_be_interpolated(text: str, reason: str) -> None:
    with pytest.raises(NotInterpolatedError) as refusal:
        interpolate(text, VALUES.get)
    assert str(refusal.value) == reason


def test_an_exponential_value_is_looked_up_once_per_name() -> None:
    values = {f"a{n}": f"%(a{n + 1})s" * 1000 for n in range(9)} | {"a9": "x" * 1000}
    lookups: list[str] = []

    def find(name: str) -> str | None:
        lookups.append(name)
        return values.get(name)

    with pytest.raises(NotInterpolatedError, match="it expands to more than 100000 characters"):
        interpolate("%(a0)s", find)
    assert sorted(lookups) == [f"a{n}" for n in range(10)]
