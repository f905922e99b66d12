"""The JSON schema of `[tool.git-alembic]` accepts what the reader accepts, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import jsonschema
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from docs import schema as writer
from git_alembic.config.settings import Settings
from git_alembic.config.settings_parser import DRIFT, ENVIRONMENT, SETTINGS, TABLE, read_table
from git_alembic.errors import CannotCheck
from git_alembic.policy.severity_policy import refuse_unknown_rules
from git_alembic.report.documentation_paths_and_urls import schema_path
from git_alembic.rules.rule_defaults import BY_SLUG

FOUND: dict[str, Any] = json.loads(schema_path().read_text(encoding="utf-8"))
CHECK = jsonschema.Draft7Validator(FOUND)


def reads(table: object) -> bool:
    try:
        found = Settings(**read_table(table, TABLE, SETTINGS))
        refuse_unknown_rules(found.rules)
    except CannotCheck:
        return False
    return True


def test_the_file_is_up_to_date() -> None:
    assert schema_path().read_text(encoding="utf-8") == writer.text(), "run `make schema`"


def test_schemastore_accepts_the_schema() -> None:
    jsonschema.Draft7Validator.check_schema(FOUND)
    assert FOUND["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert FOUND["$id"] == "https://json.schemastore.org/partial-git-alembic.json"
    assert FOUND["properties"]["target"]["description"].startswith("the branch that you merge into")
    assert FOUND["properties"]["rules"]["properties"]["multiple-heads"]["description"]


TEXTS = ["", "x", "origin/main", "auto", "never", "fail", "ask-project", "one-per-label", "off", "error", "warning"]
URLS = [
    *("scratch", "sqlite", "embedded-postgresql", "postgresql", "postgresql://", "mysql+pymysql://u@h/d"),
    *("mariadb+://h", "oracle://", "mssql+pyodbc:x://h", "sqlite:///x.db", "postgresq://h", "postgresql+a+b://h"),
    *("x://postgresql://", "postgresql:/h", "://", "POSTGRESQL://h", "postgresql+\n://h"),
]
SCALARS = st.sampled_from([*TEXTS, *URLS, 0, 1, 2, -1, True, False, 1.5, None])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["", "a", "name"]), inner, max_size=2),
    max_leaves=4,
)


def tables(keys: Mapping[str, object], values: st.SearchStrategy[Any] = VALUES) -> st.SearchStrategy[dict[str, Any]]:
    """Generate tables of these keys, and of one unknown key."""
    return st.dictionaries(st.sampled_from([*keys, "no-such-key"]), values, max_size=3)


ENVIRONMENTS = st.lists(
    tables(ENVIRONMENT, SCALARS | st.lists(SCALARS, max_size=2)),
    max_size=2,
    unique_by=lambda item: str(item.get("name")),
)


@st.composite
def whole_tables(draw: st.DrawFn) -> dict[str, Any]:
    """Generate tables of all keys. Names of environments differ, which a schema can't require."""
    table = draw(tables(SETTINGS))
    for key, values in (
        ("environments", ENVIRONMENTS),
        ("drift", tables(DRIFT)),
        ("rules", tables(BY_SLUG, SCALARS)),
    ):
        if draw(st.booleans()):
            table[key] = draw(values)
    listed = table.get("environments")
    names = [str(item.get("name")) for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    assume(len(names) == len(set(names)))
    return table


@settings(deadline=None)
@given(whole_tables())
def test_both_accept_the_same(table: dict[str, Any]) -> None:
    assert CHECK.is_valid(table) is reads(table), list(CHECK.iter_errors(table))


@pytest.mark.parametrize("key", SETTINGS)
@settings(deadline=None)
@given(value=VALUES)
def test_both_accept_the_same_values(key: str, value: object) -> None:
    assert CHECK.is_valid({key: value}) is reads({key: value})


VALID: list[dict[str, Any]] = [
    {},
    {"target": "origin/main", "published": ["a", "refs/tags/v*"], "heads": 3, "fetch": "never"},
    {"heads": "one-per-label", "unreadable": "ask-project", "fail-on-warning": True, "python": ".venv/bin/python"},
    {"environments": [{"name": "a", "config": "a.ini", "section": "x"}, {"name": "b", "script_location": "b"}]},
    {"rules": {"multiple-heads": "warning", "stale-docstring": "off"}},
    {"drift": {"database": "mysql+pymysql://u@h/", "new-only": False, "env": {"A": "", "B": "x"}}},
]
INVALID: list[object] = [
    [],
    {"taget": "x"},
    {"target": ""},
    {"heads": 0},
    {"heads": True},
    {"heads": "two"},
    {"published": "x"},
    {"environments": [{"name": "a"}]},
    {"environments": [{"config": "a.ini"}]},
    {"rules": {"multiple-head": "off"}},
    {"rules": {"multiple-heads": "fatal"}},
    {"drift": {"database": "sqlite:///x"}},
    {"drift": {"env": {"A": 1}}},
    {"fail-on-warning": "true"},
]


@pytest.mark.parametrize("table", VALID, ids=str)
def test_valid_tables(table: dict[str, Any]) -> None:
    assert (CHECK.is_valid(table), reads(table)) == (True, True)


@pytest.mark.parametrize("table", INVALID, ids=str)
def test_invalid_tables(table: object) -> None:
    assert (CHECK.is_valid(table), reads(table)) == (False, False)
