"""Finds where the URL of a database comes from by comparing values, since code can read it from anywhere."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy.engine import make_url

_PARTS = ("host", "database", "username")
_HINTS = ("DB", "DATABASE", "POSTGRES", "PG", "MYSQL", "SQL", "MARIA")
_FILES = (".env", ".flaskenv")
_SETTINGS_FILE = re.compile(r"\.env(\.[^/]+)?|[^/]+\.env|\.flaskenv")
_ASSIGNMENT = re.compile(r"\s*(?:export\s+)?([A-Za-z_][\w.]*)\s*=\s*(.*?)\s*$")
# Placeholders for a user, a password and a database in templates and examples.
_EXAMPLES = (
    ("user", "username", "your_user", "youruser", "dbuser", "db_user"),
    ("pass", "password", "passwd", "your_password", "yourpassword", "secret"),
    ("dbname", "db_name", "database", "db", "mydatabase", "your_db", "yourdb", "database_name"),
)


class UrlOrigins:
    """Knows the values of the configuration and the environment before the project's code ran."""

    def __init__(self, config: Any, outside: Mapping[str, str]) -> None:
        self._config = config
        self._outside = dict(outside)
        self._settings_files: dict[str, None] = {}
        sys.addaudithook(self._note_settings_file)
        self.configured = _find_configured_url(config)

    def find(self, url: Any, application: Any) -> list[dict[str, Any]]:
        """Return each place that has this URL as {"kind", "name"}, the most likely first.

        "variable" (an environment variable, or a key of a settings file; "file" names that file, unless the environment
        had the variable), "parts" (several variables, "name" lists them; "file" likewise), "application" (a key of
        Flask's configuration), "ini" or "pyproject". If there is none, code builds the URL.
        """
        origins = [*self._variables(url), *_flask_keys(url, application)]
        if self.configured and is_same_database(self.configured["value"], url):
            origins.append({"kind": self.configured["kind"], "name": "sqlalchemy.url"})
        return origins or list(self._parts(url))

    def _variables(self, url: Any) -> Iterator[dict[str, Any]]:
        for name, value in sorted(os.environ.items()):
            if "://" in value and is_same_database(value, url):
                yield {"kind": "variable", "name": name, **self._file(name)}
        for path, values in self._settings():
            for name, value in values.items():
                if name not in os.environ and "://" in value and is_same_database(value, url):
                    yield {"kind": "variable", "name": name, "file": path}

    def _parts(self, url: Any) -> Iterator[dict[str, Any]]:
        parts = {getattr(url, part) for part in _PARTS if getattr(url, part)}
        for path, values in [("", dict(os.environ)), *self._settings()]:
            names = [
                name
                for name, value in sorted(values.items())
                if value in parts and any(hint in name.upper() for hint in _HINTS)
            ]
            if len({values[name] for name in names}) > 1:
                yield {"kind": "parts", "name": ", ".join(names), **({"file": path} if path else {})}
                return

    def _note_settings_file(self, event: str, arguments: Any) -> None:
        """Record the settings files that the project reads.

        pydantic-settings, for example, sets no variables from them.
        """
        if (
            event == "open"
            and isinstance(arguments[0], str)
            and _SETTINGS_FILE.fullmatch(os.path.basename(arguments[0]))
        ):
            self._settings_files[os.path.abspath(arguments[0])] = None

    def _settings(self) -> Iterator[tuple[str, dict[str, str]]]:
        """Yield (path, its keys and values) of the settings files that the project has read."""
        for path in list(self._settings_files):
            yield path, _assignments(path)

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
    """True if two URLs name one database. Drivers and passwords may differ."""
    try:
        first, second = make_url(str(url) if not hasattr(url, "drivername") else url), make_url(other)
    except Exception:  # noqa: BLE001 - it isn't a URL
        return False
    return _identity(first) == _identity(second)


def _identity(url: Any) -> tuple[Any, ...]:
    host = url.host or url.query.get("host") or ""
    name = url.get_backend_name()
    return ("postgresql" if name == "postgres" else name, host, url.port, url.database, url.username)


def is_placeholder(text: str) -> bool:
    """True for a URL of no real database: a template's URL, or one with an unknown dialect."""
    if "://" not in text or "%(" in text or "${" in text or "<" in text:
        return True
    try:
        url: Any = make_url(text)
        url.get_dialect()
    except ImportError:  # a real dialect without its driver
        pass
    except Exception:  # noqa: BLE001 - no URL, or an unknown dialect
        return True
    else:
        parts = (url.username, url.password, url.database)
        return all(str(part or "").lower() in examples for part, examples in zip(parts, _EXAMPLES))
    return False


def _find_configured_url(config: Any) -> dict[str, Any] | None:
    """Return {"kind": "ini" or "pyproject", "value", "is_placeholder": bool} of the configured `sqlalchemy.url`."""
    value = config.get_main_option("sqlalchemy.url")
    if not value:
        return None
    ini = config.config_file_name and config.file_config.has_option(config.config_ini_section, "sqlalchemy.url")
    return {"kind": "ini" if ini else "pyproject", "value": value, "is_placeholder": is_placeholder(value)}


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
    return name in _assignments(path)


def _assignments(path: str) -> dict[str, str]:
    """Return the keys of a settings file with their values, without quotes; {} if it can't be read."""
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            matches = [_ASSIGNMENT.match(line) for line in stream]
    except OSError:
        return {}
    return {match[1]: _unquote(match[2]) for match in matches if match}


def _unquote(value: str) -> str:
    if value[:1] in ("'", '"') and value.find(value[0], 1) > 0:
        return value[1 : value.find(value[0], 1)]
    return value.partition(" #")[0].strip()
