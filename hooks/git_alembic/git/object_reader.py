"""Single objects of a repository, from one `git cat-file` that stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO, NamedTuple

from git_alembic.errors import CannotJudge


class Process(NamedTuple):
    """The two ends of a running `git cat-file --batch`; `keeper` ends it when it is forgotten."""

    stdin: BinaryIO
    stdout: BinaryIO
    keeper: object


class Objects:
    """Answers one question after the other: starting git takes longer than a dozen of them."""

    def __init__(self, start: Callable[[], Process]) -> None:
        """`start` is called at the first question."""
        self._start = start
        self._process: Process | None = None

    def get(self, name: str) -> tuple[str, bytes] | None:
        """(id, content) of what git knows by a name, None where it knows nothing; raises CannotJudge if git is gone."""
        process = self._process = self._process or self._start()
        try:
            process.stdin.write(name.encode("utf-8", "surrogateescape") + b"\n")
            process.stdin.flush()
            header = process.stdout.readline()
        except OSError:
            header = b""
        if header.endswith((b" missing\n", b" ambiguous\n")):
            return None
        try:
            id_, _, size = header.split(b" ")
            content = process.stdout.read(int(size) + 1)[:-1]
        except ValueError:
            raise CannotJudge("git does not work here: `git cat-file` has no answer") from None
        return id_.decode("ascii"), content
