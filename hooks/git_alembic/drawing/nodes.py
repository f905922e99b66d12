"""The nodes of a drawing: revisions with their marks, and straight runs that are folded into one node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from git_alembic.findings.wording import counted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from git_alembic.history.graph import RevisionGraph
    from git_alembic.revisions.revision import Revision

State = Literal["published", "unpublished", "staged", "elsewhere"]
SHORTEST_FOLD = {"published": 3}  # folding two revisions would save only one line
SHORTEST_OTHER_FOLD = 10  # unpublished revisions are the interesting ones


class Standing(NamedTuple):
    """Who has a revision, and the words for it. "" if it needs no words."""

    state: State = "published"
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
    standing: Standing = Standing()
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

    `notes` by id are shown as they are. Revisions with notes and revisions in `kept` are never folded. All revisions of
    a folded run have the same standing. `standings` may omit revisions without a remark.
    """

    notes: Mapping[str, Sequence[str]]
    standings: Mapping[str, Standing]
    kept: Collection[str] = ()
    heads: Collection[str] | None = None  # if they differ from the heads of the drawn graph


def chart(graph: RevisionGraph, parents: Mapping[str, tuple[str, ...]], remarks: Remarks) -> tuple[Node, ...]:
    """Return the nodes for the keys of `parents` in topological order. Each is drawn under the nodes of its value."""
    position = {rev_id: number for number, rev_id in enumerate(graph.topological())}
    ordered = sorted(parents, key=lambda rev_id: position.get(rev_id, len(position)))
    runs = list(_runs(graph, ordered, parents, remarks))
    last = {rev_id: run[0] for run in runs for rev_id in run}
    return tuple(_node(graph, run, parents, remarks, last) for run in runs)


def edges(nodes: Iterable[Node]) -> Iterator[Edge]:
    """Yield the edges to each node from the nodes that it is drawn under, then from those that it depends on."""
    for node in nodes:
        for is_dependency, keys in ((False, node.above), (True, node.needs)):
            for key in keys:
                yield Edge(key, node.key, is_dependency)


def _node(
    graph: RevisionGraph,
    run: tuple[str, ...],
    parents: Mapping[str, tuple[str, ...]],
    remarks: Remarks,
    keys: Mapping[str, str],
) -> Node:
    above = tuple(keys[up] for up in parents[run[0]])
    standing = remarks.standings.get(run[0], Standing())
    if len(run) > 1:
        merges = sum(1 for rev_id in run if len(graph.parents(rev_id)) > 1)
        text = counted(len(run), "revision") + (f", {counted(merges, 'merge')}" if merges else "")
        return Node(run, above, text, marks=(standing.words,) if standing.words else (), standing=standing, kind="run")
    rev_id = run[0]
    marks = tuple(filter(None, _marks(graph, rev_id, parents[rev_id], remarks)))
    needs = tuple(dict.fromkeys(keys[need] for need in graph.dependencies(rev_id) if need in keys))
    return Node(run, above, rev_id, subject(graph[rev_id]) if rev_id in graph else "", marks, standing, needs)


def subject(revision: Revision) -> str:
    """Return what a revision is about: its message, or its file name without the id."""
    if any(map(str.isalnum, revision.message)):
        return revision.message
    stem = revision.path.rpartition("/")[2].removesuffix(".py")
    about = stem.replace(revision.id, "").strip("_-. ").replace("_", " ")
    return about if any(map(str.isalpha, about)) else ""


def _marks(graph: RevisionGraph, rev_id: str, drawn: Collection[str], remarks: Remarks) -> Iterator[str]:
    """Yield the marks of a revision. `drawn` are the parents above it in the drawing."""
    if rev_id in (graph.heads if remarks.heads is None else remarks.heads):
        yield "effective head" if rev_id in graph.effective_heads else "head"
    yield remarks.standings.get(rev_id, Standing()).words
    yield from remarks.notes.get(rev_id, ())
    if rev_id not in graph:
        yield "not in this history"
        return
    yield "base" if rev_id in graph.bases else ""
    if drawn and (merged := [up for up in graph.parents(rev_id) if up not in drawn]):
        yield f"merges {_join_names(merged)}"
    yield from _declaration_marks(graph, rev_id)
    yield "in a cycle" if any(rev_id in cycle for cycle in graph.cycles) else ""


def _declaration_marks(graph: RevisionGraph, rev_id: str) -> Iterator[str]:
    """Yield what its file declares besides its parents, and what is wrong with them."""
    revision = graph[rev_id]
    if revision.labels:
        yield f"{'label' if len(revision.labels) == 1 else 'labels'} {_join_names(revision.labels)}"
    if known := [name for name in revision.depends if (rev_id, name) not in graph.missing_dependencies]:
        yield f"depends on {_join_names(known)}"
    if missing := [name for name in revision.down if name not in graph]:
        yield f"missing {'parent' if len(missing) == 1 else 'parents'} {_join_names(missing)}"
    if unknown := [name for name in revision.depends if (rev_id, name) in graph.missing_dependencies]:
        yield f"missing {'dependency' if len(unknown) == 1 else 'dependencies'} {_join_names(unknown)}"
    if len(graph.by_id[rev_id]) > 1:
        yield f"declared in {len(graph.by_id[rev_id])} files"


def _runs(
    graph: RevisionGraph, ordered: Sequence[str], parents: Mapping[str, tuple[str, ...]], remarks: Remarks
) -> Iterator[tuple[str, ...]]:
    """Yield all ids. A straight run of revisions without remarks is one tuple."""
    below: dict[str, list[str]] = {}
    for rev_id in ordered:
        for up in parents[rev_id]:
            below.setdefault(up, []).append(rev_id)
    speaking = _with_remarks(graph, remarks)
    straight = {
        rev_id
        for rev_id in ordered
        if rev_id not in speaking
        and len(parents[rev_id]) == len(below.get(rev_id, ())) == 1
        and len(below[parents[rev_id][0]]) == 1
    }
    done: set[str] = set()
    for rev_id in ordered:
        if rev_id not in done:
            run = tuple(_run(rev_id, straight, below, remarks.standings))
            done.update(run)
            standing = remarks.standings.get(rev_id, Standing())
            folds = len(run) >= SHORTEST_FOLD.get(standing.state, SHORTEST_OTHER_FOLD)
            yield from [run] if folds else ((id_,) for id_ in run)


def _run(
    start: str, straight: Collection[str], below: Mapping[str, Sequence[str]], standings: Mapping[str, Standing]
) -> Iterator[str]:
    rev_id = start
    yield rev_id
    while rev_id in straight:
        rev_id = below[rev_id][0]
        if rev_id not in straight or rev_id == start or standings.get(rev_id) != standings.get(start):
            return
        yield rev_id


def _with_remarks(graph: RevisionGraph, remarks: Remarks) -> set[str]:
    """Return the revisions that have more to show than their place in the history."""
    own = {
        revision.id
        for revision in graph.revisions
        if revision.depends or revision.labels or len(graph.by_id[revision.id]) > 1
    }
    missing = {rev_id for rev_id, _ in graph.missing}
    looped = {rev_id for cycle in graph.cycles for rev_id in cycle}
    needed = {need for rev_id in own for need in graph.dependencies(rev_id)}
    return {*own, *missing, *looped, *needed, *remarks.notes, *remarks.kept, *(remarks.heads or ())}


def _join_names(names: Iterable[str]) -> str:
    return " and ".join(names)
