"""Runs scripts in the project's own interpreter, each in a child process with limits.

In: an interpreter, a script and its question. Out: the answer, or what went wrong. It knows no database and no
baseline.
Other packages import `local_probe`, `probe_interface`, `probe_process_launcher` and `project_python`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from git_alembic.config.settings import Settings
    from git_alembic.git import Repository
    from git_alembic.history.snapshot_reader import CompileFiles, RunFiles
    from git_alembic.revisions.revision import Problem, Revision, Unreadable


def python_readers(repository: Repository) -> tuple[RunFiles, CompileFiles]:
    """Return the functions that run and compile revision files of a repository. Few checks import what they need."""

    def run_files(
        settings: Settings, files: Sequence[Unreadable], contents: Mapping[str, bytes]
    ) -> list[Revision | Unreadable]:
        from git_alembic.scratch.interpreter.revisions_read_by_project_python import IdentifierLoader

        return IdentifierLoader(repository)(settings, files, contents)

    def compile_files(settings: Settings, contents: Mapping[str, bytes]) -> Mapping[str, Problem | None]:
        from git_alembic.scratch.interpreter.revisions_read_by_project_python import ProjectCompiler

        return ProjectCompiler(repository)(settings, contents)

    return run_files, compile_files
