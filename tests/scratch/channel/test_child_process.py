"""A child process answers in frames, whatever else it prints. If there is no answer, the reason is known."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest

from git_alembic.scratch.channel import child_side
from git_alembic.scratch.channel.child_process import FramedProcess, NoAnswer, start_process
from git_alembic.scratch.channel.cpu_limit import CpuLimit
from git_alembic.scratch.channel.frames import write_frame

MARK = "0123456789abcdef01234567"
FOLDER = Path(child_side.__file__).parents[3]
CHILD = """
import ctypes, os, subprocess, sys
from git_alembic.scratch.channel.child_side import ChildChannel
{before}
channel = ChildChannel(sys.argv[1])
question = channel.receive()
channel.end_when_closed()
{during}
channel.send({{"answer": question.header["x"] + 1}})
{after}
"""
NOISE = """
print("printed")
os.write(1, b"written")
ctypes.CDLL(None).puts(b"by C, and never flushed")
subprocess.run(["echo", "by a program"])
print("by Python, and never flushed", end="")
"""


@contextmanager
def child(folder: Path, before: str = "", during: str = "", after: str = "") -> Iterator[FramedProcess]:
    """Run Python code around the exchange of one question and one answer."""
    code = CHILD.format(before=before, during=during, after=after)
    words = [sys.executable, "-c", code, MARK]
    env = {**os.environ, "PYTHONPATH": str(FOLDER)}
    with start_process(words, MARK, output=str(folder / "output"), cwd=str(folder), env=env) as process:
        process.send({"x": 1})
        yield process


def answer(process: FramedProcess, seconds: int = 60) -> object:
    return process.receive(CpuLimit(process.pid, seconds)).header["answer"]


def no_answer(process: FramedProcess, seconds: int = 60) -> NoAnswer:
    with pytest.raises(NoAnswer) as caught:
        answer(process, seconds)
    return caught.value


def frame() -> bytes:
    """Return a frame whose sizes contain the byte of a newline."""
    stream = BytesIO()
    write_frame(stream, MARK, {"a": 10}, b"0123456789")
    return stream.getvalue()


@pytest.mark.parametrize("when", ["before", "during", "after"])
def test_output_of_the_project_does_not_disturb_frames(tmp_path: Path, when: str) -> None:
    with child(tmp_path, **{when: NOISE}) as process:
        assert answer(process) == 2


def test_output_is_kept_for_a_message(tmp_path: Path) -> None:
    with child(tmp_path, before="print('early', flush=True)", during="print('late'); raise SystemExit(3)") as process:
        error = no_answer(process)

    assert (error.code, error.output) == (3, ["early", "late"])


def test_a_forked_process_sends_nothing(tmp_path: Path) -> None:
    with child(
        tmp_path, during="if not os.fork(): channel.send({'answer': 'mine'}); os._exit(0)\nos.wait()"
    ) as process:
        assert answer(process) == 2


def test_standard_input_is_empty(tmp_path: Path) -> None:
    with child(tmp_path, during="assert sys.stdin.read() == ''\nassert os.read(0, 9) == b''") as process:
        assert answer(process) == 2


@pytest.mark.parametrize(
    ("written", "broken"),
    [
        (b"", ""),
        (frame()[:27], "it ended after 3 of 16 bytes"),
        (frame()[:-14], "it ended after 5 of 9 bytes"),
        (frame().replace(b'"a"', b'"b"'), "a terminal changed the data in transit"),
        (frame().replace(b"\n", b"\r\n"), "a terminal changed the data in transit"),
    ],
    ids=["nothing", "in the sizes", "in the header", "in the text", "in the sizes, by a terminal"],
)
def test_an_answer_that_is_not_complete(tmp_path: Path, written: bytes, broken: str) -> None:
    with child(tmp_path, before=f"os.write(1, {written!r}); os._exit(0)") as process:
        error = no_answer(process)

    assert error.broken.startswith(broken)
    assert error.code == 0


def test_a_killed_child(tmp_path: Path) -> None:
    with child(tmp_path, during="os.kill(os.getpid(), 9)") as process:
        assert no_answer(process).code == -9


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(
    ("code", "limit"),
    [
        ("while True: pass", "within 1 seconds of CPU time"),
        ("import time; time.sleep(600)", "and was idle for 1 seconds"),
        ("subprocess.run([sys.executable, '-c', 'while 1: pass'])", "within 1 seconds of CPU time"),
    ],
    ids=["computes", "sleeps", "has a child that computes"],
)
def test_the_limit_is_named(tmp_path: Path, code: str, limit: str) -> None:
    with child(tmp_path, during=code) as process:
        assert no_answer(process, 1).limit == limit


def test_the_child_and_its_processes_end_when_the_parent_is_gone(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "held")
    code = "held = os.open('held', os.O_WRONLY); subprocess.run(['sleep', '600'], pass_fds=[held])"
    with child(tmp_path, during=code) as process, (tmp_path / "held").open("rb") as held:
        process.close(gently=True)
        assert held.read() == b""  # no process has it open
