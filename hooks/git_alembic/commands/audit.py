"""`git alembic audit`: replay the history and show what the hooks would have reported for each commit."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Sequence

from git_alembic.audit.replay import Replay
from git_alembic.audit.replayed_findings import check_steps, mainline_end
from git_alembic.audit.summary import Summary, summarize
from git_alembic.errors import CannotCheck
from git_alembic.git import Repository
from git_alembic.history.snapshot_reader import open_reader
from git_alembic.report import emit, is_terminal
from git_alembic.report.audit import AUDIT_FORMATS, AuditFormat, render_summary
from git_alembic.report.audit.json import JsonLines
from git_alembic.terminal.argument_parser import ArgumentParser
from git_alembic.terminal.progress import Progress

DESCRIPTION = "Show what the hooks would have reported for each past commit that touches an Alembic environment."


class AuditOptions(argparse.Namespace):
    range: str
    all: bool
    format: AuditFormat


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command. 0: the history was replayed, whatever it holds; 2: it could not be replayed."""
    options = _parser().parse_args(argv, AuditOptions())
    if options.range.startswith("-"):
        raise CannotCheck(f"{options.range!r} isn't a range of commits")
    repository = Repository()
    reader = open_reader(repository)
    revisions = ["--all"] if options.all else [options.range]
    with Progress(sys.stderr) as progress:
        replay = Replay(repository, reader, revisions, mainline_end(repository), progress)
        steps = check_steps(replay.steps())
        if options.format == "json":
            json_lines = JsonLines()
            for step, reports in steps:
                emit("\n".join(json_lines.lines(step, reports)), sys.stdout)
        else:
            summary = summarize(replay, steps)
    reader.save()
    if options.format != "json":
        emit(_report(repository, summary, options.format), sys.stdout)
    return 0


def _parser() -> ArgumentParser:
    parser = ArgumentParser("git alembic audit", description=DESCRIPTION)
    parser.add_argument(
        "range", metavar="RANGE", nargs="?", default="HEAD", help="a commit range, as for `git log` (default: HEAD)"
    )
    parser.add_argument("--all", action="store_true", help="check the commits reachable from any ref")
    parser.add_argument(
        "--format",
        choices=AUDIT_FORMATS,
        default="text",
        help="a table, JSON Lines (one line per commit and environment), or a report to share (Markdown or a single "
        "HTML file)",
    )
    return parser


def _report(repository: Repository, summary: Summary, format_: AuditFormat) -> str:
    subjects = {} if format_ == "text" else repository.subjects(incident.commit for incident in summary.incidents)
    project = os.path.basename((repository.top or repository.git_dir).removesuffix(f"{os.sep}.git"))
    width = shutil.get_terminal_size().columns if is_terminal(sys.stdout) else 0
    return render_summary(summary, format_, project.removesuffix(".git"), subjects, width)
