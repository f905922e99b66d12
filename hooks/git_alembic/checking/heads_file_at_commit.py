"""Keeps the files with the heads up to date in the pre-commit hook of `git alembic install`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from git_alembic.report import emit
from git_alembic.rules.rule_defaults import is_about

if TYPE_CHECKING:
    from git_alembic.findings.report import Report
    from git_alembic.git import Repository


def update_heads_files(repository: Repository, report: Report) -> Report:
    """Write and stage the files if nothing else stops the commit. Return what is left to report."""
    paths = {finding.path for finding in report.findings if is_about(finding, "heads_file")}
    others = [finding for finding in report.blocking if not is_about(finding, "heads_file")]
    if not paths or report.reason is not None or others:
        return report
    from git_alembic.repair.heads_file_staging import stage_heads_files

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
