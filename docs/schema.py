"""Write the JSON schema of `[tool.git-alembic]` from its reader: `make schema`.

The schema has SchemaStore's form: a part of the schema of pyproject.toml. It is in the repository, so that the wheel
has it. tests/docs/test_schema.py fails if it is stale, and compares it with the reader.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from git_alembic.config.settings import Settings
from git_alembic.config.settings_parser import (
    DRIFT,
    ENVIRONMENT,
    PLACES,
    SCRATCHES,
    SERVERS,
    SETTINGS,
    SEVERITIES,
    OneOf,
    ValueReader,
)
from git_alembic.report.documentation_paths_and_urls import pages, schema_path, sentence
from git_alembic.rules.rule_defaults import RULES

CONFIGURATION = Path(__file__).parent / "configuration.md"
ID = "https://json.schemastore.org/partial-git-alembic.json"
Schema = dict[str, Any]
TEXT: Schema = {"type": "string", "minLength": 1}
READERS: Mapping[str, Schema] = {
    "_text": TEXT,
    "_texts": {"type": "array", "items": TEXT},
    "_boolean": {"type": "boolean"},
    "_program": {"oneOf": [TEXT, {"type": "array", "items": TEXT, "minItems": 1}]},
    "_heads": {"oneOf": [{"type": "integer", "minimum": 1}, {"const": "one-per-label"}]},
    "_strings": {"type": "object", "additionalProperties": {"type": "string"}},
    "_database": {
        "type": "string",
        "anyOf": [{"enum": list(SCRATCHES)}, {"pattern": rf"^(?:{'|'.join(SERVERS)})(?:\+(?:(?!://)[\s\S])*)?://"}],
    },
}


def schema() -> Schema:
    """Return the schema of the whole table."""
    described = descriptions()
    properties = {
        key: {**_description(described.get(key, "")), **_of(key, reader), **_default(key)}
        for key, reader in SETTINGS.items()
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": ID,
        "title": "git-alembic",
        "description": "Git hooks that keep an Alembic history intact",
        **_table(properties),
    }


def descriptions() -> dict[str, str]:
    """Return the description of each key from the page on the configuration, without Markdown."""
    rows = re.findall(r"(?m)^\| `([\w-]+)` \| (.*) \|$", CONFIGURATION.read_text(encoding="utf-8"))
    return {key: re.sub(r"\[(.*?)\]\(.*?\)", r"\1", text).replace("`", "") for key, text in rows}


def _of(key: str, reader: ValueReader) -> Schema:
    if key == "drift":
        return _table({name: _of(name, inner) for name, inner in DRIFT.items()})
    if key == "environments":
        return {"type": "array", "items": _environment()}
    if key == "rules":
        return _table({rule.slug: _rule(rule.slug, rule.default) for rule in sorted(RULES)})
    if isinstance(reader, OneOf):
        return {"type": "string", "enum": list(reader.choices)}
    return READERS[reader.__name__]  # a new reader gets its schema above


def _environment() -> Schema:
    properties = {name: _of(name, reader) for name, reader in ENVIRONMENT.items()}
    places = [{"required": [name]} for name in PLACES]
    return {**_table(properties), "required": ["name"], "anyOf": places}


def _rule(slug: str, default: str) -> Schema:
    page = pages().get(slug)
    summary = sentence(page.read_text(encoding="utf-8")).replace("`", "") if page else ""
    return {**_description(summary), "type": "string", "enum": list(SEVERITIES), "default": default}


def _description(text: str) -> Schema:
    return {"description": text} if text else {}


def _table(properties: Schema) -> Schema:
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _default(key: str) -> Schema:
    value = getattr(Settings(), key.replace("-", "_"))
    return {"default": value} if isinstance(value, (str, bool, int)) else {}


def text() -> str:
    """Return the file."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    schema_path().write_text(text(), encoding="utf-8")
