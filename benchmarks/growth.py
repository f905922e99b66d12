"""Measures how the time of a check grows with revisions, environments and files, and draws docs/speed.svg."""

from __future__ import annotations

import io
import re
import statistics
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import matplotlib as mpl
from matplotlib.figure import Figure
from measuring import CHECK, HEADS, Run, Way, in_turns
from repositories import build, extended, git, unrelated

REVISIONS = (10, 100, 1_000, 5_000, 20_000)
ENVIRONMENTS = (1, 3, 10, 30, 100)
FILES = (100, 1_000, 10_000, 100_000)
MOST_HEADS = 30  # environments for one run of `alembic heads` each
EVERY_HEADS = ("sh", "-c", f'for ini in $(git ls-files "*alembic.ini"); do "{HEADS[0]}" -c "$ini" heads || exit; done')
# Colors that a light and a dark page show. Letters and lines have the page's color (see `themed`).
COLORS = {"a new revision": "#2f81f7", "no migration": "#3fa35a", "alembic heads": "#d9822b"}
TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)  # seconds
INK, FAINT = "#010203", "#040506"
DARK = "@media(prefers-color-scheme:dark){svg{--ink:#e6edf3;--faint:#3d444d}}"
STYLE = f"<style>svg{{--ink:#1f2328;--faint:#d0d7de}}{DARK}</style>"


class Growth(NamedTuple):
    """The counts along one axis, and (label, [(count, seconds)]) for each line."""

    what: str
    lines: dict[str, list[tuple[int, float]]]


def revisions(folder: Path, way: Way, counts: Sequence[int]) -> Growth:
    return _grown("revisions", counts, way, lambda count: _runs(build(folder / f"revisions-{count}", count), count))


def environments(folder: Path, way: Way, counts: Sequence[int]) -> Growth:
    def runs(count: int) -> dict[str, Run]:
        at = build(folder / f"environments-{count}", 10, environments=count)
        found = _runs(at, 10, count)
        if count > MOST_HEADS:
            return {what: run for what, run in found.items() if what != "alembic heads"}
        return {**found, "alembic heads": Run(EVERY_HEADS, at)}

    return _grown("environments of 10 revisions", counts, way, runs)


def files(folder: Path, way: Way, counts: Sequence[int]) -> Growth:
    def runs(count: int) -> dict[str, Run]:
        more = ((f"lib/p{number // 100:03}/m{number % 100:02}.py", f"N = {number}\n") for number in range(count))
        return _runs(build(folder / f"files-{count}", 100, more=more), 100)

    return _grown("other files, with 100 revisions", counts, way, runs)


def _runs(at: Path, count: int, environments: int = 1) -> dict[str, Run]:
    """Return a check of a new revision, a check of an unrelated change, and `alembic heads`, in one repository."""

    def new() -> None:
        git(at, "reset", "-q")
        extended(at, count, environments)

    def none() -> None:
        git(at, "reset", "-q")
        unrelated(at)

    return {
        "a new revision": Run(CHECK, at, new),
        "no migration": Run(CHECK, at, none),
        "alembic heads": Run(HEADS, at),
    }


def _grown(what: str, counts: Sequence[int], way: Way, runs_of: Callable[[int], dict[str, Run]]) -> Growth:
    lines: dict[str, list[tuple[int, float]]] = {}
    for count in counts:
        runs = runs_of(count)
        for name, column in zip(runs, in_turns(list(runs.values()), way.times), strict=True):
            lines.setdefault(name, []).append((count, statistics.median(map(way.of, column))))
    return Growth(what, lines)


def table(growths: Sequence[Growth]) -> Iterator[str]:
    """Yield the same figures in Markdown, for readers who cannot see the drawing."""
    for growth in growths:
        counts = sorted({count for points in growth.lines.values() for count, _ in points})
        yield f"| {growth.what} | {' | '.join(f'{count:,}' for count in counts)} |"
        yield "|---|" + "---:|" * len(counts)
        for name, points in growth.lines.items():
            taken = dict(points)
            cells = (f"{taken[count] * 1000:,.0f} ms" if count in taken else "" for count in counts)
            yield f"| {name} | {' | '.join(cells)} |"
        yield ""


def points_of(growth: Growth) -> list[tuple[int, float]]:
    """Return the points of the first line, which has all counts."""
    return next(iter(growth.lines.values()))


def drawing(growths: Sequence[Growth], clock: str) -> str:
    """Return an SVG of the diagrams, one below the other, with text as text."""
    style = {"svg.fonttype": "none", "svg.hashsalt": "git-alembic", "font.family": "sans-serif", "font.size": 10}
    ink = dict.fromkeys(("text.color", "axes.labelcolor", "xtick.color", "ytick.color", "axes.edgecolor"), INK)
    taken = [seconds for growth in growths for points in growth.lines.values() for _, seconds in points]
    lowest = max(tick for tick in TICKS if tick <= min(taken))
    highest = min(tick for tick in TICKS if tick >= max(taken))
    ticks = [tick for tick in TICKS if lowest <= tick <= highest]
    with mpl.rc_context({**style, **ink}):
        figure = Figure(figsize=(6.4, 2.9 * len(growths)), layout="constrained")
        for axes, growth in zip(figure.subplots(len(growths), squeeze=False)[:, 0], growths, strict=True):
            for (name, points), sign in zip(growth.lines.items(), "os^", strict=False):
                axes.plot(*zip(*points, strict=True), color=COLORS[name], marker=sign, label=name)
            axes.set(xscale="log", yscale="log", xlabel=growth.what, ylabel=f"ms of {clock}")
            axes.set(xticks=[count for count, _ in points_of(growth)], yticks=ticks, ylim=(lowest, highest))
            axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
            axes.yaxis.set_major_formatter(lambda value, _: f"{value * 1000:,.0f}")
            axes.minorticks_off()
            axes.grid(color=FAINT, linewidth=0.7)
            axes.legend(frameon=False)
        stream = io.StringIO()
        figure.savefig(stream, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return themed(stream.getvalue())


def themed(svg: str) -> str:
    """Return the drawing with the colors of a light or a dark page, without unneeded parts."""
    svg = svg.replace(INK, "var(--ink)").replace(FAINT, "var(--faint)")
    svg = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->|<!DOCTYPE.*?>", "", svg, flags=re.DOTALL)
    return re.sub(r"\n\s*\n+", "\n", svg.replace("<defs>", f"{STYLE}\n<defs>", 1))
