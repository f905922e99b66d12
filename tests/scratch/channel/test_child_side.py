"""The child's end of the channel: its streams, forked processes, and its end when the parent closes the input."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest

from git_alembic.scratch.channel import child_side
from git_alembic.scratch.channel.frames import Frame, FrameReader, write_frame

MARK = "0123456789abcdef01234567"
FOLDER = Path(child_side.__file__).parents[3]
START = """
import os, subprocess, sys
from git_alembic.scratch.channel.child_side import ChildChannel
channel = ChildChannel(sys.argv[1])
"""


def run(code: str, *headers: dict[str, object]) -> tuple[int, list[Frame], bytes, str]:
    """Run a child that receives these headers. Return (exit code, its frames, other output, standard error)."""
    sent = BytesIO()
    for header in headers:
        write_frame(sent, MARK, header)
    done = subprocess.run(
        [sys.executable, "-c", START + code, MARK], input=sent.getvalue(), capture_output=True, check=False,
        env={**os.environ, "PYTHONPATH": str(FOLDER)}, start_new_session=True,
    )  # fmt: skip
    reader = FrameReader(BytesIO(done.stdout), MARK)
    return done.returncode, list(reader), reader.noise, done.stderr.decode()


@pytest.mark.parametrize(
    ("code", "frames", "errors"),
    [
        ("channel.send({'a': 1}); channel.send({'b': [None]})", [{"a": 1}, {"b": [None]}], ""),
        ("channel.send({'x': channel.receive().header})", [{"x": {"n": 1}}], ""),
        ("print([channel.receive() and 1 for _ in range(3)])", [], "[1, 1, None]\n"),
        ("print(repr(sys.stdin.read()), os.read(0, 1))", [], "'' b''\n"),
        ("print('a', flush=True); os.write(1, b'b\\n'); subprocess.run(['echo', 'c'])", [], "a\nb\nc\n"),
        ("print(subprocess.run('cat', capture_output=True).stdout)", [], "b''\n"),
    ],
    ids=["sends", "receives", "no more frames", "empty input", "output is errors", "a program has no input"],
)
def test_streams(code: str, frames: list[dict[str, object]], errors: str) -> None:
    found = run(code, {"n": 1}, {"n": 2})
    assert found == (0, [Frame(frame) for frame in frames], b"", errors)


def test_a_forked_process_neither_receives_nor_sends() -> None:
    code = """
forked = os.fork()
if not forked:
    channel.send({"from": "fork"})
    os._exit(7 if channel.receive() is None else 8)
channel.send({"status": os.waitstatus_to_exitcode(os.waitpid(forked, 0)[1]), "received": channel.receive().header})
"""
    assert run(code, {"n": 1}) == (0, [Frame({"status": 7, "received": {"n": 1}})], b"", "")


class TestEndWhenClosed:
    def test_frames_are_received_as_before(self) -> None:
        code = "channel.end_when_closed(); channel.send({'x': [channel.receive().header, channel.receive().header]})"
        sent = BytesIO()
        for number in (1, 2):
            write_frame(sent, MARK, {"n": number})
        with start(code) as process:
            assert process.stdin
            assert process.stdout
            process.stdin.write(sent.getvalue())
            process.stdin.flush()
            frame = next(iter(FrameReader(process.stdout, MARK)))
        assert frame == Frame({"x": [{"n": 1}, {"n": 2}]})

    @pytest.mark.parametrize("rest", [b"", MARK.encode() + b"half a frame"])
    def test_the_whole_session_ends(self, rest: bytes) -> None:
        """A program that the project started keeps standard error open until it ends too."""
        code = """
channel.end_when_closed()
subprocess.Popen(["sleep", "600"])
channel.send({})
while True:
    pass
"""
        with start(code) as process:
            assert process.stdin
            assert process.stdout
            assert process.stderr
            assert next(iter(FrameReader(process.stdout, MARK))) == Frame({})
            process.stdin.write(rest)
            process.stdin.close()
            process.stderr.read()
        assert process.returncode == -signal.SIGKILL


def start(code: str) -> subprocess.Popen[bytes]:
    """Start a child in its own session, with open pipes."""
    return subprocess.Popen(
        [sys.executable, "-c", START + code, MARK], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(FOLDER)}, start_new_session=True,
    )  # fmt: skip
