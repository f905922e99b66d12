"""Makes a merge revision with the project's own Alembic (its template, names and hooks), or writes a plain one."""

from __future__ import annotations

import os
from collections.abc import Sequence

from git_alembic.environments.environment import Environment
from git_alembic.lost_revisions.revision_query import list_python_files
from git_alembic.repair.file_changes import FileWriter
from git_alembic.repair.plain_merge_revision import MESSAGE, MergeRevision

_SECONDS = 120  # of CPU time, or without any; Flask-Migrate first loads the whole application


def run_alembic_merge(files: FileWriter, environment: Environment, merge: MergeRevision, top: str) -> str:
    """Write the merge revision. Return a sentence that says why the project's Alembic couldn't do it, or ""."""
    command = environment.command("merge", "-m", MESSAGE, "--rev-id", merge.id, *merge.heads)
    before = _python_files(top, environment.versions)
    problem = _failure(command, os.path.join(top, environment.cwd))
    new = sorted(_python_files(top, environment.versions) - before)
    for path in new:
        files.note_created(path)
    if not problem and len(new) == 1:
        return ""
    for path in new:
        os.unlink(os.path.join(top, path))
    files.write(merge.path, merge.data)
    reason = problem or "it did not write a file"
    return f"`{command[0]} merge` could not be run ({reason}), so git-alembic wrote a plain merge revision"


def _python_files(top: str, folders: Sequence[str]) -> set[str]:
    return {path for folder in folders for path in list_python_files(top, folder)}


def _failure(command: Sequence[str], folder: str) -> str:
    """Run a command as the user would. Return its last message if it failed, else ""."""
    import shutil

    from git_alembic.scratch.channel.run_with_cpu_limit import LimitReached, run_program

    if shutil.which(command[0]) is None:
        return "it is not on PATH"
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environ["PYTHONDONTWRITEBYTECODE"] = "1"  # otherwise it leaves __pycache__ in the version folder
    try:
        process = run_program(command, cwd=folder, env=environ, seconds=_SECONDS)
    except OSError as error:
        return " ".join(str(error).split())
    except LimitReached as limit:
        return f"it did not finish {limit}"
    lines = process.errors.decode("utf-8", "replace").strip().splitlines()
    return "" if process.code == 0 else (lines[-1] if lines else f"exit code {process.code}")
