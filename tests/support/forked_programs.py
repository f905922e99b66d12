"""Runs programs in separate processes without starting Python: a parent with the imports forks for each run.

Settings that Python reads at startup (`PYTHON…`, locales) need a new process. So do tests of imports and of kills.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import pkgutil
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from subprocess import DEVNULL, CompletedProcess
from typing import NoReturn

from tests.support import forked_probe
from tests.support.forked_probe import settled_at_start

_BIN = Path(sys.executable).parent
_ROOT = Path(__file__).parents[2]
_IMPORTED = {  # imports before a fork; None stands for everything in the program
    "git-alembic": None,
    "alembic": ("alembic.command", "sqlalchemy.dialects.sqlite", "sqlalchemy.dialects.postgresql"),
    "flask": ("alembic.command", "flask_migrate", "flask_sqlalchemy", "sqlalchemy.dialects.sqlite"),
}
# Python confuses the bytecode of two files with the same size and the same second of change.
os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
_AS_IT_WAS = dict(os.environ)


def run(command: Sequence[str], cwd: Path, environ: Mapping[str, str]) -> CompletedProcess[str]:
    """Run a command without input. "git-alembic" is the program under test, whatever PATH contains."""
    program = command[0]
    if program in _IMPORTED and _is_ours(program, environ) and _starts_alike(program, environ):
        return _parent(program).run(command[1:], cwd, environ)
    return started(command, cwd, environ)


def started(command: Sequence[str], cwd: Path, environ: Mapping[str, str]) -> CompletedProcess[str]:
    """Run the same with a new interpreter."""
    start = [sys.executable, "-m", "git_alembic"] if command[0] == "git-alembic" else [command[0]]
    return subprocess.run(
        [*start, *command[1:]], cwd=cwd, env=environ, stdin=DEVNULL, capture_output=True, check=False,
        text=True, errors="surrogateescape",
    )  # fmt: skip


def _is_ours(program: str, environ: Mapping[str, str]) -> bool:
    return program == "git-alembic" or shutil.which(program, path=environ["PATH"]) == str(_BIN / program)


def _starts_alike(program: str, environ: Mapping[str, str]) -> bool:
    return hasattr(os, "fork") and settled_at_start(environ) == _parent(program).settled


@cache
def _parent(program: str) -> _Parent:
    found = _Parent(program)
    atexit.register(found.close)
    return found


class _Parent:
    """The process that forks. There is one per test run."""

    def __init__(self, program: str) -> None:
        self.settled = settled_at_start(_AS_IT_WAS)
        self._socket, its = socket.socketpair()
        with its:
            command = [sys.executable, "-m", "tests.support.forked_programs", program, str(its.fileno())]
            # Its streams are no terminal, like those of its children.
            self._process = subprocess.Popen(
                command,
                cwd=_ROOT,
                env=_AS_IT_WAS,
                pass_fds=[its.fileno()],
                stdin=DEVNULL,
                stdout=DEVNULL,
                stderr=DEVNULL,
            )

    def run(self, arguments: Sequence[str], cwd: Path, environ: Mapping[str, str]) -> CompletedProcess[str]:
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            payload = json.dumps([list(arguments), str(cwd), dict(environ)]).encode()
            socket.send_fds(self._socket, [len(payload).to_bytes(4, "big")], [out.fileno(), err.fileno()])
            self._socket.sendall(payload)
            code = int.from_bytes(_received(self._socket, 4), "big", signed=True)
            texts = []
            for stream in (out, err):
                stream.seek(0)
                texts.append(stream.read().decode("utf-8", "surrogateescape").replace("\r\n", "\n"))
        return CompletedProcess(list(arguments), code, *texts)

    def close(self) -> None:
        self._socket.close()
        self._process.wait()


def _received(stream: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        part = stream.recv(size - len(found))
        assert part, "the other process has ended"
        found += part
    return found


# --- the parent


def _serve(program: str, asking: socket.socket) -> NoReturn:
    if program == "git-alembic":
        forked_probe.make_ready()
    (entry,) = entry_points(group="console_scripts", name=program)
    main = entry.load()
    for name in _every_module() if _IMPORTED[program] is None else _IMPORTED[program] or ():
        import_module(name)
    sys.path.insert(0, str(_BIN))
    gc.freeze()
    while True:
        head, streams, _, _ = socket.recv_fds(asking, 4, 2)
        if not head:
            os._exit(0)
        arguments, cwd, environ = json.loads(_received(asking, int.from_bytes(head, "big")))
        child = os.fork()
        if not child:
            asking.close()
            for number, stream in enumerate(streams, 1):
                os.dup2(stream, number)
                os.close(stream)
            os.chdir(cwd)
            os.environ.clear()
            os.environ.update(environ)
            forked_probe.end(main, [str(_BIN / program), *arguments])
        for stream in streams:
            os.close(stream)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        asking.sendall(code.to_bytes(4, "big", signed=True))


def _every_module() -> list[str]:
    package = import_module("git_alembic")
    found = [module.name for module in pkgutil.walk_packages(package.__path__, "git_alembic.")]
    return [name for name in found if ".probe" not in name and not name.endswith("__main__")]


if __name__ == "__main__":
    del sys.path[0]
    __package__ = None  # type: ignore[assignment]  # or click takes the program for `python -m …`
    os.chdir("/")
    _serve(sys.argv[1], socket.socket(fileno=int(sys.argv[2])))
