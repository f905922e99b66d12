"""Keeps the files with the heads up to date inside the pre-commit hook of `git alembic install`.

For `git commit -- PATH` git has two indexes: `GIT_INDEX_FILE`, which becomes the commit, and `index.lock`, which
becomes the index after the commit. Both get the file, each with the heads of its own history.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, NamedTuple

from git_alembic.git import INDEX, Repository
from git_alembic.git.trees import FILE
from git_alembic.history.evidence.evidence_collector import read_heads_file
from git_alembic.history.graph_algorithms.allowed_heads import count_excess_heads
from git_alembic.history.snapshot_reader import open_reader
from git_alembic.repair.file_writer import FileWriter
from git_alembic.repair.heads_file_plan import HeadsFileStep, plan_heads_file
from git_alembic.report import emit
from git_alembic.rules.rule_defaults import is_about
from git_alembic.scratch import python_readers

if TYPE_CHECKING:
    from git_alembic.findings.report import Report

_PARTIAL = re.compile(r"next-index-\d+\.lock")


class _StagedHeadsFile(NamedTuple):
    """One path of an index with its old blob ("" for a new path) and its new blob."""

    path: str
    old: str
    new: str


def update_heads_files(repository: Repository, report: Report) -> Report:
    """Write and stage the files if nothing else stops the commit. Return what is left to report."""
    paths = {finding.path for finding in report.findings if is_about(finding, "heads_file")}
    others = [finding for finding in report.blocking if not is_about(finding, "heads_file")]
    if not paths or report.reason is not None or others:
        return report
    staged = stage_heads_files(repository, paths)
    for step in staged:
        emit(f"git-alembic: staged {step.path}: {step.sentence}", sys.stderr)
    staged_paths = {step.path for step in staged}
    remaining = (
        finding
        for finding in report.findings
        if finding.path not in staged_paths or not is_about(finding, "heads_file")
    )
    return report._replace(findings=tuple(remaining))


def stage_heads_files(repository: Repository, paths: Collection[str]) -> list[HeadsFileStep]:
    """Write the files into the index. Also write a file into the working tree if it matches the index there.

    Return what was done.
    """
    own_index = os.path.join(repository.git_dir, "index")
    next_index = f"{own_index}.lock"
    index = os.path.join(repository.top or "", os.environ.get("GIT_INDEX_FILE", own_index))
    steps = _plan(repository, paths)
    staged = [_stage(repository, step) for step in steps]
    if _PARTIAL.fullmatch(os.path.basename(index)) and os.path.exists(next_index):
        _write(repository, _stage_after_commit(repository.at_index(next_index), steps))
    elif _real_path(index) in (
        _real_path(own_index),
        _real_path(next_index),
    ):  # another index doesn't concern the working tree
        _write(repository, staged)
    return steps


def _real_path(path: str) -> str:
    return os.path.normcase(os.path.realpath(path))


def _plan(
    repository: Repository, paths: Collection[str], instead_of_fork: Mapping[str, HeadsFileStep] | None = None
) -> list[HeadsFileStep]:
    """Return the steps for an index. If its history forks, use the given steps instead."""
    reader = open_reader(repository, *python_readers(repository))
    tree, roots = reader.trees.read_whole(INDEX, "staged")
    allowed = reader.trees.settings.of_tree(tree.files).heads
    steps = list[HeadsFileStep | None]()
    for snapshot in reader.snapshots(tree, roots):
        path = snapshot.environment.heads_file_path
        if instead_of_fork and path in instead_of_fork and count_excess_heads(snapshot.graph, allowed):
            steps.append(instead_of_fork[path])
        elif path in paths:
            steps.append(plan_heads_file(path, read_heads_file(reader, snapshot), snapshot.graph, allowed))
    return [step for step in steps if step is not None and not step.note]


def _stage(repository: Repository, step: HeadsFileStep) -> _StagedHeadsFile:
    mode, old = repository.listing(INDEX, [f":(literal){step.path}"]).get(step.path, (FILE, ""))
    new = repository.write_blob(step.data)
    repository.stage_blob(step.path, mode, new)
    return _StagedHeadsFile(step.path, old, new)


def _stage_after_commit(repository: Repository, steps: list[HeadsFileStep]) -> list[_StagedHeadsFile]:
    """Write the files into the index after the commit, which can have more revisions than the commit."""
    by_path = {step.path: step for step in steps}
    return [_stage(repository, step) for step in _plan(repository, by_path.keys(), by_path)]


def _write(repository: Repository, staged: list[_StagedHeadsFile]) -> None:
    files = FileWriter(repository.top or "", repository.git_dir)
    try:
        for path, old, new in staged:
            if _is_unchanged(repository, path, old):
                files.write(path, repository.smudged_content(new, path))
    except BaseException:
        files.undo()
        raise


def _is_unchanged(repository: Repository, path: str, old: str) -> bool:
    """True if the working tree has the file in the index's version."""
    full_path = os.path.join(repository.top or "", path)
    if not old or os.path.islink(full_path) or not os.path.isfile(full_path):
        return not old and not os.path.lexists(full_path)
    return repository.hash_after_clean(path) == old
