"""Writes files completely or not at all, and undoes the changes."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator

from git_alembic.errors import CannotCheck
from git_alembic.temporary_files import sweep_files


class FileWriter:
    """Writes files below a folder, and remembers their earlier content.

    Temporary files go to `scratch` if it is on the same file system, so that a killed process leaves nothing in the
    project.
    """

    def __init__(self, top: str, scratch: str) -> None:
        self._top = top
        self._scratch = scratch
        self._before: dict[str, tuple[bytes, int] | None] = {}

    @property
    def paths(self) -> tuple[str, ...]:
        """The written files that exist now or existed before, sorted."""
        paths = (
            path for path, before in self._before.items() if before or os.path.lexists(os.path.join(self._top, path))
        )
        return tuple(sorted(paths))

    def write(self, path: str, data: bytes, *, executable: bool = False) -> None:
        """Write a file and keep its mode. A new file can be `executable`."""
        before = self._read(path)
        self.note_created(path, before)
        self._replace(path, data, before[1] if before else None, executable=executable)

    def create(self, path: str, data: bytes, *, executable: bool = False) -> None:
        """Create a file. Raise CannotCheck if the path exists, even if it appeared just now."""
        with self._temporary(path, data) as temporary:
            _allow(temporary, None, executable=executable)
            full_path = os.path.join(self._top, path)
            try:
                os.link(temporary, full_path)  # unlike a rename, this never replaces a file
            except OSError as error:
                if os.path.lexists(full_path):
                    raise CannotCheck(f"{path} is in the way") from error
                os.replace(temporary, full_path)  # a file system without hard links
        self.note_created(path)

    def note_created(self, path: str, before: tuple[bytes, int] | None = None) -> None:
        """Remember the earlier content of a file. None: another program has just created it."""
        self._before.setdefault(path, before)

    def undo(self) -> None:
        """Restore everything as far as the file system allows."""
        for path, before in self._before.items():
            if before is not None:
                self._replace(path, *before)
            elif os.path.lexists(os.path.join(self._top, path)):
                os.unlink(os.path.join(self._top, path))

    def _read(self, path: str) -> tuple[bytes, int] | None:
        try:
            with open(os.path.join(self._top, path), "rb") as stream:
                return stream.read(), stat.S_IMODE(os.fstat(stream.fileno()).st_mode)
        except FileNotFoundError:
            return None

    def _replace(self, path: str, data: bytes, mode: int | None, *, executable: bool = False) -> None:
        with self._temporary(path, data) as temporary:
            _allow(temporary, mode, executable=executable)
            os.replace(temporary, os.path.join(self._top, path))

    @contextlib.contextmanager
    def _temporary(self, path: str, data: bytes) -> Iterator[str]:
        """Write a temporary file on the file system of a path, and remove it at the end.

        CannotCheck if that is impossible.
        """
        folder = os.path.dirname(os.path.join(self._top, path))
        try:
            os.makedirs(folder, exist_ok=True)
            same = os.stat(self._scratch).st_dev == os.stat(folder).st_dev
            home = self._scratch if same else folder
            sweep_files(home, r"git-alembic-\d+\.tmp")
            temporary = os.path.join(home, f"git-alembic-{os.getpid()}.tmp")
            try:
                with open(temporary, "wb") as stream:
                    stream.write(data)
                    stream.flush()
                    os.fsync(stream.fileno())
                yield temporary
            finally:
                with contextlib.suppress(FileNotFoundError):  # it was moved to its place
                    os.unlink(temporary)
        except OSError as error:
            raise CannotCheck(f"{path} cannot be written: {error.strerror}") from error


def _allow(path: str, mode: int | None, *, executable: bool) -> None:
    """Set the mode of a file.

    Without a mode, an executable new file gets the execute bits for everyone who may read it.
    """
    if mode is None and executable:
        fresh = stat.S_IMODE(os.stat(path).st_mode)
        mode = fresh | (fresh & 0o444) >> 2
    if mode is not None:
        os.chmod(path, mode)
