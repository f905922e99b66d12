"""Runs the project's env.py like Alembic or Flask-Migrate, with the caller's work instead of migrations.

It first makes the paths of an environment absolute, and makes an `alembic.ini` for a project without one.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import Any

from alembic.config import CommandLine, Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

_LOADED: dict[str, ScriptDirectory] = {}
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


class NoFlaskMigrate(Exception):
    """The Flask application has no Flask-Migrate."""


class NoDatabase(Exception):
    """env.py ran no migrations."""


def with_full_paths(environment: Mapping[str, Any], top: str) -> dict[str, Any]:
    """Return the environment in the form for Alembic's own code. Its paths are relative to the checked tree `top`.

    In: {"config" and "toml": path that may not exist or null, "section": str, "script_location": path,
    "version_locations": [path] if Alembic needs them, "versions": [path] of all version folders, "more_versions": the
    full path of a folder with revisions that the tree lacks, or "", "wrapper": "alembic" or "flask"}.

    Out: "config" and "toml" (null if there is no such file), "section", "script_location", "version_locations",
    "wrapper".
    """

    def full_path(path: str) -> str:
        return os.path.normpath(os.path.join(top, path))

    def existing(path: str | None) -> str | None:
        return full_path(path) if path is not None and os.path.isfile(full_path(path)) else None

    config, toml, more = environment["config"], environment["toml"], environment["more_versions"]
    versions = list(map(full_path, environment["version_locations"]))
    if more:
        versions = [*filter(os.path.isdir, map(full_path, environment["versions"])), more]
    return {
        "config": existing(config),
        "toml": existing(toml),
        "section": environment["section"],
        "script_location": full_path(environment["script_location"]),
        "version_locations": versions,
        "wrapper": environment["wrapper"],
    }


def with_config(question: Mapping[str, Any]) -> dict[str, Any]:
    """Return the environment of the question. If it has no "config", add a file in the scratch folder.

    The project's own commands make it when they run Alembic. env.py can configure logging with the file.
    `sqlalchemy.url` is in it if `database` names a dialect.
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


def lacks_url(failure: Mapping[str, Any]) -> bool:
    """True if env.py failed because no configuration sets `sqlalchemy.url`."""
    is_missing = failure["type"] == "KeyError" and failure["message"] == "'url'"
    is_none = failure["type"] == "ArgumentError" and "None" in failure["message"]
    return failure["stage"] == "environment" and (is_missing or is_none)


def _url(database: str) -> str:
    """Return a URL of the dialect of `database` without the server's address, which no code needs."""
    if database == "sqlite":
        return "sqlite:///app.db"
    dialect, is_server, _ = database.partition("://")
    return f"{dialect}://localhost/app" if is_server else ""


def run_env_py(
    environment: Mapping[str, Any],
    work: Callable[[ScriptDirectory, Any], Iterable[Any]],
    context_class: Callable[..., Any] = EnvironmentContext,
) -> int:
    """Run env.py. For each of its databases, Alembic runs the steps of `work(script, context)`.

    Return the number of databases. The project's exceptions pass through. `context_class` is the class of env.py's
    `context`.
    """
    try:
        return _run(environment, work, context_class)
    except RuntimeError as error:  # some projects run Alembic in a thread of their server, and env.py relies on that
        if "AnyIO worker thread" not in str(error):
            raise
    import anyio.to_thread

    number: int = anyio.run(anyio.to_thread.run_sync, _run, environment, work, context_class)
    return number


def _run(
    environment: Mapping[str, Any],
    work: Callable[[ScriptDirectory, Any], Iterable[Any]],
    context_class: Callable[..., Any],
) -> int:
    databases = 0
    with _load_config(environment) as config:
        script = _load_scripts(config, environment)

        def steps(_: Any, context: Any) -> Iterable[Any]:
            nonlocal databases
            databases += 1
            return work(script, context)

        with context_class(config, script, fn=steps, as_sql=False):
            script.run_env()
    return databases


def _load_scripts(config: Config, environment: Mapping[str, Any]) -> ScriptDirectory:
    """Load the revisions once for all runs of the process."""
    key = repr(sorted(environment.items()))
    if key not in _LOADED:
        _LOADED[key] = ScriptDirectory.from_config(config)
    return _LOADED[key]


@contextmanager
def _load_config(environment: Mapping[str, Any]) -> Iterator[Config]:
    if environment["wrapper"] == "flask":
        with _flask_application() as application:
            if "migrate" not in application.extensions:
                raise NoFlaskMigrate
            migrate = application.extensions["migrate"].migrate
            config = migrate.get_config(environment["script_location"])
            yield _with_options(_with_folders(config, environment), environment)
    else:
        yield _with_options(_with_folders(_alembic_config(environment), environment), environment)


def _alembic_config(environment: Mapping[str, Any]) -> Config:
    toml = {"toml_file": environment["toml"]} if environment["toml"] and hasattr(Config, "toml_file_name") else {}
    config = Config(environment["config"], ini_section=environment["section"], **toml)
    if not _is_location(config.get_main_option("script_location")):
        config.set_main_option("script_location", environment["script_location"].replace("%", "%%"))
    return config


def _with_folders(config: Config, environment: Mapping[str, Any]) -> Config:
    if environment["version_locations"]:
        folders = os.pathsep.join(environment["version_locations"])
        config.set_main_option("version_locations", folders.replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        config.set_main_option("version_path_separator", "os")
    return config


def _is_location(location: str | None) -> bool:
    """True if the configured location exists. Some projects set it in code, or relative to another folder."""
    if location is None:
        return False
    return ":" in os.path.splitdrive(location)[1] or os.path.isdir(location)


def _with_options(config: Config, environment: Mapping[str, Any]) -> Config:
    """Set the options that env.py finds in `alembic revision --autogenerate`."""
    options = config.cmd_opts or argparse.Namespace()
    defaults = vars(CommandLine().parser.parse_args(["revision", "--autogenerate"]))
    defaults.update(x=[], name=environment["section"], config=environment["config"])
    for name, value in defaults.items():
        if not hasattr(options, name):
            setattr(options, name, value)
    config.cmd_opts = options
    return config


@contextmanager
def _flask_application() -> Iterator[Any]:
    """Load the application like `flask`: from FLASK_APP, .flaskenv, wsgi.py or app.py. Call factories."""
    from flask import cli

    sys.path.insert(0, os.getcwd())
    cli.load_dotenv()
    path = os.environ.get("FLASK_APP")
    info = cli.ScriptInfo(app_import_path=path, set_debug_flag=False)
    is_app_only = not path and _has_module("app") and not _has_module("wsgi")
    with _hidden_module("wsgi") if is_app_only else nullcontext():
        application = info.load_app()
    with application.app_context():
        yield application


def _has_module(name: str) -> bool:
    """True if the current folder has the module or package."""
    return os.path.exists(f"{name}.py") or os.path.isdir(name)


@contextmanager
def _hidden_module(name: str) -> Iterator[None]:
    """Keep a module from being found. Flask tries wsgi before app, and could find one that isn't in the commit."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]  # None makes an import fail
    try:
        yield
    finally:
        sys.modules.pop(name, None)
