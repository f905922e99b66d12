"""Lets the project's code start only programs that answer a question, and only those that were on PATH at the start.

git runs so that it writes nothing and starts nothing: see `read_only_git`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any

from git_alembic.scratch.probe.guard.read_only_git import filter_query, index_query, reading_command, safe_variables

_SYSTEM = ("/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin")
_SHELLS = ("/bin/sh", "/system/bin/sh")
_PLAIN_LINE = re.compile(r"[\w./:=@^,+ -]+")
_LINKING = re.compile(r"-Wl,-t|-t|-l[\w.+-]+|-L.*|-o")
# Programs that settings and `ctypes.util`, `platform` and `uuid` run at import: name -> whether the arguments only ask.
_QUESTIONS: Mapping[str, Callable[[Sequence[str]], bool]] = {
    "uname": lambda words: all(re.fullmatch(r"-[a-z]+", word) for word in words),
    "hostname": lambda words: all(re.fullmatch(r"-[AdfIis]|--[a-z-]+", word) and "file" not in word for word in words),
    "lsb_release": lambda words: all(re.fullmatch(r"-[a-z]+", word) for word in words),
    "ldconfig": lambda words: list(words) == ["-p"],
    "getconf": lambda _: True,
    "which": lambda _: True,
    "file": lambda words: not any(re.match(r"-\w*[Cm]|--(?:co|ma)", word) for word in words),
    "objdump": lambda words: "-p" in words and not any(word.startswith(("@", "--pl")) for word in words),
    **dict.fromkeys(
        ("gcc", "cc", "ld"),
        lambda words: all(
            _LINKING.fullmatch(word) or before == "-o" for before, word in zip(("", *words), words)
        ) and "-t" in ",".join(words),
    ),
}  # fmt: skip


def guard_programs(
    refuse: Callable[[str], None], trees: Sequence[str], folder: str
) -> Mapping[str, Callable[[Any], None]]:
    """Refuse programs from now on, and return the handlers of their audit events.

    A program in `trees`, the project's folders, never counts as a program of the machine. If git would write an index,
    it works on a copy in `folder`.
    """
    programs = _Programs(refuse, trees, folder)
    programs.replace_fork()
    by_name = {} if os.name == "posix" else {"subprocess.Popen": programs.check_name}
    ways = ("os.posix_spawn", "os.exec", "os.system", "os.startfile")
    return {**by_name, **dict.fromkeys(ways, programs.refuse_untouched)}


class _Programs:
    def __init__(self, refuse: Callable[[str], None], trees: Sequence[str], folder: str) -> None:
        self._refuse = refuse
        self._indexes = (os.path.join(folder, f"index-{number}") for number in count(1))
        inside = tuple(os.path.realpath(tree) + os.sep for tree in trees)
        folders = [
            folder
            for folder in os.get_exec_path()
            if os.path.isabs(folder) and not f"{os.path.realpath(folder)}{os.sep}".startswith(inside)
        ]
        self._path = os.pathsep.join([*folders, *_SYSTEM])

    def refuse_untouched(self, arguments: Any) -> None:
        """Refuse a program if its start leaves no way to change its arguments."""
        self._refuse(f"the program {os.fsdecode(arguments[0])}")

    def check_name(self, arguments: Any) -> None:
        """Refuse a program by its name, on systems where `subprocess` leaves the search to the system."""
        words = _words(arguments[1])
        name = os.fsdecode(arguments[0]) if arguments[0] else words[0].split()[0] if words else ""
        self.command((shutil.which(name) or name,), words if len(words) > 1 else words[0].split(), "")

    def command(self, candidates: Sequence[Any], arguments: Any, folder: Any) -> list[str] | None:
        """Return the words to start a program with, its path first, or None if there is no such program.

        `candidates` are the paths of the search from `folder`. Any program that does more than answer a question is
        refused.
        """
        words = _words(arguments)
        paths = [os.path.join(os.fsdecode(folder or ""), os.fsdecode(path)) for path in candidates]
        program = next((path for path in paths if os.access(path, os.X_OK)), None)
        if program is None:
            return None
        if program in _SHELLS and len(words) == 3 and words[1] == "-c" and _PLAIN_LINE.fullmatch(words[2]):
            line = words[2].split()
            command = self._reading(shutil.which(line[0]) or "", line) if line else None
        else:
            command = self._reading(program, words)
        if command is None:
            self._refuse(f"the program {' '.join(words)[:200] or program}")
        return command

    def _reading(self, path: str, words: Sequence[str]) -> list[str] | None:
        name = os.path.basename(path)
        name = os.path.splitext(name)[0] if os.name == "nt" else name
        trusted = shutil.which(name, path=self._path)
        if trusted is None or os.path.realpath(path) != os.path.realpath(trusted):
            return None
        asks = _QUESTIONS.get(name)
        command = reading_command(words) if name == "git" else list(words) if asks and asks(words[1:]) else None
        return None if command is None else [path, *command[1:]]

    def _variables(self, command: Sequence[str], folder: Any, env: Any) -> list[bytes]:
        """Return the variables of a program, including those for git."""
        pairs = [entry.partition(b"=")[::2] for entry in env] if env is not None else list(os.environb.items())
        variables = safe_variables(dict(pairs))
        query = filter_query(command)
        if query:
            filters = os.fsdecode(_output(query, folder, variables)).splitlines()
            variables = safe_variables(dict(pairs), filters)
        query = index_query(command)
        if query:
            index = _output(query, folder, variables).rstrip(b"\n")
            if os.path.isfile(index):
                copy = next(self._indexes)
                shutil.copyfile(os.fsdecode(index), copy)
                variables[b"GIT_INDEX_FILE"] = os.fsencode(copy)
        return [b"=".join(pair) for pair in variables.items()]

    def replace_fork(self) -> None:
        """Check each program at its start, and give it the variables for git."""
        if os.name != "posix":
            return
        import _posixsubprocess

        module: Any = _posixsubprocess
        popen: Any = subprocess
        fork_exec = module.fork_exec

        def checked(arguments: Any, executables: Any, *others: Any) -> Any:
            close_fds, pass_fds, folder, env, *rest = others
            command = self.command(executables or arguments[:1], arguments, folder)
            if command is None:
                return fork_exec(arguments, executables, *others)
            path = [os.fsencode(command[0])]
            variables = self._variables(command, folder, env)
            return fork_exec(command, path, close_fds, pass_fds, folder, variables, *rest)

        module.fork_exec = checked
        popen._USE_POSIX_SPAWN = False  # noqa: SLF001 - it would bypass the check
        if hasattr(popen, "_fork_exec"):
            popen._fork_exec = checked  # noqa: SLF001 - Python 3.11 imports it by name


def _output(query: Sequence[str], folder: Any, variables: Mapping[bytes, bytes]) -> bytes:
    env = {os.fsdecode(name): os.fsdecode(value) for name, value in variables.items()}
    return subprocess.run(query, cwd=folder, env=env, capture_output=True, check=False).stdout


def _words(arguments: Any) -> list[str]:
    if isinstance(arguments, (str, bytes)) or hasattr(arguments, "__fspath__"):
        return [os.fsdecode(arguments)]
    return [os.fsdecode(word) for word in arguments]
