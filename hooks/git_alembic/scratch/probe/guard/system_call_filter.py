"""On Linux, makes the kernel refuse system calls of this process and of everything that it starts.

This also covers what raises no event in Python: drivers in C, and programs. As a script, it starts a program that can
reach nothing: python system_call_filter.py USER PROGRAM [ARGUMENT…]. USER is "-" for the current user.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _FILTER = 38, 22, 2
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16  # offsets in seccomp's data; both machines are little-endian
_OTHER_ABI = 0x40000000
_ALLOW, _ERROR = 0x7FFF0000, 0x00050000
_PERMISSION, _REFUSED, _NO_FAMILY = 1, 111, 97  # EPERM, ECONNREFUSED, EAFNOSUPPORT
_LOCAL = 1  # AF_UNIX
_PRIVATE, _ANONYMOUS, _FIXED, _READ_WRITE = 2, 0x20, 0x10, 3


class _Machine(NamedTuple):
    """Numbers of Linux: the architecture and its system calls."""

    architecture: int
    connect: int
    socket: int
    execve: int
    execveat: int


_MACHINES = {
    "x86_64": _Machine(0xC000003E, 42, 41, 59, 322),
    "aarch64": _Machine(0xC00000B7, 203, 198, 221, 281),
}
_FREE_PLACE = 1 << 20  # an address far below everything that a program uses
_IO_URING_SETUP = 425  # it would do the same without system calls


def try_to_refuse_connections() -> bool:
    """Make connect(2) fail from now on. Return False if the kernel can't do that."""
    machine = _machine()
    if machine is None:
        return False
    return _try_to_install([*_of(machine.architecture), *_refuse(machine.connect, _REFUSED), (_RETURN, 0, 0, _ALLOW)])


def try_to_confine(program_address: int) -> bool:
    """Refuse connections, network sockets, and each program except the one with its path at `program_address`.

    The address means nothing in the program that starts next, so that program can't start another one.
    """
    machine = _machine()
    if machine is None:
        return False
    return _try_to_install([
        *_of(machine.architecture),
        *_refuse(machine.connect, _REFUSED),
        *_refuse(machine.execveat, _PERMISSION),
        *_refuse(_IO_URING_SETUP, _PERMISSION),
        *_unless(machine.socket, [(_FIRST_ARGUMENT, _LOCAL)], _NO_FAMILY),
        *_unless(
            machine.execve,
            [(_FIRST_ARGUMENT, program_address & 0xFFFFFFFF), (_FIRST_ARGUMENT + 4, program_address >> 32)],
            _PERMISSION,
        ),
        (_RETURN, 0, 0, _ALLOW),
    ])  # fmt: skip


def _machine() -> _Machine | None:
    return _MACHINES.get(platform.machine()) if sys.platform.startswith("linux") else None


def _of(architecture: int) -> Iterator[tuple[int, int, int, int]]:
    """Refuse the calls of other architectures, then load the number of the call."""
    yield from [(_LOAD, 0, 0, _ARCHITECTURE), (_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _ERROR | _PERMISSION)]
    yield from [(_LOAD, 0, 0, _NUMBER), (_AT_LEAST, 0, 1, _OTHER_ABI), (_RETURN, 0, 0, _ERROR | _PERMISSION)]


def _refuse(number: int, error: int) -> Iterator[tuple[int, int, int, int]]:
    yield from [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERROR | error)]


def _unless(number: int, words: Sequence[tuple[int, int]], error: int) -> Iterator[tuple[int, int, int, int]]:
    """Refuse a call with other arguments. `words` has pairs of the position of an argument's word, and its value."""
    length = 2 * len(words) + 2
    yield (_EQUAL, 0, length, number)
    for index, (place, value) in enumerate(words):
        yield (_LOAD, 0, 0, place)
        yield (_EQUAL, 0, length - 2 * index - 3, value)
    yield (_RETURN, 0, 0, _ALLOW)
    yield (_RETURN, 0, 0, _ERROR | error)


def _try_to_install(program: Sequence[tuple[int, int, int, int]]) -> bool:
    import ctypes

    class Instruction(ctypes.Structure):
        _fields_ = [
            ("code", ctypes.c_ushort), ("if_true", ctypes.c_ubyte), ("if_false", ctypes.c_ubyte), ("k", ctypes.c_uint32)
        ]  # fmt: skip

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.POINTER(Instruction))]

    instructions = (Instruction * len(program))(*(Instruction(*words) for words in program))
    prctl = ctypes.CDLL(None).prctl
    if prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return False
    return not prctl(_PR_SET_SECCOMP, _FILTER, ctypes.byref(Program(len(program), instructions)))


def _start(user: str, words: Sequence[str]) -> None:
    """Replace this process with the program `words`, confined, perhaps as another user."""
    import ctypes

    if user != "-":
        import pwd

        entry = pwd.getpwnam(user)
        os.initgroups(user, entry.pw_gid)
        os.setgid(entry.pw_gid)
        os.setuid(entry.pw_uid)
    if _machine() is None:
        os.execv(words[0], [*words])  # noqa: S606 - the purpose of this script
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
    path = os.fsencode(words[0]) + b"\0"
    place = libc.mmap(_FREE_PLACE, len(path), _READ_WRITE, _PRIVATE | _ANONYMOUS | _FIXED, -1, 0)
    if place != _FREE_PLACE or not try_to_confine(place):
        os.execv(words[0], [*words])  # noqa: S606 - the purpose of this script
    ctypes.memmove(place, path, len(path))
    arguments = (ctypes.c_char_p * (len(words) + 1))(*map(os.fsencode, words), None)
    entries = [os.fsencode(f"{name}={value}") for name, value in os.environ.items()]
    environment = (ctypes.c_char_p * (len(entries) + 1))(*entries, None)
    libc.execve(ctypes.c_void_p(place), arguments, environment)
    sys.exit(f"{words[0]} does not start: {os.strerror(ctypes.get_errno())}")


if __name__ == "__main__":
    _start(sys.argv[1], sys.argv[2:])
