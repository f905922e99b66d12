"""A fork as a small drawing for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from git_alembic.graph import RevisionGraph

MOST_HEADS = 10
MOST_MERGES = 2  # shown on one straight run; more are only counted
SHORTEST_TEXT = 6  # columns; less of a message says nothing
SHORTEST_MARK = 12


class _Glyphs(NamedTuple):
    line: str
    branch: str
    last: str
    dots: str


_ASCII = _Glyphs("|   ", "+-- ", "+-- ", "...")
_UNICODE = _Glyphs("│   ", "├── ", "└── ", "…")


class _Row(NamedTuple):
    """One line before it is fitted to the width; `name` is a revision id, or the dots of a fold."""

    lead: str = ""
    name: str = ""
    text: str = ""
    mark: str = ""


class _Tree(NamedTuple):
    """What is drawn of a history: each revision below one of its parents; `held` ones are never folded away."""

    below: Mapping[str, list[str]]
    rows: Mapping[str, _Row]
    merges: frozenset[str]
    held: frozenset[str]
    glyphs: _Glyphs


def draw_fork(
    graph: RevisionGraph, heads: Sequence[str], holders: Mapping[str, str], *, unicode: bool = False, width: int = 80
) -> str:
    """The lines that lead to `heads` from where they part, in the order of `heads`.

    `holders` says who has a revision ("HEAD", "origin/main"). Straight runs are folded, and of what a merge brought in
    only the name is shown. Heads without a common ancestor are drawn apart, from their bases. Plain ASCII, unless
    `unicode`; no newline at the end; "" without heads.
    """
    glyphs = _UNICODE if unicode else _ASCII
    distinct = list(dict.fromkeys(heads))
    first = set(sorted(distinct, key=lambda head: head not in holders)[:MOST_HEADS])
    rows: list[_Row] = []
    groups = list(_related(graph, [head for head in distinct if head in first]))
    for group in groups:
        above = _above(graph, group, from_base=len(groups) > 1)
        tree = _tree(graph, above, frozenset({*group, *holders}), holders, glyphs)
        for root in (rev_id for rev_id, up in above.items() if up is None):
            rows += [_Row(), *_rows(tree, root, "", "")]
    if len(distinct) > len(first):
        rows += [_Row(), _Row("", glyphs.dots, _counted(len(distinct) - len(first), "more head"))]
    return "\n".join(_fitted(rows[1:], width, glyphs.dots))


def _related(graph: RevisionGraph, heads: Sequence[str]) -> Iterator[list[str]]:
    """The heads in groups that share ancestors, also by way of another head of the group."""
    lines = {head: graph.ancestors([head]) for head in heads}
    while lines:
        first = next(iter(lines))
        group, reached = {first}, lines.pop(first)
        while touching := [head for head, line in lines.items() if not reached.isdisjoint(line)]:
            group.update(touching)
            reached = reached.union(*(lines.pop(head) for head in touching))
        yield [head for head in heads if head in group]


def _above(graph: RevisionGraph, heads: Sequence[str], *, from_base: bool) -> dict[str, str | None]:
    """The revisions on the ways to `heads`, each with the one to draw it under: of several parents the latest.

    They start from where the heads part, or further up `from_base`.
    """
    point = graph.fork_point(heads)
    parted = graph.ancestors(heads) & graph.descendants(graph.ids if point is None else [point])
    within = graph.ancestors(heads) if from_base else parted
    position = {rev_id: (rev_id in parted, number) for number, rev_id in enumerate(graph.topological())}
    above: dict[str, str | None] = {}
    for head in heads:
        low: str | None = head
        while low is not None and low not in above:
            # In a cycle some parents stand later: not going there is what ends the walk.
            earlier = [up for up in graph.parents(low) if up in within and position[up] < position[low]]
            above[low] = max(earlier, key=position.__getitem__, default=None)
            low = above[low]
    return above


def _tree(
    graph: RevisionGraph,
    above: Mapping[str, str | None],
    held: frozenset[str],
    holders: Mapping[str, str],
    glyphs: _Glyphs,
) -> _Tree:
    clean = _ascii if glyphs is _ASCII else _printable
    below: dict[str, list[str]] = {}
    rows = {}
    for low, up in above.items():
        if up is not None:
            below.setdefault(up, []).append(low)
        message = clean(graph[low].message) if low in graph else ""
        mark = clean(", ".join(filter(None, _marks(graph, low, up, holders.get(low, "")))))
        rows[low] = _Row("", clean(low), message if any(map(str.isalnum, message)) else "", mark and f"({mark})")
    return _Tree(below, rows, frozenset(graph.merge_points), held, glyphs)


def _marks(graph: RevisionGraph, rev_id: str, above: str | None, holder: str) -> Iterator[str]:
    """What there is to say of a revision that is drawn below `above`."""
    if rev_id in graph.heads:
        yield "effective head" if rev_id in graph.effective_heads else "head"
    yield holder
    if rev_id not in graph:
        yield "not in this history"
    if rev_id in graph.bases:
        yield "base"
    if merged := [up for up in graph.parents(rev_id) if above and up != above]:
        yield f"merges {' and '.join(merged)}"
    if missing := [name for low, name in graph.missing if low == rev_id]:
        yield f"missing {'parent' if len(missing) == 1 else 'parents'} {' and '.join(missing)}"


def _rows(tree: _Tree, start: str, lead: str, rest: str) -> Iterator[_Row]:
    """`start` after `lead`, and all that is below it after `rest`."""
    line = [start]
    while len(ways := tree.below.get(line[-1], [])) == 1:
        line += ways
    bar = _Row(rest + tree.glyphs.line)
    for number, row in enumerate(_folded(tree, line)):
        if number:
            yield bar
        yield row._replace(lead=rest if number else lead)
    for way in ways:
        last = way == ways[-1]
        yield bar
        glyph = tree.glyphs.last if last else tree.glyphs.branch
        yield from _rows(tree, way, rest + glyph, rest + (" " * 4 if last else tree.glyphs.line))


def _folded(tree: _Tree, line: Sequence[str]) -> Iterator[_Row]:
    """A straight line with its two ends, what somebody holds, and a few merges; the rest only counted."""
    merges = tree.merges.intersection(line[1:-1])
    shown = {line[0], line[-1], *(tree.held.intersection(line)), *(merges if len(merges) <= MOST_MERGES else ())}
    run: list[str] = []
    for rev_id in line:
        if rev_id not in shown:
            run.append(rev_id)
            continue
        if len(run) == 1:
            yield tree.rows[run[0]]
        elif run:
            passed = len(merges.intersection(run))
            text = _counted(len(run), "revision") + (f", {_counted(passed, 'merge')}" if passed else "")
            yield _Row("", tree.glyphs.dots, text)
        run = []
        yield tree.rows[rev_id]


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _fitted(rows: Sequence[_Row], width: int, dots: str) -> Iterator[str]:
    """The rows as lines of at most `width` columns, the marks one below the other.

    Names give way last: a mark is cut when it takes more than half of a line or than the longest name leaves.
    """
    marked = [row for row in rows if row.mark]
    names = max((_columns(row.lead + row.name) for row in marked), default=0)
    room = max(SHORTEST_MARK, min(width // 2, width - 2 - names))
    marks = {row.mark: _cut(row.mark[:-1], room - 1, dots) + ")" for row in marked}
    widest = max(map(_columns, marks.values()), default=0)
    lefts = [_left(row, width - 2 - widest if row.mark else width, dots) for row in rows]
    column = max((_columns(left) for left, row in zip(lefts, rows, strict=True) if row.mark), default=0)
    for left, row in zip(lefts, rows, strict=True):
        padding = " " * (column - _columns(left) + 2)
        yield f"{left}{padding}{marks[row.mark]}" if row.mark else left.rstrip()


def _left(row: _Row, room: int, dots: str) -> str:
    name = _cut(row.lead + row.name, room, dots)
    left = room - _columns(name) - 2
    text = _cut(row.text, left, dots) if left >= SHORTEST_TEXT else ""
    return f"{name}  {text}" if text else name


def _cut(text: str, room: int, dots: str) -> str:
    if _columns(text) <= room:
        return text
    while text and _columns(text) > room - len(dots):
        text = text[:-1]
    return text.rstrip() + dots


def _columns(text: str) -> int:
    """How wide a terminal shows it: East Asian letters take two columns, combining marks none."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(letter) else 1 + (east_asian_width(letter) in "WF") for letter in text)


def _printable(text: str) -> str:
    """One line without control characters: what a file says must not steer the terminal."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _ascii(text: str) -> str:
    """The same with accents left off, and one question mark for each stretch of what ASCII cannot say."""
    if (text := _printable(text)).isascii():
        return text
    import re
    from unicodedata import combining, normalize

    letters = (letter for letter in normalize("NFKD", text) if not combining(letter))
    return re.sub(r"[^ -~]+", "?", "".join(letters))
