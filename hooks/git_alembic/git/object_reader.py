"""Reads single objects of a repository from one `git cat-file` that stays open."""

from collections.abc import Callable
from typing import BinaryIO, NamedTuple

from git_alembic.errors import CannotCheck


class CatFileProcess(NamedTuple):
    """The two pipes of a running `git cat-file --batch`. The process ends with `keeper`."""

    stdin: BinaryIO
    stdout: BinaryIO
    keeper: object


class ObjectReader:
    """Reads objects one by one, because starting git takes longer than reading a dozen objects."""

    def __init__(self, start: Callable[[], CatFileProcess]) -> None:
        """`start` runs before the first object is read."""
        self._start = start
        self._process: CatFileProcess | None = None

    def read_object(self, name: str) -> tuple[str, bytes] | None:
        """Return (id, content) of the object with this name, or None. Raise CannotCheck if git has exited."""
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
            raise CannotCheck("`git cat-file` ended without output") from None
        return id_.decode("ascii"), content
