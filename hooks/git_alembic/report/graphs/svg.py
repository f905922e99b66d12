"""Histories as an image: the terminal's lanes as lines, in any monospaced font that the viewer has."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from git_alembic.drawing.lane_layout import lay_out
from git_alembic.report.graphs.title_and_legend import WIDEST, footnotes, meanings, title
from git_alembic.terminal.text_width import count_columns, shorten, strip_controls

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from git_alembic.drawing.history_view import Subject
    from git_alembic.drawing.lane_layout import Row
    from git_alembic.drawing.node import Node, State
    from git_alembic.report.graphs import DrawnView

MARGIN, ROW, LANE, LETTER = 20, 24, 18, 7.4  # pixels; LETTER is the width of a character at 12 pixels
GUTTER = 56  # for the arcs of dependencies
WIDEST_ID = 20  # columns; messages are aligned up to this width
MOST_LANES = 200  # lanes further right share the last one
HUES = 6  # colors of the lanes

_CSS = """
svg{--bg:#fff;--ink:#1f2328;--faint:#59636e;--l0:#0969da;--l1:#bf3989;--l2:#1a7f37;--l3:#9a6700;--l4:#8250df;--l5:#cf222e}
@media(prefers-color-scheme:dark){svg{--bg:#0d1117;--ink:#e6edf3;--faint:#9198a1;--l0:#58a6ff;--l1:#f778ba;--l2:#3fb950;
--l3:#d29922;--l4:#bc8cff;--l5:#ff7b72}}
.bg{fill:var(--bg)}
text{fill:var(--ink);font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
.t{font-weight:600;font-size:13px}.n{font-weight:600}.f{fill:var(--faint)}
.e{fill:none;stroke-width:2}.d{fill:none;stroke:var(--faint);stroke-width:1.2;stroke-dasharray:3 3}
.c{stroke-width:2}.m{fill:none;stroke:var(--faint)}.m.head{stroke:var(--ink);stroke-width:1.5}
.h0{--h:var(--l0)}.h1{--h:var(--l1)}.h2{--h:var(--l2)}.h3{--h:var(--l3)}.h4{--h:var(--l4)}.h5{--h:var(--l5)}
.e{stroke:var(--h)}.c{stroke:var(--h);fill:var(--h)}.unpublished{fill:var(--bg)}
.elsewhere{fill:var(--bg);stroke-dasharray:2.5 2}.run{stroke:var(--bg);stroke-width:1}
"""


def render_svg(drawn_views: Sequence[DrawnView], subject: Subject) -> str:
    body: list[str] = []
    top, width = float(MARGIN), 0.0
    for drawn_view in drawn_views:
        picture = _Picture(drawn_view, subject, top)
        body += picture.elements()
        top, width = picture.bottom + ROW, max(width, picture.right)
    for state, words in meanings(drawn_views, subject).items():
        body += [_disc(MARGIN + 6, top, state, 0), _text(MARGIN + LANE, top, words, "f")]
        top, width = top + ROW, max(width, MARGIN + LANE + count_columns(words) * LETTER)
    size = f'width="{width + MARGIN:.0f}" height="{top:.0f}" viewBox="0 0 {width + MARGIN:.0f} {top:.0f}"'
    heading = escape("; ".join(title(drawn_view, subject) for drawn_view in drawn_views))
    document = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}>\n<title>{strip_controls(heading)}</title>\n'
        f'<style>{_CSS}</style>\n<rect class="bg" width="100%" height="100%"/>\n' + "\n".join(body) + "\n</svg>"
    )
    return document.encode("ascii", "xmlcharrefreplace").decode()  # ASCII is the same on every stream


class _Picture:
    """One environment, drawn downward from `top`. `right` and `bottom` are its limits."""

    def __init__(self, drawn_view: DrawnView, subject: Subject, top: float) -> None:
        self._drawn_view = drawn_view
        self._heading = title(drawn_view, subject)
        self._rest = list(map(str, footnotes(drawn_view, subject)))
        self._rows = lay_out(drawn_view.nodes, MOST_LANES)
        self._top = top
        self._left = MARGIN + 6 + (GUTTER if any(node.needs for node in drawn_view.nodes) else 0)
        lanes = max((max(row.above | row.below | {row.column}) + 1 for row in self._rows), default=0)
        self._names = self._left + lanes * LANE + 4
        names = (count_columns(strip_controls(node.name)) for node in drawn_view.nodes if node.kind == "revision")
        self._texts = self._names + min(max(names, default=0), WIDEST_ID) * LETTER + 14
        self.bottom = top + ROW * (1.5 + len(self._rows) + len(self._rest))
        self.right = max(
            (MARGIN + count_columns(line) * LETTER * 1.1 for line in (self._heading, *self._rest)), default=0
        )

    def elements(self) -> Iterator[str]:
        yield _text(MARGIN, self._top, self._heading, "t")
        positions = {row.node.key: (self._x(row.column), self._y(number)) for number, row in enumerate(self._rows)}
        for number, (row, next_) in enumerate(zip(self._rows, self._rows[1:], strict=False)):
            yield from self._edges(number, row, next_)
        for row in self._rows:
            yield from _arcs(row.node, positions)
        for number, row in enumerate(self._rows):
            yield from self._node(number, row)
        for number, line in enumerate(self._rest):
            yield _text(MARGIN, self._y(len(self._rows) + number), line, "f")

    def _x(self, lane: int) -> float:
        return self._left + lane * LANE

    def _y(self, number: int) -> float:
        return self._top + ROW * (1.5 + number)

    def _edges(self, number: int, row: Row, next_: Row) -> Iterator[str]:
        """Yield the lines between two rows."""
        y = self._y(number)
        for lane in sorted(row.below):
            start = self._x(row.column if lane in row.opens else lane)
            end = self._x(next_.column if lane in next_.joins else lane)
            curve = f"C{start:g} {y + ROW * 0.6:g} {end:g} {y + ROW * 0.4:g} {end:g} {y + ROW:g}"
            way = f"V{y + ROW:g}" if start == end else curve
            yield f'<path class="e h{lane % HUES}" d="M{start:g} {y:g}{way}"/>'

    def _node(self, number: int, row: Row) -> Iterator[str]:
        node, y = row.node, self._y(number)
        folded = node.kind != "revision"
        yield (_fold(self._x(row.column), y) if folded else _disc(self._x(row.column), y, node.state.kind, row.column))
        name, text = strip_controls(node.name), shorten(strip_controls(node.text), WIDEST)
        yield _text(self._names, y, name, "f" if folded else "n")
        x = max(self._texts, self._names + count_columns(name) * LETTER + 14)
        if text:
            yield _text(x, y, text, "")
            x += count_columns(text) * LETTER + 14
        for mark in node.marks:
            yield from _pill(x, y, strip_controls(mark))
            x += count_columns(strip_controls(mark)) * LETTER + 22
        self.right = max(self.right, x)


def _arcs(node: Node, positions: Mapping[str, tuple[float, float]]) -> Iterator[str]:
    """Yield the arcs from a node's dependencies, to the left of the lanes."""
    x, y = positions[node.key]
    for need in node.needs:
        from_x, from_y = positions[need]
        bend = MARGIN + 6 + GUTTER - 12 - min(abs(y - from_y) / 8, GUTTER - 12)
        yield f'<path class="d" d="M{from_x:g} {from_y:g}C{bend:g} {from_y:g} {bend:g} {y:g} {x:g} {y:g}"/>'


def _disc(x: float, y: float, state: State, lane: int) -> str:
    if state == "staged":
        return f'<path class="c h{lane % HUES}" d="M{x:g} {y - 7:g}l7 7-7 7-7-7z"/>'
    return f'<circle class="c h{lane % HUES} {state}" cx="{x:g}" cy="{y:g}" r="5"/>'


def _fold(x: float, y: float) -> str:
    """Return a gap in the line, with dots in it."""
    dots = "".join(f'<circle class="f" cx="{x:g}" cy="{y + offset:g}" r="1.6"/>' for offset in (-5, 0, 5))
    return f'<rect class="bg" x="{x - 3:g}" y="{y - 9:g}" width="6" height="18"/>{dots}'


def _pill(x: float, y: float, mark: str) -> Iterator[str]:
    head = " head" if mark in ("head", "effective head") else ""
    width = count_columns(mark) * LETTER + 14
    yield f'<rect class="m{head}" x="{x:g}" y="{y - 9:g}" width="{width:g}" height="18" rx="9"/>'
    yield _text(x + 7, y, mark, "n" if head else "")


def _text(x: float, y: float, words: str, style: str) -> str:
    styled = f' class="{style}"' if style else ""
    return f'<text{styled} x="{x:g}" y="{y + 4:g}">{escape(strip_controls(words))}</text>'
