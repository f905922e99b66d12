"""Runs in the project's interpreter: python main.py QUESTION.json [FD [BYTECODE]]

At the end of the file FD nobody waits for the answer any more, and we end, with all that the project has started. With
BYTECODE, which is what the question will say, QUESTION.json is there when a byte has come from FD; until then there is
time to import Alembic.
QUESTION.json holds what `git_alembic.scratch.runner` asks (paths are absolute, ids are Alembic's):

    {"answer": path,              where the answer goes; what the project prints goes nowhere near it
     "scratch": folder,           private: nothing but what lies in it can be reached as a database
     "database": "scratch", "sqlite", or the URL of a server where databases are made; their names begin with "prefix"
     "prefix": str,
     "bytecode": folder,          for the bytecode of the project's files: see `bytecode`
     "top": folder,               the tree that is judged, and the working tree that it stands for
     "instead_of": folder,
     "parser": path or null,      of libpg_query's shared library
     "cwd": folder,               where the project runs its Alembic commands
     "environment": {"config": path or null, "toml": path or null, "section": str,
                     "script_location": path, "version_locations": [path], "wrapper": "alembic" or "flask"},
     "runs": [{"state": folder,   in `scratch`: the databases as they are before and after
               "steps": [{"do": "create"} | {"do": "remake", "statements": what an earlier answer says of "create"}
                         | {"do": "stamp", "revisions": [id]}
                         | {"do": "upgrade", "to": [id]} | {"do": "compare", "as": str}
                         | {"do": "roundtrip", "revisions": [id], "irreversible": [id]}
                         | {"do": "snapshot", "as": str} | {"do": "walk", "order": [id], "snapshots": [id]}]}],
     "work": "scratch_run", or "inspect_databases" or "move_databases", which have no runs and reach the project's
             real databases: see there}

A step with "beyond": [[str]] is done only where the first run's last comparison found, on some database, a line that is
not among these of the same database; a run without a step that is to be done is not made, and its answer is null.

The answer is what `answer` of that module returns, as JSON, written in one piece at the end; without one the run has
failed. Or {"answer": path, "clear": {"url": of a server, "driver": name, "prefix": str}}: see `administration.clear`.
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
    """Make this folder importable under its name, and nothing else that lies beside it.

    The folder of a script comes first on `sys.path`: the project's imports must not find our modules there.
    """
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:1] = []
    for name in ("git_alembic", "git_alembic.scratch", "git_alembic.scratch.probe"):
        module = ModuleType(name)
        module.__path__ = [here] if name.endswith(".probe") else []
        sys.modules[name] = module


def _end_with(parent: int) -> None:
    def watch() -> None:
        os.read(parent, 1)
        os.killpg(0, signal.SIGKILL)

    _thread.start_new_thread(watch, ())


def main(path: str, parent: str | None = None, bytecode: str | None = None) -> None:
    _stand_alone()
    if bytecode is not None:
        _await_question(int(parent or 0), bytecode)
    if parent is not None:
        _end_with(int(parent))
    with open(path, encoding="utf-8") as stream:
        question = json.load(stream)
    mine = os.getpid()
    found = _cleared(**question["clear"]) if "clear" in question else _answered(question)
    if os.getpid() == mine:  # not in a child that the project has forked
        unfinished = question["answer"] + ".part"
        with open(unfinished, "w", encoding="utf-8") as stream:
            stream.write(json.dumps(found))
        os.replace(unfinished, question["answer"])
    os._exit(0)  # whatever threads the project has started


def _await_question(parent: int, bytecode: str) -> None:
    sys.pycache_prefix = bytecode
    with suppress(ImportError):  # of which the answer will speak
        import_module("git_alembic.scratch.probe.scratch_run")
    if not os.read(parent, 1):
        os._exit(0)


def _answered(question: Any) -> Any:
    gc.disable()  # what is just being imported would be searched for garbage again and again
    try:
        bytecode = import_module("git_alembic.scratch.probe.bytecode")
        bytecode.keep_apart(question["bytecode"], question["top"], question["instead_of"])
        work = import_module("git_alembic.scratch.probe." + question.get("work", "scratch_run"))
    except ImportError as error:  # the interpreter has no Alembic, or one that is too old
        return {"missing": getattr(error, "name", None) or str(error)}
    gc.freeze()
    gc.enable()
    return work.answer(question)


def _cleared(url: str, driver: str, prefix: str) -> bool:
    sys.dont_write_bytecode = True
    from sqlalchemy.engine import make_url

    from git_alembic.scratch.probe.engines.server_databases import clear

    clear(make_url(url), driver, prefix, datetime.now(timezone.utc))
    return True


if __name__ == "__main__":
    main(*sys.argv[1:])
