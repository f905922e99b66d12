"""Checks and converts the values of `[tool.git-alembic]`, and of `git config alembic.…`."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, NoReturn

from git_alembic.config.settings import DriftSettings, EnvironmentSettings, Settings, Severity
from git_alembic.errors import CannotCheck

FILE = "pyproject.toml"
SCRATCHES = ("scratch", "sqlite", "embedded-postgresql")
SERVERS = ("postgresql", "mysql", "mariadb", "mssql", "oracle")
PLACES = ("config", "script_location", "version_locations")  # an environment needs one of these keys
SEVERITIES = ("error", "warning", "off")


class KeyPath(NamedTuple):
    """The place of a value: a table and key of pyproject.toml, or a section and key of git config."""

    table: str
    key: str = ""
    is_git: bool = False

    def inside(self) -> "KeyPath":
        """Return the path of the table at the key."""
        return self._replace(table=f"{self.table}.{self.key}", key="") if self.key else self

    def __str__(self) -> str:
        if self.is_git:
            return f"git config: {self.table}.{self.key}" if self.key else f"git config: {self.table}"
        return f"{FILE}: [{self.table}] {self.key}".rstrip()

    def unknown(self, key: str, keys: Iterable[str]) -> CannotCheck:
        """Return the error for a key that doesn't exist."""
        near = _did_you_mean(key, keys)
        if self.is_git:
            return CannotCheck(f"git config: there is no setting {self.table}.{key}{near}")
        return CannotCheck(f"{self} has no key {_quote(key)}{near}")


TABLE = KeyPath("tool.git-alembic")


def parse_settings(text: str) -> Settings:
    """Return the settings in the text of a pyproject.toml, or the defaults without `[tool.git-alembic]`."""
    table = _table(FILE, text)
    return Settings() if table is None else Settings(**read_table(table, TABLE, SETTINGS))


def refuse_nested_settings(path: str, text: str) -> None:
    """Raise CannotCheck if a pyproject.toml below the top of the repository has a `[tool.git-alembic]`."""
    if _table(path, text) is not None:
        raise CannotCheck(
            f"{path}: [tool.git-alembic] is read only from the pyproject.toml in the repository root: move it there"
        )


def _table(path: str, text: str) -> object:
    if "git-alembic" not in text:
        return None
    from git_alembic.config.toml_reader import load_toml

    tool = load_toml(path, text).get("tool")
    return tool.get("git-alembic") if isinstance(tool, dict) else None


ValueReader = Callable[[object, KeyPath], Any]  # (value, place of the value) -> the value of the field


def read_table(table: object, where: KeyPath, readers: Mapping[str, ValueReader]) -> dict[str, Any]:
    """Return the fields of a table. CannotCheck names the first key or value that isn't valid."""
    if not isinstance(table, dict):
        _refuse(where, "a table", table)
    for key in table:
        if key not in readers:
            raise where.unknown(key, readers)
    return {key.replace("-", "_"): readers[key](value, where._replace(key=key)) for key, value in table.items()}


def _text(value: object, where: KeyPath) -> str:
    if not isinstance(value, str) or not value:
        _refuse(where, "a non-empty string", value)
    return value


def _texts(value: object, where: KeyPath) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        _refuse(where, "a list of strings", value)
    return tuple(value)


def _program(value: object, where: KeyPath) -> str | tuple[str, ...]:
    if isinstance(value, str) and value:
        return value
    words = value if isinstance(value, list) else []
    if not words or not all(isinstance(word, str) and word for word in words):
        _refuse(where, "the path to an executable, or a command as a list of arguments", value)
    return tuple(words)


def split_words(text: str, where: object) -> str | tuple[str, ...]:
    """Split a command like a shell. One word without quotes is the path of a program."""
    if text.split() == [text]:
        return text
    import shlex

    try:
        return tuple(shlex.split(text))
    except ValueError as error:
        raise CannotCheck(f"{where} is not a valid command: {_quote(text)} ({str(error).lower()})") from error


def _boolean(value: object, where: KeyPath) -> bool:
    if not isinstance(value, bool):
        _refuse(where, "true or false", value)
    return value


def _heads(value: object, where: KeyPath) -> int | str:
    if value == "one-per-label":
        return "one-per-label"
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        _refuse(where, 'a positive integer or "one-per-label"', value)
    return value


