"""Text on a stream: its encoding, its end, and whether it has colors."""

from __future__ import annotations

import io
import os
from typing import Literal, TextIO

import pytest

from git_alembic.report import emit, wants_color
from tests.support.new_processes import python


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def closed(stream: TextIO) -> TextIO:
    stream.close()
    return stream


@pytest.mark.parametrize(
    ("encoding", "written"),
    [
        ("utf-8", "naïve ┬ … \\udcff\n".encode()),
        ("ascii", rb"na\xefve \u252c ... \udcff" + b"\n"),
        ("cp437", b"na\x8bve \xc2 ... \\udcff\n"),
        ("cp1252", b"na\xefve \\u252c \x85 \\udcff\n"),
    ],
)
def test_emit_writes_anything_to_any_stream(encoding: str, written: bytes) -> None:
    buffer = io.BytesIO()
    stream = io.TextIOWrapper(buffer, encoding=encoding, newline="\n")
    emit("naïve ┬ … \udcff", stream)
    assert buffer.getvalue() == written


@pytest.mark.parametrize(("text", "written"), [("", ""), ("a", "a\n"), ("a\n", "a\n"), ("a\n\n", "a\n\n")])
def test_emit_ends_with_a_newline(text: str, written: str) -> None:
    stream = io.StringIO()
    emit(text, stream)
    assert stream.getvalue() == written


def test_emit_to_a_closed_standard_stream_writes_nothing() -> None:
    emit("text", None)


def test_emit_under_the_c_locale() -> None:
    code = "import sys; from git_alembic.report import emit; emit('\\u252c \\udcff', sys.stdout)"
    with python(code, LC_ALL="C", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0") as process:
        assert process.communicate() == (b"\\u252c \\udcff\n", b"")


def test_emit_to_a_closed_reader_keeps_the_verdict() -> None:
    code = "import sys; from git_alembic.report import emit; input(); emit('few', sys.stdout); sys.exit(1)"
    reader, writer = os.pipe()
    with python(code, stdout=writer) as process:
        os.close(writer)
        os.close(reader)
        _, complaints = process.communicate(b"go\n")
    assert (process.returncode, complaints) == (1, b"")


@pytest.mark.parametrize(
    ("choice", "stream", "environ", "needed"),
    [
        ("always", io.StringIO(), {"NO_COLOR": "1", "TERM": "dumb"}, True),
        ("never", Terminal(), {"FORCE_COLOR": "1"}, False),
        ("auto", Terminal(), {}, True),
        ("auto", Terminal(), {"TERM": "xterm", "NO_COLOR": "", "FORCE_COLOR": ""}, True),
        ("auto", Terminal(), {"NO_COLOR": "1"}, False),
        ("auto", Terminal(), {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ("auto", Terminal(), {"TERM": "dumb"}, False),
        ("auto", io.StringIO(), {}, False),
        ("auto", io.StringIO(), {"FORCE_COLOR": "1", "TERM": "dumb"}, True),
        ("auto", None, {}, False),
        ("auto", closed(Terminal()), {}, False),
    ],
)
def test_wants_color(
    choice: Literal["auto", "always", "never"], stream: TextIO | None, environ: dict[str, str], needed: bool
) -> None:
    assert wants_color(choice, stream, environ) is needed
