"""Objects from one `git cat-file` that stays open."""

from __future__ import annotations

import io

import pytest

from git_alembic.git.object_reader import CatFileProcess, ObjectReader
from tests.support.refusal_message import refusal


class Pipe(io.BytesIO):
    """The standard input of a git that has exited."""

    def flush(self) -> None:
        raise BrokenPipeError


def test_each_answer_in_turn() -> None:
    """git starts with the first question, and only once."""
    stdin, stdout = io.BytesIO(), io.BytesIO(b"1a blob 3\na\nb\nx missing\n2b blob 0\n\nabc ambiguous\n")
    starts = list[str]()

    def start() -> CatFileProcess:
        starts.append("start")
        return CatFileProcess(stdin, stdout, None)

    reader = ObjectReader(start)
    assert starts == []
    assert [reader.read_object(name) for name in ("HEAD:a", "x", "HEAD:\udcff", "abc")] == [
        ("1a", b"a\nb"),
        None,
        ("2b", b""),
        None,
    ]
    assert starts == ["start"]
    assert stdin.getvalue() == b"HEAD:a\nx\nHEAD:\xff\nabc\n"


@pytest.mark.parametrize("stdin", [io.BytesIO(), Pipe()])
def test_git_has_exited(stdin: io.BytesIO) -> None:
    reader = ObjectReader(lambda: CatFileProcess(stdin, io.BytesIO(), None))
    assert refusal(lambda: reader.read_object("HEAD")) == "`git cat-file` ended without output"
