"""Runs where the project's Python is: unpacks trees, starts probes, and sends their answers back.

A request is a frame with "do". The answer is one frame, after any number of {"alive": true}:

    {"do": "code", "files": FILES}, body          -> {"parser": bool}   the probe; whether PostgreSQL's parser is here
    {"do": "parser"}, body                        -> {}                 the library of that parser
    {"do": "tree", "tree": name, "project": str, "env_py": path,
     "files": FILES}                              -> {"missing": [id], see `ReceivedTree.compare`}
    {"do": "contents", "sizes": [[id, size]]}, body   -> {}
    {"do": "make", "tree": name}                  -> {}                 all of its contents are here now
    {"do": "drop", "tree": name}                  -> {}
    {"do": "ask", "tree": name, "question": see `probe/main`, without the paths that only the relay knows,
     "states": {name: name of a state to copy, or null}, "more": {file name: content} of revisions,
     "env": {name: value}, "seconds": int}        -> {"answer": …}, or why there is none: see `_failure`
    {"do": "inspect", "tree", "question", "env", "seconds"}    -> likewise, in the folder that the command starts in
    {"do": "clear", "question": {"url": str, "prefix": str}, "env", "seconds"}    -> likewise
    {"do": "compile", "contents": {name: str}}    -> see `revision_syntax_check`

FILES are [path, mode of git, id of the content]. A body has contents one after the other. The answer after an OSError
is {"error": str, "errno": int}. At the end of its input, the relay removes its folder and ends.
"""

from __future__ import annotations

import errno
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from itertools import count
from typing import IO, Any

from git_alembic.scratch.channel.child_process import FramedProcess, NoAnswer, start_process
from git_alembic.scratch.channel.cpu_limit import CpuLimit
from git_alembic.scratch.channel.frames import BrokenFrame, Frame, FrameReader, new_mark, write_frame
from git_alembic.scratch.remote.relay.relay_folder import RelayFolder
from git_alembic.scratch.remote.relay.revision_syntax_check import compile_contents
from git_alembic.temporary_files import SCRATCH, private_folder


def main(mark: str, incoming: IO[bytes]) -> None:
    """Answer requests until the input ends."""
    outgoing = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    for name in ("SIGTERM", "SIGHUP", "SIGINT"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _exit)
    with ExitStack() as exits:
        relay = Relay(lambda answer: write_frame(outgoing, mark, answer), exits)
        requests: queue.Queue[Frame | None] = queue.Queue()
        threading.Thread(target=_read, args=(FrameReader(incoming, mark), requests, relay), daemon=True).start()
        while True:
            request = requests.get()
            if request is None:
                break
            relay.serve(request)
    os._exit(0)  # without waiting for the thread


def _exit(number: int, _: object) -> None:
    raise SystemExit(128 + number)


def _read(frames: FrameReader, requests: queue.Queue[Frame | None], relay: Relay) -> None:
    """Forward the requests. When the input ends, end the running probe."""
    try:
        for frame in frames:
            requests.put(frame)
    except BrokenFrame:  # the other side ended during a write
        pass
    relay.end()
    requests.put(None)


