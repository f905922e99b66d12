"""Measures everything, writes docs/speed.json and docs/speed.svg, and fills the pages from them: `make bench`.

`python benchmarks/speed.py [--quick] [--cpu] [REPOSITORY …]`, with the packages that the Makefile installs, and with
tests/ on PYTHONPATH for the temporary PostgreSQL. Exit code 1 if a target was missed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import beside
from bench import rows
from measuring import MISSED, Row, Way, cells, conditions

from docs import figures
from tests.support.servers import postgres_server

if TYPE_CHECKING:
    from drift import Scratch

DOCS = Path(__file__).parents[1] / "docs"
QUICK = {"beside": (10, 100), "revisions": (10, 100), "environments": (1, 3), "files": (100, 1_000)}


def ratios(folder: Path, way: Way, repositories: Sequence[Path]) -> Iterator[Row]:
    """Yield the rows with a target: `check`, `pre-push`, `audit`, and `drift` on each kind of scratch database."""
    yield from rows(folder, way, repositories, generated=True)
    # Imported only after the measurement of memory, like matplotlib, because child processes start with our memory.
    import drift

    few = way._replace(times=min(way.times, 5))
    with scratches(folder) as found:
        for scratch in found:
            yield from drift.rows(folder / scratch.name.replace(" ", "-"), scratch, few)


@contextmanager
def scratches(folder: Path) -> Iterator[list[Scratch]]:
    """Yield SQLite, PostgreSQL's catalog, and a server of our own if possible."""
    import drift

    with ExitStack() as stack:
        url = None
        with suppress(FileNotFoundError):
            url = stack.enter_context(postgres_server()).url("postgres")
        found = stack.enter_context(drift.scratches(folder, url))
        if url is None:
            print("PostgreSQL was not found: its catalog is compared with Alembic on SQLite", file=sys.stderr)
            found = [*found, found[0]._replace(name="PostgreSQL (the other on SQLite)", url=drift.PROJECT_URL)]
        yield found


def measured(folder: Path, way: Way, repositories: Sequence[Path], *, quick: bool) -> Iterator[tuple[str, object]]:
    """Yield (key of docs/speed.json, its value), and finally ("svg", the drawing)."""
    found: list[Sequence[str]] = []
    for row in ratios(folder, way, repositories):
        found.append(cells(row))
        print(*found[-1], sep=" | ", file=sys.stderr, flush=True)
    yield "ratios", found
    few = way._replace(times=min(way.times, 5))
    yield "beside", "\n".join(beside.lines(folder, few, QUICK["beside"] if quick else beside.SIZES))
    import growth

    few = way._replace(times=min(way.times, 3))
    grown = [
        growth.revisions(folder, few, QUICK["revisions"] if quick else growth.REVISIONS),
        growth.environments(folder, few, QUICK["environments"] if quick else growth.ENVIRONMENTS),
        growth.files(folder, few, QUICK["files"] if quick else growth.FILES),
    ]
    yield "growth", "\n".join(growth.table(grown)).strip()
    *_, clock = conditions(way)
    yield "svg", growth.drawing(grown, clock)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small and once, to try this: writes to build/ alone")
    parser.add_argument("--cpu", action="store_true", help="processor time, which a busy machine changes less")
    parser.add_argument(
        "repositories", metavar="REPOSITORY", nargs="*", type=Path, help="whose history is audited, too"
    )
    options = parser.parse_args(argv)
    way = Way(1 if options.quick else 7, "cpu" if options.cpu else "wall")
    target = DOCS.parent / "build" / "speed" if options.quick else DOCS
    target.mkdir(parents=True, exist_ok=True)
    when, *what = conditions(way)
    found: dict[str, object] = {
        "conditions": f"Measured on {when}: {', '.join(what)}, medians of up to {way.times} runs."
    }
    with tempfile.TemporaryDirectory(prefix="bench-git-alembic-") as folder:
        for name, value in measured(Path(folder), way, options.repositories, quick=options.quick):
            if name == "svg":
                (target / "speed.svg").write_text(str(value), encoding="utf-8", newline="\n")
            else:
                found[name] = value
                text = json.dumps(found, indent=1, ensure_ascii=False)
                (target / "speed.json").write_text(f"{text}\n", encoding="utf-8", newline="\n")
            print(f"{name} done", file=sys.stderr, flush=True)
    if not options.quick:
        figures.main()
    return 1 if MISSED in json.dumps(found) and not options.quick else 0


if __name__ == "__main__":
    raise SystemExit(main())
