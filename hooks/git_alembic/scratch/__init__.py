"""Runs the project's code on scratch databases, in the project's own interpreter.

In: the tree to check and its baseline. Out: the results, as values for the rules. It knows no rule. The code that
reaches the project's real databases, for `doctor` and `sync`, is in `probe.project_databases`.
Other packages import `channel.cpu_limit`, `checkout`, `drift_and_roundtrip.databases_built_from_parent_commit`,
`drift_and_roundtrip.drift`, `drift_and_roundtrip.failures_of_new_revisions`, `drift_and_roundtrip.roundtrip`,
`failure_messages`, `interpreter.probe_interface`, `interpreter.probe_process_launcher`, `interpreter.project_python`,
`new_or_cached_run`, `remote.remote_probe`, `run_cache` and `scratch_result`.
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
        from git_alembic.scratch.revisions_read_by_project_python import IdentifierLoader

        return IdentifierLoader(repository)(settings, files, contents)

    def compile_files(settings: Settings, contents: Mapping[str, bytes]) -> Mapping[str, Problem | None]:
        from git_alembic.scratch.revisions_read_by_project_python import ProjectCompiler

        return ProjectCompiler(repository)(settings, contents)

    return run_files, compile_files
