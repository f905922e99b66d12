"""Runs in the project's interpreter: python main.py QUESTION.json

QUESTION.json holds what `git_alembic.scratch.trial` asks (paths are absolute, ids are Alembic's):

    {"answer": path,              where the answer goes; what the project prints goes nowhere near it
     "scratch": folder,           private: nothing but what lies in it can be reached as a database
     "bytecode": folder,          for the bytecode of the project's files, whose folders stay as they are
     "top": folder,               the tree that is judged, and the working tree that it stands for
     "instead_of": folder,
     "parser": path or null,      of libpg_query's shared library
     "cwd": folder,               where the project runs its Alembic commands
     "environment": {"config": path or null, "toml": path or null, "section": str,
                     "script_location": path, "version_locations": [path], "wrapper": "alembic" or "flask"},
     "runs": [{"state": folder,   in `scratch`: the databases as they are before and after
               "steps": [{"do": "create"} | {"do": "stamp", "revisions": [id]}
                         | {"do": "upgrade", "to": [id]} | {"do": "compare", "as": str}
                         | {"do": "roundtrip", "revisions": [id], "irreversible": [id]}]}]}

The answer is what `work.answer` returns, as JSON, written in one piece at the end; without one the run has failed.
Python 3.8 or newer, SQLAlchemy 1.4 or newer, Alembic 1.9 or newer, standard library otherwise.
"""

from __future__ import annotations

import json
import os
import sys
from types import ModuleType


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


def main(path: str) -> None:
    with open(path, encoding="utf-8") as stream:
        question = json.load(stream)
    sys.pycache_prefix = question["bytecode"]
    _stand_alone()
    mine = os.getpid()
    try:
        from git_alembic.scratch.probe.work import answer
    except ImportError as error:  # the interpreter has no Alembic, or one that is too old
        found = {"missing": getattr(error, "name", None) or str(error)}
    else:
        found = answer(question)
    if os.getpid() == mine:  # not in a child that the project has forked
        unfinished = question["answer"] + ".part"
        with open(unfinished, "w", encoding="utf-8") as stream:
            json.dump(found, stream)
        os.replace(unfinished, question["answer"])
    os._exit(0)  # whatever threads the project has started


if __name__ == "__main__":
    main(sys.argv[1])
