"""Runs in the project's interpreter: python main.py MARK [BYTECODE]

The question and the answer are frames with this MARK on standard input and output: see `channel.child_side`. The end
of standard input means that no process waits for an answer. This process then ends with everything that the project
started. With BYTECODE (the same folder as in the question), this process imports Alembic before the question comes.
`git_alembic.scratch.new_or_cached_run` sends the question (paths are absolute, ids are Alembic's):

    {"scratch": folder,           private: the project can reach no database outside it
     "database": "scratch", "sqlite", or the URL of a server; the names of the databases there start with "prefix"
     "prefix": str, "embedded": bool, true for a server that ends with the run
     "bytecode": folder,          for the bytecode of the project's files: see `bytecode_cache`
     "top": folder,               the checked tree, and the working tree that it replaces
     "working_tree": folder,
     "subfolder": str,            the folder of the checked tree that is in `working_tree`, "" for all of it
     "parser": path or null,      of libpg_query's shared library
     "adopts": bool,              true if a run's first database is the state's only one, whatever its name is
     "setup": str,                SQL statements to run on each new database
     "cwd": folder,               where the project runs its Alembic commands
     "environment": see `project.env_py.with_full_paths`,
     "runs": [{"state": folder,   in `scratch`: the databases before and after the run
               "steps": [{"do": "create"} | {"do": "remake", "statements": of an earlier "create"}
                         | {"do": "stamp", "revisions": [id]}
                         | {"do": "upgrade", "to": [id]} | {"do": "boundary"} | {"do": "compare", "as": str}
                         | {"do": "roundtrip", "revisions": [id], "irreversible": [id]}
                         | {"do": "rehearse", "plans": [null or {"file": path or "", "statements": [SQL], "rows": [id],
                            "schemas": [str], "downgrades": [id], "heads": [id]}, for each database of env.py]}
                         | {"do": "snapshot", "as": str} | {"do": "walk", "order": [id], "snapshots": [id]}]}],
     "work": "scratch_run"; the modules `inspect_databases` and `move_databases` of `project_databases` have no runs and
             reach the real databases: see there}

A step with "beyond": [[str]] (lines per database) runs only if the last comparison of the first run found another line
on a database. If no step of a run is left, the run doesn't happen, and its answer is null.

The answer is {"answer": what that module returns, "continues": bool}. Without this key, the run has failed. A process
that continues waits for another question about the same tree, of which it reads "runs" and "adopts". The question
{"clear": {"url": of a server, "driver": name, "prefix": str}} is for `real_server_databases.clear`.
Python 3.8 or newer, SQLAlchemy 1.4 or newer, Alembic 1.9 or newer, standard library otherwise.
"""

from __future__ import annotations

import gc
import os
import re
import sys
from contextlib import suppress
from datetime import datetime, timezone
from importlib import import_module
from types import ModuleType
from typing import Any, Callable

_OLDEST = {"alembic": (1, 9), "sqlalchemy": (1, 4, 36)}


def _stand_alone() -> None:
    """Make this folder and `channel` importable under their names, and nothing beside them.

    The script's folder comes first on `sys.path`, where the project's imports must not find these modules.
    """
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:1] = [folder for folder in sys.path[:1] if os.path.abspath(folder) != here]  # an option leaves it out
    for name in ("git_alembic", "git_alembic.scratch", "git_alembic.scratch.probe", "git_alembic.scratch.channel"):
        module = ModuleType(name)
        package_folder = os.path.join(os.path.dirname(here), name.rpartition(".")[2])
        module.__path__ = [package_folder] if name.count(".") > 1 else []
        sys.modules[name] = module


def main(mark: str, bytecode: str | None = None) -> None:
    _stand_alone()
    channel = import_module("git_alembic.scratch.channel.child_side").ChildChannel(mark)
    if bytecode is not None:
        _import_early(bytecode)
    request = channel.receive()
    if request is None:
        os._exit(0)
    channel.end_when_closed()
    question = request.header
    if "clear" in question:
        channel.send({"answer": _clear(**question["clear"]), "continues": False})
    else:
        _answer_all(channel, question)
    os._exit(0)  # even if the project started threads


def _import_early(bytecode: str) -> None:
    with suppress(Exception):  # the answer reports it
        import_module("git_alembic.scratch.probe.bytecode_cache").redirect_bytecode(bytecode, os.getcwd())
        import_module("git_alembic.scratch.probe.scratch_run")


def _answer_all(channel: Any, question: Any) -> None:
    """Answer a question, and those that follow it if this process can go on."""
    work = _start_work(question)
    while True:
        answer, continues = work(question)
        channel.send({"answer": answer, "continues": continues})
        request = channel.receive() if continues else None
        if request is None:
            return
        question = request.header


def _start_work(question: Any) -> Callable[[Any], tuple[Any, bool]]:
    """Return what answers the question: the answer, and whether it can answer another question."""
    work = _import_work(question)
    if isinstance(work, dict):
        return lambda _: (work, False)
    if "environment" in question:
        env_py = import_module("git_alembic.scratch.probe.project.env_py")
        question["environment"] = env_py.with_full_paths(question["environment"], question["top"])
    if "runs" in question:
        answer: Callable[[Any], tuple[Any, bool]] = work.ScratchRuns(question).answer
        return answer
    return lambda only_question: (work.answer(only_question), False)


def _import_work(question: Any) -> Any:
    """Return the module that answers the question, or the answer if Alembic or SQLAlchemy is missing or too old."""
    gc.disable()  # imports would trigger it repeatedly
    try:
        bytecode = import_module("git_alembic.scratch.probe.bytecode_cache")
        bytecode.redirect_bytecode(question["bytecode"], question["top"], question["working_tree"])
        import_module("alembic")
        if _is_outdated():
            return {"outdated": "", "versions": _versions()}
        work = import_module("git_alembic.scratch.probe." + question.get("work", "scratch_run"))
    except ModuleNotFoundError as error:
        return {"missing": error.name or str(error)}
    except ImportError as error:
        return {"outdated": str(error), "versions": _versions()}
    gc.freeze()
    gc.enable()
    return work


def _versions() -> dict[str, str]:
    return {name: str(getattr(sys.modules.get(name), "__version__", "?")) for name in _OLDEST}


def _is_outdated() -> bool:
    """True if Alembic or SQLAlchemy is too old for this code. A version that can't be read counts as new enough."""
    versions = {name: tuple(map(int, re.findall(r"\d+", text)[:3])) for name, text in _versions().items()}
    return any(version and version < _OLDEST[name] for name, version in versions.items())


def _clear(url: str, driver: str, prefix: str) -> list[str]:
    sys.dont_write_bytecode = True
    from sqlalchemy.engine import make_url

    from git_alembic.scratch.probe.engines.real_server_databases import clear

    return clear(make_url(url), driver, prefix, datetime.now(timezone.utc))


if __name__ == "__main__":
    main(*sys.argv[1:])