class Relay:
    """Serves requests one by one."""

    def __init__(self, say: Callable[[Mapping[str, Any]], None], exits: ExitStack) -> None:
        """Store the callbacks. `exits` removes the folder at the end."""
        self._say = say
        self._exits = exits
        self._folder: RelayFolder | None = None
        self._process: FramedProcess | None = None  # that is running
        self._kept: dict[str, tuple[FramedProcess, ExitStack]] = {}  # that wait for another question, by tree
        self._outputs = count(1)
        self._has_ended = False

    def end(self) -> None:
        """End the running probe, and start no other."""
        self._has_ended = True
        process = self._process
        if process is not None:
            process.kill()

    def serve(self, request: Frame) -> None:
        """Answer a request."""
        try:
            answer = self._answer(*request)
        except OSError as error:
            answer = {"error": str(error), "errno": error.errno or 0}
        self._say(answer)

    def _answer(self, header: Mapping[str, Any], body: bytes) -> Mapping[str, Any]:
        do = header["do"]
        if do == "compile":
            return compile_contents(header["contents"])
        folder = self._folder = self._folder or self._make_folder()
        if do == "ask":
            answer = self._ask(folder, folder.complete(header), header)
            return folder.without_same(header["tree"], answer)
        if do == "drop" and header["tree"] in self._kept:
            self._kept.pop(header["tree"])[1].close()
        if do == "inspect":
            return self._run_probe(folder, folder.complete_in_place(header), header)
        if do == "clear":
            return self._clear(folder, header)
        return folder.serve(header, body)

    def _make_folder(self) -> RelayFolder:
        return RelayFolder(os.path.realpath(self._exits.enter_context(private_folder(_temporary_folder(), SCRATCH))))

    def _clear(self, folder: RelayFolder, header: Mapping[str, Any]) -> Mapping[str, Any]:
        driver = folder.driver()
        if driver is None:
            return {"answer": []}
        return self._run_probe(folder, {"clear": {**header["question"], "driver": driver}}, header)

    def _ask(self, folder: RelayFolder, question: Mapping[str, Any], header: Mapping[str, Any]) -> dict[str, Any]:
        """Ask the process that ran the code of the tree before, if it can go on; else a new one."""
        tree = header["tree"]
        with ExitStack() as exits:
            if tree in self._kept:
                process, exits_of_process = self._kept.pop(tree)
                exits.push(exits_of_process)
            else:
                process = exits.enter_context(self._start_probe(folder, question, header))
            answer = self._exchange(process, question, header)
            if answer.get("continues"):
                self._kept[tree] = (process, self._exits.enter_context(exits.pop_all()))
            return answer

    def _run_probe(self, folder: RelayFolder, question: Mapping[str, Any], header: Mapping[str, Any]) -> dict[str, Any]:
        with self._start_probe(folder, question, header) as process:
            return self._exchange(process, question, header)

    def _start_probe(
        self, folder: RelayFolder, question: Mapping[str, Any], header: Mapping[str, Any]
    ) -> AbstractContextManager[FramedProcess]:
        mark = new_mark()
        return start_process(
            [sys.executable, *_options_of_python(), folder.probe, mark],
            mark,
            output=os.path.join(folder.path, f"output-{next(self._outputs)}"),
            cwd=question.get("cwd", folder.path),
            env={**os.environ, **header["env"], "GIT_CEILING_DIRECTORIES": folder.path},
        )

    def _exchange(
        self, process: FramedProcess, question: Mapping[str, Any], header: Mapping[str, Any]
    ) -> dict[str, Any]:
        self._process = process
        if self._has_ended:
            process.kill()
        process.send(question)
        try:
            return process.receive(_Heartbeat(process.pid, header["seconds"], self._say)).header
        except NoAnswer as error:
            return _failure(error)
        finally:
            self._process = None


class _Heartbeat(CpuLimit):
    """A limit on a probe that also tells the other side that the probe is still running."""

    def __init__(self, session: int, seconds: int, say: Callable[[Mapping[str, Any]], None]) -> None:
        super().__init__(session, seconds)
        self._say = say

    def find_reached_limit(self) -> str:
        self._say({"alive": True})
        return super().find_reached_limit()


def _options_of_python() -> list[str]:
    """Return the options of this Python, as `multiprocessing` passes them on."""
    return list(getattr(subprocess, "_args_from_interpreter_flags", list)())


def _failure(error: NoAnswer) -> dict[str, Any]:
    """Return the attributes of the exception."""
    return {"code": error.code, "output": list(error.output), "limit": error.limit, "broken": error.broken}


def _temporary_folder() -> str:
    try:
        return tempfile.gettempdir()
    except FileNotFoundError as error:  # no folder is writable
        raise OSError(errno.EROFS, str(error)) from error
