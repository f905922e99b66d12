"""Where nothing at all is to be reached: on Linux, the kernel refuses every connection of the process.

That holds for what raises no event in Python too: drivers in C, and programs that were started all the same.
"""

from __future__ import annotations

import platform
import sys

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _FILTER = 38, 22, 2
_CONNECT = {"x86_64": (0xC000003E, 42), "aarch64": (0xC00000B7, 203)}  # architecture, number of the system call
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_NUMBER, _ARCHITECTURE = 0, 4  # where seccomp's data has them
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 111  # ECONNREFUSED


def refuse_connections() -> bool:
    """Have connect(2) fail from now on, here and in what is started from here; whether the kernel does that."""
    if not sys.platform.startswith("linux") or platform.machine() not in _CONNECT:
        return False
    import ctypes

    architecture, connect = _CONNECT[platform.machine()]
    program = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 0, 3, architecture),
        (_LOAD, 0, 0, _NUMBER),
        (_EQUAL, 0, 1, connect),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    ]

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
