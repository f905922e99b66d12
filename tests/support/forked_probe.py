"""Forks the probe from a forked `git alembic`. Like a prestarted probe, it has already done its imports.

Otherwise, half of the tests' run time would go into starting interpreters that each import Alembic.
"""

from __future__ import annotations

import gc
import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from inspect import signature
from pathlib import Path
from typing import Any, NoReturn

_NAME = "git_alembic.scratch.probe"
_WORKS = ("scratch_run", "project_databases.inspect_databases", "project_databases.move_databases")
_STREAMS = ("p2cread", "p2cwrite", "c2pread", "c2pwrite", "errread", "errwrite")
_SETTLED_AT_START = ("PYTHON", "LC_", "LANG", "TZ", "TMPDIR", "GIT_PYTHON_", "LD_")
_kept: list[object] = []


def make_ready() -> None:
    """Import the modules of every probe, and fork each probe whose interpreter would start with the same settings."""
    spec = find_spec(_NAME)
    assert spec
    assert spec.origin
    script = str(Path(spec.origin).with_name("main.py"))
    path = list(sys.path)
    handed_on = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "GIT_"))}
    settled = settled_at_start(handed_on)
    for work in _WORKS:
        import_module(f"{_NAME}.{work}")
    there = {name for name in sys.modules if not name.startswith("git_alembic") or name.startswith(f"{_NAME}.")}
    execute = signature(subprocess.Popen._execute_child)  # type: ignore[attr-defined]  # noqa: SLF001 - typeshed lacks it

    class Popen(subprocess.Popen):  # type: ignore[type-arg]  # of text or bytes
        def _execute_child(self, *given: Any, **named: Any) -> None:
            process = execute.bind(self, *given, **named).arguments
            command = list(process["args"])
            if command[:2] != [sys.executable, script] or settled_at_start(process["env"]) != settled:
                super()._execute_child(*given, **named)  # type: ignore[misc]  # typeshed lacks it
                return
            self.pid = os.fork()
            if not self.pid:
                _become(command, process, path, there)
            self._child_created = True
            self._close_pipe_fds(*(process[name] for name in _STREAMS))  # type: ignore[attr-defined]  # typeshed lacks it

    subprocess.Popen = Popen  # type: ignore[misc]  # a class takes the place of a class


def settled_at_start(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that Python, or its imports, read only at the start."""
    return {name: value for name, value in environ.items() if name.startswith(_SETTLED_AT_START)}


def _become(command: list[str], process: Mapping[str, Any], path: list[str], there: set[str]) -> NoReturn:
    """Do what the system and Python do at the start of a program, as far as that is visible."""
    os.setsid()
    gc.freeze()  # keeps files of the other process from being closed by garbage collection
    _inherit(process)
    for number in signal.valid_signals():
        if callable(signal.getsignal(number)):
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    os.chdir(process["cwd"])
    os.environ.clear()
    os.environ.update(process["env"])
    for name in list(sys.modules):
        if name not in there and name.partition(".")[0] not in sys.stdlib_module_names:
            del sys.modules[name]
    sys.dont_write_bytecode = False
    sys.path[:] = [str(Path(command[1]).parent), *path]
    end(lambda: runpy.run_path(command[1], run_name="__main__") and 0, command[1:])


def _inherit(process: Mapping[str, Any]) -> None:
    """Keep the three standard streams and the inherited descriptors, and close all other files."""
    for target, name in enumerate(("p2cread", "c2pwrite", "errwrite")):
        os.dup2(process[name], target)
    for file in list(Path("/dev/fd").iterdir()):
        if int(file.name) > 2 and int(file.name) not in process["pass_fds"]:
            with suppress(OSError):  # the descriptor of the listing itself
                os.close(int(file.name))
    _kept.extend((sys.stdin, sys.stdout, sys.stderr))
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - open to the end of the process
    sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115 - likewise
    sys.stderr = open(2, "w", errors="backslashreplace", closefd=False)  # noqa: SIM115 - likewise


def end(main: Callable[[], object], argv: list[str]) -> NoReturn:
    """Run the main function of a program, and end like the program."""
    sys.argv = argv
    code: object = 1
    try:
        code = main()
    except SystemExit as ended:
        code = ended.code
    except BaseException:  # noqa: BLE001 - anything that Python would show
        sys.excepthook(*sys.exc_info())
    if isinstance(code, str):
        print(code, file=sys.stderr)  # noqa: T201 - Python prints it too
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))
