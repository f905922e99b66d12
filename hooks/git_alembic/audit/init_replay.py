"""Replays the last year before the newest commit."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NamedTuple

from git_alembic.audit.finding_outcomes import OutcomeRecord, Tally
from git_alembic.audit.replay import Replay
from git_alembic.audit.step_findings import check_steps, mainline_end, touches_revisions
from git_alembic.git import Repository
from git_alembic.history.snapshots import open_reader
from git_alembic.terminal.progress import Progress

_YEAR = 365 * 86_400  # seconds


class LastYear(NamedTuple):
    """The number of commits, how many of them touch an environment, and how often each rule found something."""

    commits: int
    touched: int
    tallies: Sequence[Tally]


def replay_last_year(repository: Repository) -> LastYear:
    """Replay the year before the newest commit, so that an inactive project is replayed too. Show the progress."""
    end = mainline_end(repository)
    start = repository.last_commit_before(end, repository.commit_time(end) - _YEAR)
    reader = open_reader(repository)
    record, touched = OutcomeRecord(), 0
    with Progress(sys.stderr) as progress:
        replay = Replay(repository, reader, [f"{start}..{end}" if start else end], end, progress)
        for step, reports in check_steps(replay.steps()):
            touched += touches_revisions(step)
            for change, place, report in zip(step.changes, step.places, reports, strict=True):
                record.add(place.name, change, report.findings, mainline=step.mainline)
    reader.save()
    return LastYear(sum(not edge for *_, edge in replay.commits), touched, record.tallies())
