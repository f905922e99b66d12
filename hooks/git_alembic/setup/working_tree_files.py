"""Reads and replaces files of the working tree for the setup."""

from __future__ import annotations

import os

from git_alembic.errors import CannotCheck
from git_alembic.temporary_files import discard


def read_bytes(path: str) -> bytes:
    """Return the content, or b"" if the file can't be read."""
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except OSError:
        return b""


def read_text(path: str) -> str:
    """Return the text with its original line endings, or "" if there is no file."""
    try:
        with open(path, encoding="utf-8", newline="") as stream:
            return stream.read()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise CannotCheck(f"{path} cannot be read: {error}") from error


def write_text(path: str, text: str, *, executable: bool = False) -> None:
    """Replace the file, or the target of a link, in one step. Its mode stays; a new file can be executable."""
    path = os.path.realpath(path)
    partial = f"{path}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o777 if executable else 0o666)
        with open(descriptor, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
        if os.path.exists(path):
            os.chmod(partial, os.stat(path).st_mode)
        os.replace(partial, path)
    except OSError as error:
        discard([partial])
        raise CannotCheck(f"{path} could not be written: {error.strerror}") from error


def is_within_real_path(path: str, folder: str) -> bool:
    """True for the folder itself and everything below it, after links are resolved."""
    return os.path.join(os.path.realpath(path), "").startswith(os.path.join(os.path.realpath(folder), ""))
