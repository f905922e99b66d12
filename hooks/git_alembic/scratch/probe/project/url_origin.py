"""Finds where the URL of a database comes from by comparing values, since code can read it from anywhere."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy.engine import make_url

_PARTS = ("host", "database", "username")
_HINTS = ("DB", "DATABASE", "POSTGRES", "PG", "MYSQL", "SQL", "MARIA")
_FILES = (".env", ".flaskenv")


class UrlOrigins:
    """Knows what the configuration and the environment had before the project's code ran."""

    def __init__(self, config: Any, outside: Mapping[str, str]) -> None:
        self._config = config
        self._outside = dict(outside)
        self.configured = _configured(config)

    def find(self, url: Any, application: Any) -> list[dict[str, Any]]:
        """Return each place that has this URL as {"kind", "name"}, the likeliest first.

        "variable" (an environment variable; "file" names the file of settings that has it, if the environment had not),
        "parts" (several variables, "name" lists them), "application" (a key of Flask's configuration), "ini" or
        "pyproject"; if there is none, code makes the URL.
        """
        found = [*self._variables(url), *_flask_keys(url, application)]
        if self.configured and is_same_database(self.configured["value"], url):
            found.append({"kind": self.configured["kind"], "name": "sqlalchemy.url"})
        return found or list(self._parts(url))

    def _variables(self, url: Any) -> Iterator[dict[str, Any]]:
        for name, value in sorted(os.environ.items()):
            if "://" in value and is_same_database(value, url):
                yield {"kind": "variable", "name": name, **self._file(name)}

    def _parts(self, url: Any) -> Iterator[dict[str, Any]]:
        parts = {getattr(url, part) for part in _PARTS if getattr(url, part)}
        names = [
            name
            for name, value in sorted(os.environ.items())
            if value in parts and any(hint in name.upper() for hint in _HINTS)
        ]
        if len({os.environ[name] for name in names}) > 1:
            yield {"kind": "parts", "name": ", ".join(names)}

    def _file(self, name: str) -> dict[str, str]:
        if name in self._outside:
            return {}
        folder = os.getcwd()
        while True:
            for file in _FILES:
                path = os.path.join(folder, file)
                if _sets(path, name):
                    return {"file": path}
            if folder == os.path.dirname(folder):
                return {"file": ""}
            folder = os.path.dirname(folder)


def is_same_database(url: Any, other: Any) -> bool:
    """True if two URLs name one database; drivers and passwords may differ."""
    try:
        first, second = make_url(str(url) if not hasattr(url, "drivername") else url), make_url(other)
    except Exception:  # noqa: BLE001 - it is no URL
        return False
    return _identity(first) == _identity(second)


def _identity(url: Any) -> tuple[Any, ...]:
    host = url.host or url.query.get("host") or ""
    return (url.get_backend_name(), host, url.port, url.database, url.username)


def _configured(config: Any) -> dict[str, str] | None:
    """Return {"kind": "ini" or "pyproject", "value"} of the configured `sqlalchemy.url`."""
    value = config.get_main_option("sqlalchemy.url")
    if not value:
        return None
    ini = config.config_file_name and config.file_config.has_option(config.config_ini_section, "sqlalchemy.url")
    return {"kind": "ini" if ini else "pyproject", "value": value}


def _flask_keys(url: Any, application: Any) -> Iterator[dict[str, Any]]:
    settings = getattr(application, "config", None) or {}
    for name in ("SQLALCHEMY_DATABASE_URI", "SQLALCHEMY_BINDS", "SQLALCHEMY_ENGINES"):
        value = settings.get(name)
        binds = value.items() if isinstance(value, dict) else [("", value)]
        for key, bind in binds:
            where = bind.get("url") if isinstance(bind, dict) else bind
            if where and is_same_database(where, url):
                yield {"kind": "application", "name": f"{name}[{key!r}]" if key else name}


def _sets(path: str, name: str) -> bool:
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            return any(line.split("=")[0].replace("export ", "").strip() == name for line in stream if "=" in line)
    except OSError:
        return False