class OneOf:
    """Reads a string that is one of several choices."""

    def __init__(self, *choices: str) -> None:
        self.choices = choices

    def __call__(self, value: object, where: KeyPath) -> Any:  # noqa: ANN401 - some choices have a type of their own
        """Return the value. Raise CannotCheck if it is not among the choices."""
        if not isinstance(value, str) or value not in self.choices:
            near = _did_you_mean(value, self.choices) if isinstance(value, str) else ""
            _refuse(where, f"one of {', '.join(map(_quote, self.choices))}", value, near)
        return value


def _database(value: object, where: KeyPath) -> str:
    text = _text(value, where)
    family = text.partition("://")[0].partition("+")[0] if "://" in text else ""
    if text not in SCRATCHES and family not in SERVERS:
        servers = f"{', '.join(SERVERS[:-1])} or {SERVERS[-1]} server"
        choices = f"{', '.join(map(_quote, SCRATCHES))} or the URL of a {servers}"
        _refuse(
            where, choices, family + "://…" if family else text, _did_you_mean(family or text, (*SCRATCHES, *SERVERS))
        )
    return text


def _drift(value: object, where: KeyPath) -> DriftSettings:
    return DriftSettings(**read_table(value, where.inside(), DRIFT))


def _strings(value: object, where: KeyPath) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        _refuse(where, "a table of strings", value)
    return value


def _rules(value: object, where: KeyPath) -> dict[str, Severity]:
    table = value if isinstance(value, dict) else _refuse(where, "a table", value)
    severity = OneOf(*SEVERITIES)
    return {rule: severity(value, where.inside()._replace(key=rule)) for rule, value in table.items()}


def _environments(value: object, where: KeyPath) -> tuple[EnvironmentSettings, ...]:
    if not isinstance(value, list):
        _refuse(where, "a list of tables", value)
    environments = tuple(_environment(item, where.inside()) for item in value)
    names = [environment.name for environment in environments]
    for name in names:
        if names.count(name) > 1:
            raise CannotCheck(f"{where.inside()} has two environments named {_quote(name)}")
    return environments


def _environment(value: object, where: KeyPath) -> EnvironmentSettings:
    keys = read_table(value, where, ENVIRONMENT)
    if "name" not in keys:
        raise CannotCheck(f'{where} has an entry without a "name"')
    if not any(map(keys.get, PLACES)):
        places = '"config", "script_location" or "version_locations"'
        raise CannotCheck(f"{where} {_quote(keys['name'])} needs one of {places}")
    return EnvironmentSettings(**keys)


def _refuse(where: KeyPath, expected: str, value: object, near: str = "") -> NoReturn:
    actual = "a table" if isinstance(value, dict) else _quote(value)
    raise CannotCheck(f"{where} must be {expected}, not {actual}{near}")


def _did_you_mean(word: str, words: Iterable[str]) -> str:
    from git_alembic.terminal.spelling_suggestion import did_you_mean

    return did_you_mean(word, words, quote='"')


def _quote(value: object) -> str:
    import json

    return json.dumps(value, ensure_ascii=False, default=str)


ENVIRONMENT: Mapping[str, ValueReader] = {
    "name": _text,
    "config": _text,
    "section": _text,
    "script_location": _text,
    "version_locations": _texts,
    "external-parents": _boolean,
    "heads-file": _boolean,
}
DRIFT: Mapping[str, ValueReader] = {
    "database": _database,
    "new-only": _boolean,
    "env": _strings,
    "setup": _text,
}
SETTINGS: Mapping[str, ValueReader] = {
    "target": _text,
    "published": _texts,
    "heads": _heads,
    "python": _program,
    "fetch": OneOf("auto", "never", "always"),
    "unreadable": OneOf("fail", "ask-project"),
    "fail-on-warning": _boolean,
    "warn-conflicts": _boolean,
    "heads-file": _boolean,
    "environments": _environments,
    "release-branches": _texts,
    "rules": _rules,
    "drift": _drift,
}
# How git config spells the values of a reader. All its values are text; the other readers take one text.
TEXT_FORMS: Mapping[ValueReader, str] = {
    _texts: "list",
    _boolean: "truth",
    _heads: "number",
    _strings: "pairs",
    _program: "words",
}
