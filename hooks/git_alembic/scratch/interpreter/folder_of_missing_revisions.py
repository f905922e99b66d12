"""Makes a version folder for revisions that a tree lacks."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from git_alembic.temporary_files import SCRATCH, private_folder


@contextmanager
def version_folder(code: Mapping[str, bytes]) -> Iterator[str]:
    """Provide a private version folder with these revisions, or "" if there are none."""
    if not code:
        yield ""
        return
    with private_folder(tempfile.gettempdir(), SCRATCH) as folder:
        write_revisions(folder, code)
        yield folder


def write_revisions(folder: str, code: Mapping[str, bytes]) -> None:
    """Write one file for each revision."""
    for name, content in name_files(code).items():
        with open(os.path.join(folder, name), "wb") as stream:
            stream.write(content)


def name_files(code: Mapping[str, bytes]) -> dict[str, bytes]:
    """Map a file name for each revision to its content."""
    return {
        f"{number:04}_{re.sub('[^0-9A-Za-z]', '_', id_)}.py": content
        for number, (id_, content) in enumerate(code.items())
    }
