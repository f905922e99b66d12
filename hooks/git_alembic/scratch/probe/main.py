"""Runs in the project's interpreter: python main.py QUESTION.json [FD [BYTECODE]]

When the pipe FD closes, nobody waits for the answer any more, and this process ends with everything that the project
has started. With BYTECODE (the same folder as in the question), this process first imports Alembic, and QUESTION.json
exists when a byte has come from FD. QUESTION.json is what `git_alembic.scratch.runner` asks (paths are absolute, ids
are Alembic's):

    {"answer": path,              where the answer goes; the project's output can't reach it
     "scratch": folder,           private: the project can reach no database outside of it
     "database": "scratch", "sqlite", or the URL of a server; the names of the databases there start with "prefix"
     "prefix": str, "embedded": bool, true for a server that ends with the run
     "bytecode": folder,          for the bytecode of the project's files: see `bytecode`
     "top": folder,               the checked tree, and the working tree that it replaces
     "working_tree": folder,
     "parser": path or null,      of libpg_query's shared library
     "adopts": bool,              true if a run's first database is the state's only one, whatever its name
     "setup": str,                SQL statements to run on each new database
     "cwd": folder,               where the project runs its Alembic commands
     "environment": {"config": path or null, "toml": path or null, "section": str,
                     "script_location": path, "version_locations": [path], "wrapper": "alembic" or "flask"},
     "runs": [{"state": folder,   in `scratch`: the databases as they are before and after
               "steps": [{"do": "create"} | {"do": "remake", "statements": of an earlier "create"}
                         | {"do": "stamp", "revisions": [id]}
                         | {"do": "upgrade", "to": [id]} | {"do": "boundary"} | {"do": "compare", "as": str}
                         | {"do": "roundtrip", "revisions": [id], "irreversible": [id]}
                         | {"do": "rehearse", "plans": [null or {"statements": [SQL], "rows": [id], "schemas": [str],
                            "downgrades": [id], "heads": [id]}, for each database of env.py]}
                         | {"do": "snapshot", "as": str} | {"do": "walk", "order": [id], "snapshots": [id]}]}],
     "work": "scratch_run"; the modules `inspect_databases` and `move_databases` of `project_databases` have no runs and
             reach the real databases: see there}

A step with "beyond": [[str]] runs only if the first run's last comparison found, on some database, a line that isn't
among these of the same database. A run without such a step doesn't happen, and its answer is null.

The answer is the JSON of what `answer` of that module returns, written as a whole at the end; if it is missing, the run
has failed. Or {"answer": path, "clear": {"url": of a server, "driver": name, "prefix": str}}: see
`server_databases.clear`.
Python 3.8 or newer, SQLAlchemy 1.4 or newer, Alembic 1.9 or newer, standard library otherwise.
"""

from __future__ import annotations

import _thread
import gc
import json
import os
import signal
import sys
from contextlib import suppress
from datetime import datetime, timezone
from importlib import import_module
from types import ModuleType
from typing import Any


def _stand_alone() -> None:
    """Make this folder importable under its name, and nothing beside it.

    The script's folder comes first on `sys.path`, where the project's imports must not find these modules.
    """
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:1] = []
    for name in ("git_alembic", "git_alembic.scratch", "git_alembic.scratch.probe"):
        module = ModuleType(name)
        module.__path__ = [here] if name.endswith(".probe") else []
        sys.modules[name] = module


def _end_when_closed(parent: int) -> None:
    def watch() -> None:
        os.read(parent, 1)
        os.killpg(0, signal.SIGKILL)

    _thread.start_new_thread(watch, ())


def main(path: str, parent: str | None = None, bytecode: str | None = None) -> None:
    _stand_alone()
    if bytecode is not None:
        _await_question(int(parent or 0), bytecode)
    if parent is not None:
        _end_when_closed(int(parent))
    with open(path, encoding="utf-8") as stream:
        question = json.load(stream)
    mine = os.getpid()
    found = _clear(**question["clear"]) if "clear" in question else _answer(question)
    if os.getpid() == mine:  # not in a child that the project has forked
        unfinished = question["answer"] + ".part"
        with open(unfinished, "w", encoding="utf-8") as stream:
            stream.write(json.dumps(found))
        os.replace(unfinished, question["answer"])
    os._exit(0)  # even if the project has started threads


def _await_question(parent: int, bytecode: str) -> None:
    with suppress(ImportError):  # the answer reports it
        import_module("git_alembic.scratch.probe.bytecode").redirect_bytecode(bytecode, os.getcwd())
        import_module("git_alembic.scratch.probe.scratch_run")
    if not os.read(parent, 1):
        os._exit(0)


def _answer(question: Any) -> Any:
    gc.disable()  # imports would trigger it again and again
    try:
        bytecode = import_module("git_alembic.scratch.probe.bytecode")
        bytecode.redirect_bytecode(question["bytecode"], question["top"], question["working_tree"])
        work = import_module("git_alembic.scratch.probe." + question.get("work", "scratch_run"))
    except ModuleNotFoundError as error:
        return {"missing": error.name or str(error)}
    except ImportError as error:
        return {"outdated": str(error), "versions": _versions()}
    gc.freeze()
    gc.enable()
    return work.answer(question)


def _versions() -> dict[str, str]:
    names = ("alembic", "sqlalchemy")
    return {name: str(getattr(sys.modules.get(name), "__version__", "?")) for name in names}


def _clear(url: str, driver: str, prefix: str) -> list[str]:
    sys.dont_write_bytecode = True
    from sqlalchemy.engine import make_url

    from git_alembic.scratch.probe.engines.server_databases import clear

    return clear(make_url(url), driver, prefix, datetime.now(timezone.utc))


if __name__ == "__main__":
    main(*sys.argv[1:])
