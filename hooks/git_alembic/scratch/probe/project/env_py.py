"""Runs the project's env.py as Alembic, or Flask-Migrate, would; what is done with the migrations is the caller's."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

_LOADED: dict[str, ScriptDirectory] = {}


class NoDatabase(Exception):
    """env.py did not come to run any migrations."""


def run(
    environment: Mapping[str, Any],
    work: Callable[[ScriptDirectory, Any], Iterable[Any]],
    kind: Callable[..., Any] = EnvironmentContext,
) -> int:
    """Run env.py; for each database that it comes to, the steps of `work(script, context)` are run by Alembic.

    Returns how many databases there were. Whatever the project raises passes through. `kind` is the class of what
    env.py knows as `context`.
    """
    try:
        return _run(environment, work, kind)
    except RuntimeError as error:  # some projects run Alembic in a thread of their server, and env.py relies on it
        if "AnyIO worker thread" not in str(error):
            raise
    import anyio.to_thread

    found: int = anyio.run(anyio.to_thread.run_sync, _run, environment, work, kind)
    return found


def _run(
    environment: Mapping[str, Any], work: Callable[[ScriptDirectory, Any], Iterable[Any]], kind: Callable[..., Any]
) -> int:
    databases = 0
    with _config(environment) as config:
        script = _scripts(config, environment)

        def steps(_: Any, context: Any) -> Iterable[Any]:
            nonlocal databases
            databases += 1
            return work(script, context)

        with kind(config, script, fn=steps, as_sql=False):
            script.run_env()
    return databases


def _scripts(config: Config, environment: Mapping[str, Any]) -> ScriptDirectory:
    """The revisions, which are loaded once for all runs of the process."""
    key = repr(sorted(environment.items()))
    if key not in _LOADED:
        _LOADED[key] = ScriptDirectory.from_config(config)
    return _LOADED[key]


@contextmanager
def _config(environment: Mapping[str, Any]) -> Iterator[Config]:
    if environment["wrapper"] == "flask":
        with _application() as application:
            migrate = application.extensions["migrate"].migrate
            config = migrate.get_config(environment["script_location"])
            yield _with_options(_with_folders(config, environment), environment)
    else:
        yield _with_options(_with_folders(_plain(environment), environment), environment)


def _plain(environment: Mapping[str, Any]) -> Config:
    toml = {"toml_file": environment["toml"]} if environment["toml"] and hasattr(Config, "toml_file_name") else {}
    config = Config(environment["config"], ini_section=environment["section"], **toml)
    if not _found(config.get_main_option("script_location")):
        config.set_main_option("script_location", environment["script_location"].replace("%", "%%"))
    return config


def _with_folders(config: Config, environment: Mapping[str, Any]) -> Config:
    if environment["version_locations"]:
        folders = os.pathsep.join(environment["version_locations"])
        config.set_main_option("version_locations", folders.replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        config.set_main_option("version_path_separator", "os")
    return config


def _found(location: str | None) -> bool:
    """Whether the configuration leads to the scripts by itself: some is made in code, some is meant from elsewhere."""
    if location is None:
        return False
    return ":" in os.path.splitdrive(location)[1] or os.path.isdir(location)


def _with_options(config: Config, environment: Mapping[str, Any]) -> Config:
    """What env.py may find in the options of `alembic revision --autogenerate`."""
    options = config.cmd_opts or argparse.Namespace()
    for name, value in (
        ("autogenerate", True),
        ("x", []),
        ("sql", False),
        ("raiseerr", False),
        ("name", environment["section"]),
        ("config", environment["config"]),
    ):
        if not hasattr(options, name):
            setattr(options, name, value)
    config.cmd_opts = options
    return config


@contextmanager
def _application() -> Iterator[Any]:
    """The application as `flask` finds it: FLASK_APP, .flaskenv, wsgi.py or app.py; factories are called."""
    from flask import cli

    sys.path.insert(0, os.getcwd())
    cli.load_dotenv()
    info = cli.ScriptInfo(app_import_path=os.environ.get("FLASK_APP"), set_debug_flag=False)
    application = info.load_app()
    with application.app_context():
        yield application
