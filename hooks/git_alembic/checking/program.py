"""The command line under which the user can run this program."""

from __future__ import annotations

import os
import sys

PROGRAM = ("git", "alembic")


def own_program() -> tuple[str, ...]:
    """The argv to print before a command: pre-commit and prek install us where PATH does not reach."""
    if "PRE_COMMIT" not in os.environ:
        return PROGRAM
    import shutil

    own = os.path.dirname(sys.executable)
    others = [folder for folder in os.environ.get("PATH", "").split(os.pathsep) if folder != own]
    if shutil.which("git-alembic", path=os.pathsep.join(others)):
        return PROGRAM
    script = shutil.which("git-alembic", path=own)
    return (script,) if script else (sys.executable, "-m", "git_alembic")
