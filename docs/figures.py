"""Write the figures of docs/speed.json into the pages: `python docs/figures.py`, which `make bench` runs at the end.

A page marks each place with a pair of comments, such as `<!-- ratios -->` and `<!-- /ratios -->`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypedDict

ROOT = Path(__file__).parents[1]
FILE = ROOT / "docs" / "speed.json"
PLACES = {
    "README.md": ("speed",),
    "docs/drift.md": ("drift",),
    "docs/speed.md": ("speed", "beside", "growth", "ratios"),
}
FULL_ALEMBIC = "`alembic upgrade head && alembic check`"
# (what a user does, the measured row, the row to compare with)
SUMMARY = (
    (
        "commit without a migration (10,000 revisions)",
        "unrelated commit, 10,000 revisions : GitPython's `git diff --cached`",
        "`git diff` through GitPython",
    ),
    ("commit a new revision (5,000 revisions)", "the same : `alembic heads`", "`alembic heads`"),
    ("push a new revision (5,000 revisions)", "a push with a new revision among 5,000 : without one", ""),
    (
        "`drift` with a new revision (300 revisions, SQLite)",
        f"SQLite: the same : {FULL_ALEMBIC}",
        f"{FULL_ALEMBIC}",
    ),
    ("`drift` if nothing relevant changed", "SQLite: cached verdict, unrelated commit : `check`", ""),
    ("`audit` (10,000 commits)", "`audit` of a generated history, 10,000 commits, cold", ""),
)
DRIFT = {
    "SQLite": "SQLite",
    "SQLite, code that takes 1.5 s to import": "SQLite, 1.5 s of imports",
    "PostgreSQL, emulated in memory": "PostgreSQL",
    "PostgreSQL, a server": "PostgreSQL server",
}


class Comparison(NamedTuple):
    """A measured row: the command, its time, and the time of the other command."""

    what: str
    ours: str
    other: str
    ratio: str
    target: str
    held: str


class Figures(TypedDict):
    """The content of docs/speed.json. `beside` and `growth` are Markdown tables."""

    conditions: str
    beside: str
    growth: str
    ratios: list[list[str]]


def load() -> Figures:
    figures: Figures = json.loads(FILE.read_text(encoding="utf-8"))
    return figures


def parts(figures: Figures) -> dict[str, str]:
    """The Markdown of each part by its name."""
    rows = [Comparison(*row) for row in figures["ratios"]]
    heading = ("what : compared with what", "git-alembic", "the other", "ratio", "target", "met")
    return {
        "speed": f"{_summary(rows)}\n\n{figures['conditions']}",
        "beside": figures["beside"],
        "growth": figures["growth"],
        "ratios": table(heading, rows, "lrrrll"),
        "drift": f"{_drift(rows)}\n\n{figures['conditions']}",
    }


def fill(page: str, texts: Mapping[str, str], names: Sequence[str]) -> str:
    """Replace the text between each pair of comments."""
    for name in names:
        before, opening, rest = page.partition(f"<!-- {name} -->\n")
        _, closing, after = rest.partition(f"<!-- /{name} -->")
        assert closing, name
        page = f"{before}{opening}\n{texts[name]}\n\n{closing}{after}"
    return page


def table(heading: Sequence[str], rows: Sequence[Sequence[str]], alignment: str) -> str:
    """Return a Markdown table. `alignment` has an `l` or an `r` for each column."""
    rule = "".join({"l": "---|", "r": "---:|"}[side] for side in alignment)
    return "\n".join(f"| {' | '.join(row)} |" for row in (heading, *rows)).replace("\n", f"\n|{rule}\n", 1)


def _summary(rows: Sequence[Comparison]) -> str:
    lines = []
    for label, what, other in SUMMARY:
        row = _row(rows, what)
        lines.append((label, _readable(row.ours), f"{other}: {_readable(row.other)}" if other else ""))
    return table(("what you do", "takes", "for comparison"), lines, "lrl")


def _drift(rows: Sequence[Comparison]) -> str:
    lines = []
    measured = {row.what.partition(":")[0] for row in rows}
    for label, name in DRIFT.items():
        if name not in measured:  # there was no server
            continue
        full = _row(rows, f"{name}: one new revision on 300 : `--full`")
        alembic = _row(rows, f"{name}: the same : {FULL_ALEMBIC}")
        cached = _row(rows, f"{name}: cached verdict, unrelated commit : `check`")
        lines.append((label, *map(_readable, (cached.ours, full.ours, full.other, alembic.other))))
    heading = ("project", "nothing changed", "one new revision", "`drift --full`", FULL_ALEMBIC)
    return table(heading, lines, "lrrrr")


def _row(rows: Sequence[Comparison], what: str) -> Comparison:
    (found,) = (row for row in rows if row.what == what or row.what.startswith(f"{what},"))
    return found


def _readable(figure: str) -> str:
    """Return `1234 ms` as `1.2 s`."""
    number, _, unit = figure.partition(" ")
    return f"{float(number) / 1000:.1f} s" if unit == "ms" and float(number) >= 1000 else figure


def main() -> int:
    """Fill the pages."""
    texts = parts(load())
    for name, places in PLACES.items():
        path = ROOT / name
        path.write_text(fill(path.read_text(encoding="utf-8"), texts, places), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
