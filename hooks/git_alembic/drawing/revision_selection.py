"""Selects the part of a history to draw: all of it, a fork, the neighbors of a revision, or what is new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_alembic.drawing.node import Node, Remarks
from git_alembic.drawing.node_builder import build_nodes
from git_alembic.findings.counts_and_quoted_ids import format_count

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from git_alembic.history.graph import RevisionGraph

MOST_HEADS = 10
NEIGHBOR_STEPS = 5  # revisions that `--around` draws in each direction
LATEST = 3  # revisions before each head that are never collapsed

Parents = dict[str, tuple[str, ...]]


def select_all(graph: RevisionGraph, remarks: Remarks) -> tuple[Node, ...]:
    """Select every revision. The last revisions before each head are never collapsed."""
    late = {rev_id for head in graph.heads for rev_id in _latest(graph, head)}
    return build_nodes(graph, _parents(graph, graph.ids), remarks._replace(kept={*remarks.kept, *late, *graph.heads}))


def select(graph: RevisionGraph, ids: Collection[str], remarks: Remarks) -> tuple[Node, ...]:
    """Select these revisions, and count those above and below them."""
    drawn = _parents(graph, [rev_id for rev_id in graph.ids if rev_id in ids])
    return _with_rest(graph, build_nodes(graph, drawn, remarks._replace(kept={*remarks.kept, *ids})))


def find_neighbors(graph: RevisionGraph, rev_id: str, steps: int) -> frozenset[str]:
    """Return the revisions up to `steps` away, and the direct dependencies and dependents of the revision."""
    near = edge = frozenset([rev_id])
    for _ in range(steps):
        edge = frozenset(other for id_ in edge for other in (*graph.parents(id_), *graph.children(id_))) - near
        near |= edge
    return near.union(graph.dependencies(rev_id), graph.dependents(rev_id))


def select_fork(graph: RevisionGraph, heads: Sequence[str], holders: Mapping[str, str]) -> tuple[Node, ...]:
    """Select the lines from the fork to `heads`. Draw a merge under its latest parent, and name the others.

    Heads without a common ancestor are drawn separately, from their bases. More than ten heads are only counted.
    """
    distinct = list(dict.fromkeys(heads))
    drawn_heads = set(sorted(distinct, key=lambda head: head not in holders)[:MOST_HEADS])
    groups = list(_group_related_heads(graph, [head for head in distinct if head in drawn_heads]))
    parents: Parents = {}
    for group in groups:
        parents.update(_lines_to_heads(graph, group, from_base=len(groups) > 1))
    remarks = Remarks({rev_id: (who,) for rev_id, who in holders.items()}, {}, heads)
    nodes = build_nodes(graph, parents, remarks)
    hidden_count = len(distinct) - len(drawn_heads)
    return (*nodes, Node(("",), (), format_count(hidden_count, "more head"), kind="rest")) if hidden_count else nodes


def _parents(graph: RevisionGraph, ids: Sequence[str]) -> Parents:
    drawn = set(ids)
    return {rev_id: tuple(up for up in graph.parents(rev_id) if up in drawn) for rev_id in ids}


def _latest(graph: RevisionGraph, head: str) -> Iterator[str]:
    """Yield the straight line that ends in a head, as far as it is shown."""
    ups = graph.parents(head)
    for _ in range(LATEST):
        if len(ups) != 1 or len(graph.children(ups[0])) != 1:
            return
        yield ups[0]
        ups = graph.parents(ups[0])


def _with_rest(graph: RevisionGraph, nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Add a node above and below each end for the revisions that are left out there."""
    drawn = {rev_id for node in nodes for rev_id in node.ids}
    before: list[Node] = []
    middle: list[Node] = []
    after: list[Node] = []
    for node in nodes:
        up = [id_ for id_ in graph.parents(node.ids[0]) if id_ not in drawn]
        down = [id_ for id_ in graph.children(node.ids[-1]) if id_ not in drawn]
        if up:
            earlier = graph.ancestors(up) - drawn
            before.append(Node((f"\0{node.key}",), (), format_count(len(earlier), "earlier revision"), kind="rest"))
        middle.append(node._replace(above=(*node.above, *([before[-1].key] if up else []))))
        if down:
            later = graph.descendants(down) - drawn
            name = format_count(len(later), "later revision")
            after.append(Node((f"\1{node.key}",), (node.key,), name, kind="rest"))
    return (*before, *middle, *after)


def _group_related_heads(graph: RevisionGraph, heads: Sequence[str]) -> Iterator[list[str]]:
    """Yield the heads in groups that share ancestors, directly or through another head of the group."""
    lines = {head: graph.ancestors([head]) for head in heads}
    while lines:
        first = next(iter(lines))
        group, reached = {first}, lines.pop(first)
        while touching := [head for head, line in lines.items() if not reached.isdisjoint(line)]:
            group.update(touching)
            reached = reached.union(*(lines.pop(head) for head in touching))
        yield [head for head in heads if head in group]


def _lines_to_heads(graph: RevisionGraph, heads: Sequence[str], *, from_base: bool) -> Parents:
    """Map the revisions on the way to `heads` to the parent to draw them under: the latest parent.

    They start at the fork, or with `from_base` at the base.
    """
    point = graph.fork_point(heads)
    parted = graph.ancestors(heads) & graph.descendants(graph.ids if point is None else [point])
    within = graph.ancestors(heads) if from_base else parted
    position = {rev_id: (rev_id in parted, number) for number, rev_id in enumerate(graph.topological())}
    above: Parents = {}
    for head in heads:
        low: str | None = head
        while low is not None and low not in above:
            # In a cycle, some parents come later. Skipping them ends the walk.
            earlier = [up for up in graph.parents(low) if up in within and position[up] < position[low]]
            next_ = max(earlier, key=position.__getitem__, default=None)
            above[low] = () if next_ is None else (next_,)
            low = next_
    return above
