"""Measures commands in turns, and formats the rows of a table and a description of the machine."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

SCRIPTS = Path(sysconfig.get_path("scripts"))
CHECK = (str(SCRIPTS / "git-alembic"), "check")
HEADS = (str(SCRIPTS / "alembic"), "heads")
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PYTHON", "PRE_COMMIT"))},
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}
MISSED = "**no**"
HEADING = (
    "| what : compared with what | git-alembic | the other | ratio | target | met |",
    "|---|---:|---:|---:|---|---|",
)


class Run(NamedTuple):
    """A command, its folder, what is done before each run (not timed), and its standard input."""

    command: Sequence[str]
    folder: Path
    prepare: Callable[[], None] = lambda: None
    stdin: str = ""


class Measured(NamedTuple):
    wall: float  # seconds
    cpu: float  # CPU seconds, including child processes
    peak: int  # bytes


class Way(NamedTuple):
    """How often each command runs, and which of the two times counts."""

    times: int
    clock: str

    def of(self, one: Measured) -> float:
        return one.cpu if self.clock == "cpu" else one.wall


class Row(NamedTuple):
    what: str
    ours: str
    other: str
    ratio: float | None  # None: no comparison
    target: str
    held: bool | None = None


def measure(run: Run) -> Measured:
    run.prepare()
    start = time.perf_counter()
    process = subprocess.Popen(
        run.command,
        cwd=run.folder,
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(run.stdin.encode())
    process.stdin.close()
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.stdout.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(run.command)}: exit code {process.returncode}\n{said.decode(errors='replace')}")
    return Measured(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * (1 if sys.platform == "darwin" else 1024))


def in_turns(runs: Sequence[Run], times: int) -> list[list[Measured]]:
    """Return the measurements of each run. The first round fills the caches and is left out."""
    rounds = [[measure(run) for run in runs] for _ in range(times + 1)]
    return [list(column) for column in zip(*rounds[1:], strict=True)]


def compare(what: str, ours: Run, other: Run, most: float | None, way: Way) -> Row:
    """Return a row that holds if the ratio of ours to the other is at most `most`. None: only a comparison."""
    mine, theirs = (statistics.median(map(way.of, column)) for column in in_turns((ours, other), way.times))
    ratio = mine / theirs
    if most is None:
        return Row(what, shown(mine), shown(theirs), ratio, "")
    digits = 2 if round(most, 2) == most else 3
    target = f"<= {most:g}" if most >= 1 else f"<= {most:.{digits}f} ({1 / most:g} x faster)"
    return Row(what, shown(mine), shown(theirs), ratio, target, ratio <= most)


def shown(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 10 else f"{seconds:.1f} s"


def cells(row: Row) -> tuple[str, ...]:
    """Return the row as printed, column by column."""
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}" if row.ratio >= 0.2 else f"{row.ratio:.3f}"
    verdict = {True: "yes", False: MISSED, None: ""}[row.held]
    return row.what, row.ours, row.other, ratio, row.target, verdict


def line(row: Row) -> str:
    """Return the row as a line of a Markdown table."""
    return f"| {' | '.join(cells(row))} |"


def conditions(way: Way) -> Iterator[str]:
    """Yield when, where and with which versions the measurement was made."""
    said = subprocess.run(("git", "--version"), check=True, stdout=subprocess.PIPE, text=True).stdout
    yield time.strftime("%Y-%m-%d")
    yield f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}"
    yield f"Python {platform.python_version()}, git {said.strip().removeprefix('git version ')}"
    yield "processor time" if way.clock == "cpu" else "wall time"
