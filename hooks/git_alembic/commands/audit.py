"""`git alembic audit`: replay history, and say of each commit what the hooks would have said."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from git_alembic.audit.incidents import Timeline
from git_alembic.audit.replay import Replay
from git_alembic.audit.step_findings import CheckedStep, check_steps, mainline_end, touches_revisions
from git_alembic.errors import CannotJudge
from git_alembic.git import Repository
from git_alembic.history.snapshots import open_reader
from git_alembic.report import emit
from git_alembic.report.audit import lines, summary
from git_alembic.terminal.arguments import ArgumentParser
from git_alembic.terminal.progress import progress

DESCRIPTION = "Show what the hooks would have reported for each past commit that touches an Alembic environment."


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; 0 when the history was replayed, whatever it holds, 2 when it could not be."""
    parser = ArgumentParser("git alembic audit", description=DESCRIPTION)
    parser.add_argument(
        "range", metavar="RANGE", nargs="?", default="HEAD", help="a commit range, as for `git log` (default: HEAD)"
    )
    parser.add_argument("--all", action="store_true", help="replay the commits of all refs")
    parser.add_argument(
        "--format",
        choices=("text", "json"),
        default="text",
        help="a table, or one JSON line per commit and environment",
    )
    options = parser.parse_args(argv)
    if options.range.startswith("-"):
        raise CannotJudge(f"{options.range!r} isn't a range of commits")
    repository = Repository()
    reader = open_reader(repository)
    replay = Replay(
        repository,
        reader,
        ["--all"] if options.all else [options.range],
        mainline_end(repository),
    )
    steps = check_steps(progress(replay.steps(), total=len(replay.commits), title="replaying", stream=sys.stderr))
    if options.format == "json":
        for step, reports in steps:
            emit("\n".join(lines(step, reports)), sys.stdout)
    else:
        emit(_summary(steps, len(replay.commits)), sys.stdout)
    reader.save()
    return 0


def _summary(steps: Iterable[CheckedStep], commits: int) -> str:
    timeline = Timeline()
    touched = 0
    for step, reports in steps:
        touched += touches_revisions(step)
        for change, place, report in zip(step.changes, step.places, reports, strict=True):
            timeline.add(step, place, change, report.findings)
    return summary(timeline.incidents(), commits, touched)
