"""Reads the settings of one clone, `git config alembic.<key>`, which override those of pyproject.toml. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from git_alembic.config.settings import Settings
from git_alembic.config.settings_parser import (
    DRIFT,
    ENVIRONMENT,
    SETTINGS,
    TEXT_FORMS,
    KeyPath,
    ValueReader,
    read_table,
    split_words,
)
from git_alembic.errors import CannotCheck

SECTION = KeyPath("alembic", is_git=True)
_BELOW = {"rules": "RULE", "drift": "KEY", "environments": "NAME.KEY"}
_TRUTH = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


def parse_git_settings(pairs: Sequence[tuple[str, str | None]]) -> Mapping[str, Any]:
    """Return the fields of `Settings` that (key, value) pairs set. Keys have no "alembic.".

    A list is a key with several values. For a single value, the last one counts, as in git.
    """
    values: dict[str, list[str | None]] = {}
    for key, value in pairs:
        values.setdefault(key, []).append(value)
    table: dict[str, Any] = {}
    for key, texts in values.items():
        first, _, rest = key.partition(".")
        if first not in _BELOW:
            table[key] = _convert(SETTINGS.get(key), texts)
        elif not rest:
            raise CannotCheck(f"git config: alembic.{key} needs a key below it: alembic.{key}.{_BELOW[key]}")
        elif first == "environments":
            _add_environment(table.setdefault(first, {}), rest, texts)
        else:
            table.setdefault(first, {})[rest] = _convert(DRIFT.get(rest) if first == "drift" else None, texts)
    if "environments" in table:
        table["environments"] = list(table["environments"].values())
    drift = table.pop("drift", None)
    fields = read_table(table, SECTION, SETTINGS)
    if drift is not None:
        fields["drift"] = read_table(drift, SECTION._replace(key="drift").inside(), DRIFT)
    return fields


def override(settings: Settings, clone_fields: Mapping[str, Any]) -> Settings:
    """Return the settings of a tree, overridden by those of the clone. `rules` and `drift` are merged by key."""
    if not clone_fields:
        return settings
    fields = dict(clone_fields)
    if "rules" in clone_fields:
        fields["rules"] = {**settings.rules, **clone_fields["rules"]}
    if "drift" in clone_fields:
        fields["drift"] = settings.drift._replace(**clone_fields["drift"])
    return settings._replace(**fields, set_by_git=frozenset(clone_fields))


def _add_environment(environments: dict[str, Any], key: str, texts: Sequence[str | None]) -> None:
    """Add the value of `alembic.environments.NAME.KEY`. git allows no underscore in KEY."""
    name, _, field = key.rpartition(".")
    if not name:
        raise CannotCheck(f"git config: alembic.environments.{key} needs a name: alembic.environments.NAME.{key}")
    if field not in ENVIRONMENT:
        field = field.replace("-", "_")
    environments.setdefault(name, {"name": name})[field] = _convert(ENVIRONMENT.get(field), texts)


def _convert(reader: ValueReader | None, raw: Sequence[str | None]) -> object:
    """Return the values in TOML's form. None is a key without a value, which is true in git."""
    form = TEXT_FORMS.get(reader, "text") if reader else "text"
    texts = ["true" if value is None else value for value in raw]
    last = texts[-1]
    if form == "list":
        return texts
    if form == "pairs":
        return {name: value for name, _, value in (text.partition("=") for text in texts)}
    if form == "truth":
        return _TRUTH.get(last.lower(), last)
    if form == "words":
        words = split_words(last, "git config: alembic.python")
        return list(words) if isinstance(words, tuple) else words
    if form == "number" and last.isascii() and last.isdigit():
        return int(last[:9])
    return last
