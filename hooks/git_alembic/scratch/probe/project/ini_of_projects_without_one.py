"""Makes an `alembic.ini` for a project without one. The project's own commands make it when they run Alembic."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

_LOGGING = """
[loggers]
keys = root
[handlers]
keys =
[formatters]
keys =
[logger_root]
handlers =
"""


def with_config(question: Mapping[str, Any]) -> dict[str, Any]:
    """Return the environment of the question. If it has no "config", add a file in the scratch folder.

    env.py can configure logging with the file. `sqlalchemy.url` is in it if `database` names a dialect.
    """
    environment = dict(question["environment"])
    if environment["config"] or environment["toml"] or environment["wrapper"] != "alembic":
        return environment
    environment["config"] = os.path.join(question["scratch"], "alembic.ini")
    section = f"[{environment['section']}]\n"
    url = _url(question["database"])
    if url:
        section += f"sqlalchemy.url = {url.replace('%', '%%')}\n"
    with open(environment["config"], "w", encoding="utf-8") as stream:
        stream.write(section + _LOGGING)
    return environment


def _url(database: str) -> str:
    """Return a URL of the dialect of `database` without the server's address, which no code needs."""
    if database == "sqlite":
        return "sqlite:///app.db"
    dialect, is_server, _ = database.partition("://")
    return f"{dialect}://localhost/app" if is_server else ""


def lacks_url(failure: Mapping[str, Any]) -> bool:
    """True if env.py failed because no configuration sets `sqlalchemy.url`."""
    is_missing = failure["type"] == "KeyError" and failure["message"] == "'url'"
    is_none = failure["type"] == "ArgumentError" and "None" in failure["message"]
    return failure["stage"] == "environment" and (is_missing or is_none)
