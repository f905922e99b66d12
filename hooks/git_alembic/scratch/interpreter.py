"""The project's own interpreter: never ours, which may lack everything that the project imports."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping

from git_alembic.errors import CannotJudge


def interpreter(configured: str | None, top: str, environ: Mapping[str, str]) -> str:
    """The path of the project's Python: as configured, the activated environment, `.venv`, else the first on PATH.

    Raises CannotJudge where there is none.
    """
    if configured:
        path = os.path.join(top, configured)
        if not os.access(path, os.X_OK):
            raise CannotJudge(f"`python` in [tool.git-alembic] is {configured}, and there is no such program")
        return path
    own = os.path.realpath(sys.prefix)
    for folder in _folders(top, environ):
        for name in ("python", "python3", "python.exe"):
            path = os.path.join(folder, name)
            if os.access(path, os.X_OK) and os.path.realpath(os.path.dirname(folder)) != own:
                return path
    raise CannotJudge(
        'the project\'s Python was not found; set `python` in [tool.git-alembic], such as ".venv/bin/python"'
    )


def _folders(top: str, environ: Mapping[str, str]) -> Iterator[str]:
    scripts = "Scripts" if os.name == "nt" else "bin"
    for root in (
        environ.get("VIRTUAL_ENV"),
        environ.get("CONDA_PREFIX"),
        os.path.join(top, ".venv"),
        os.path.join(top, "venv"),
    ):
        if root:
            yield os.path.join(root, scripts)
    yield from filter(None, environ.get("PATH", "").split(os.pathsep))
