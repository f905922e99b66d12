"""A node of a drawing: a revision with its marks, or a straight run of revisions that is collapsed into one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

State = Literal["published", "unpublished", "staged", "elsewhere"]


class RevisionState(NamedTuple):
    """Who has a revision, and the words for it. "" if it needs no words."""

    kind: State = "published"
    words: str = ""


class Node(NamedTuple):
    """One revision, a straight run of revisions (base side first), or "rest": only a number, with a made-up id.

    `above` and `needs` are keys of nodes: those above it in the drawing, and those with its `depends_on`.
    """

    ids: tuple[str, ...]
    above: tuple[str, ...]
    name: str
    text: str = ""
    marks: tuple[str, ...] = ()
    state: RevisionState = RevisionState()
    needs: tuple[str, ...] = ()
    kind: Literal["revision", "run", "rest"] = "revision"

    @property
    def key(self) -> str:
        return self.ids[0]


class Edge(NamedTuple):
    """Two nodes by key: `lower` comes after `upper`, or depends on it."""

    upper: str
    lower: str
    is_dependency: bool


class Remarks(NamedTuple):
    """Facts about revisions from outside their own history.

    `notes` by id are shown as they are. Revisions with notes and revisions in `kept` are never collapsed. All revisions
    of a collapsed run have the same state. `states` may omit revisions without a remark.
    """

    notes: Mapping[str, Sequence[str]]
    states: Mapping[str, RevisionState]
    kept: Collection[str] = ()
    heads: Collection[str] | None = None  # if they differ from the heads of the drawn graph


def edges(nodes: Iterable[Node]) -> Iterator[Edge]:
    """Yield the edges to each node from the nodes that it is drawn under, then from those that it depends on."""
    for node in nodes:
        for is_dependency, keys in ((False, node.above), (True, node.needs)):
            for key in keys:
                yield Edge(key, node.key, is_dependency)
