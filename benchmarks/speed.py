"""Measure everything and write it into docs/speed.md and docs/speed.svg: `make bench`.

`python benchmarks/speed.py [--quick] [--cpu]`, with the packages that the Makefile installs. Exit code 1 if a target of
the ratios was missed, which are listed first.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import beside
from bench import Row, Way, git, line, rows

DOCS = Path(__file__).parents[1] / "docs"
HEADING = (
    "| what : compared with what | git-alembic | the other | ratio | target | held |",
    "|---|---:|---:|---:|---|---|",
)
QUICK = {"beside": (10, 100), "revisions": (10, 100), "environments": (1, 3), "files": (100, 1_000)}


def measured(folder: Path, way: Way, *, quick: bool) -> Iterator[tuple[str, str]]:
    """(name of a part of the page, its Markdown), and last ("svg", the drawing)."""
    found: list[Row] = []
    for row in () if quick else rows(folder, way, (), generated=True):
        print(line(row), file=sys.stderr, flush=True)
        found.append(row)
    yield "ratios", "\n".join([*HEADING, *map(line, found)])
    few = way._replace(times=min(way.times, 5))
    yield "beside", "\n".join(beside.lines(folder, few, QUICK["beside"] if quick else beside.SIZES))
    import growth  # matplotlib would be part of what the children have at their peak, as they start

    few = way._replace(times=min(way.times, 3))
    grown = [
        growth.revisions(folder, few, QUICK["revisions"] if quick else growth.REVISIONS),
        growth.environments(folder, few, QUICK["environments"] if quick else growth.ENVIRONMENTS),
        growth.files(folder, few, QUICK["files"] if quick else growth.FILES),
    ]
    yield "growth", "\n".join(growth.table(grown)).strip()
    yield "svg", growth.drawing(grown, clock(way))
    if any(row.held is False for row in found):
        raise SystemExit(1)


def conditions(way: Way) -> str:
    """When, where and by what was measured."""
    git_version = git(Path.cwd(), "--version").removeprefix("git version ")
    machine = f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}"
    versions = f"Python {platform.python_version()}, git {git_version}"
    runs = f"{clock(way)}, medians of {way.times} runs and fewer"
    return f"Measured on {time.strftime('%Y-%m-%d')}: {machine}, {versions}, {runs}."


def clock(way: Way) -> str:
    return "processor time" if way.clock == "cpu" else "wall time"


def filled(page: str, name: str, text: str) -> str:
    """The page with a part of it, between two comments that name it, replaced."""
    marked = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    assert marked.search(page), name
    return marked.sub(lambda found: f"{found[1]}\n{text}\n\n{found[2]}", page)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small and once, to try this: writes to build/ alone")
    parser.add_argument("--cpu", action="store_true", help="processor time, which a busy machine changes less")
    options = parser.parse_args(argv)
    way = Way(1 if options.quick else 7, "cpu" if options.cpu else "wall")
    target = DOCS.parent / "build" / "speed" if options.quick else DOCS
    target.mkdir(parents=True, exist_ok=True)
    page = filled((DOCS / "speed.md").read_text(encoding="utf-8"), "conditions", conditions(way))
    with tempfile.TemporaryDirectory(prefix="bench-git-alembic-") as folder:
        for name, text in measured(Path(folder), way, quick=options.quick):
            if name == "svg":
                (target / "speed.svg").write_text(text, encoding="utf-8", newline="\n")
            else:
                page = filled(page, name, text)
                (target / "speed.md").write_text(page, encoding="utf-8", newline="\n")
            print(f"{name} done", file=sys.stderr, flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
