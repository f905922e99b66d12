"""Runs the project's env.py like Alembic or Flask-Migrate, with the caller's work instead of migrations."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from alembic.config import CommandLine, Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

_LOADED: dict[str, ScriptDirectory] = {}


class NoFlaskMigrate(Exception):
    """The Flask application has no Flask-Migrate."""


class NoDatabase(Exception):
    """env.py ran no migrations."""


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
    info = cli.ScriptInfo(app_import_path=os.environ.get("FLASK_APP"), set_debug_flag=False)
    application = info.load_app()
    with application.app_context():
        yield application
