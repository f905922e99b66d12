"""The times of commits, and the dates that git understands."""

import re

from git_alembic.errors import CannotCheck
from git_alembic.git.commits import LOG
from git_alembic.git.runner import GitRunner
from git_alembic.git.text_encoding import decode

_DAY = re.compile(r"\s*\d{4}-\d{1,2}-\d{1,2}\s*")


def commit_time(repository: GitRunner, commit: str) -> int:
    """Return the commit time in Unix seconds."""
    return int(repository.run("log", "-1", *LOG, "--format=%ct", commit, "--"))


def parse_date(repository: GitRunner, date: str, time_of_day: str) -> int:
    """Return a date that git can parse ("2026-03-01", "2 weeks ago") in Unix seconds, or raise CannotCheck.

    A date without a time gets `time_of_day`; git would use the present time of day. `git rev-parse --since` turns any
    text into a date, so `git config` decides whether the text contains one. Both turn 30 February into 2 March.
    """
    is_date = not repository.attempt("-c", f"x.date={date}", "config", "--type=expiry-date", "--get", "x.date")[0]
    if not is_date or not _exists(date):
        raise CannotCheck(f"{date!r} isn't a date that git understands, such as 2026-03-01 or '2 weeks ago'")
    moment = f"{date} {time_of_day}" if _DAY.fullmatch(date) else date
    return int(decode(repository.run("rev-parse", f"--since={moment}")).strip().removeprefix("--max-age="))


def last_commit_before(repository: GitRunner, commit: str, time: int) -> str | None:
    """Return the newest commit along first parents that is older than a time. None if all are newer."""
    out = repository.run("rev-list", "--first-parent", "--max-count=1", f"--min-age={time}", commit, "--")
    return decode(out).strip() or None


def _exists(date: str) -> bool:
    """False if the date starts like an ISO date, but no calendar has that day."""
    import datetime as dt

    day = re.match(r"\s*(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)", date)
    if day is None:
        return True
    try:
        dt.date(*map(int, day.groups()))
    except ValueError:
        return False
    return True
