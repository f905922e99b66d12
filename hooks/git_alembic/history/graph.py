"""The graph of a set of revisions: heads, bases, ancestors, cycles and more."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING

from git_alembic.history.graph_algorithms.branch_labels import Edges, find_label_clashes, spread_labels
from git_alembic.history.graph_algorithms.graph_traversal import invert, reach, strongly_connected, walk_depth_first

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from git_alembic.revisions.revision import Revision


_PATH = attrgetter("path")


class RevisionGraph:
    """A history, complete or broken. No property or method raises an error because of the files.

    Tuples of ids are sorted. If several files declare one id, the last by path counts. "Parents" and "children" follow
    `down_revision` only and are ids that exist; names of nothing are in `missing`. On healthy histories the answers
    equal those of `alembic.script.revision.RevisionMap`.
    """

    def __init__(self, revisions: Iterable[Revision]) -> None:
        self.revisions: tuple[Revision, ...] = tuple(sorted(revisions, key=_PATH))
        declared: dict[str, tuple[Revision, ...]] = {revision.id: (revision,) for revision in self.revisions}
        if self.revisions[len(declared) :]:  # more files than ids
            declared = {}
            for revision in self.revisions:
                declared[revision.id] = (*declared.get(revision.id, ()), revision)
        self.by_id: Mapping[str, tuple[Revision, ...]] = declared

    def __len__(self) -> int:
        return len(self.by_id)

    def __contains__(self, rev_id: object) -> bool:
        return rev_id in self.by_id

    def __getitem__(self, rev_id: str) -> Revision:
        """Return the revision with this id. If several files declare it, return the last by path."""
        return self.by_id[rev_id][-1]

    @cached_property
    def _counting(self) -> tuple[Revision, ...]:
        """One revision per id. If files share it, the last by path counts, as Alembic keeps the last that it loads."""
        if not self.revisions[len(self.by_id) :]:  # as many files as ids
            return self.revisions
        return tuple(files[-1] for files in self.by_id.values())

    @cached_property
    def _depending(self) -> tuple[Revision, ...]:
        return tuple(revision for revision in self._counting if revision.depends)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        return tuple(sorted(self.by_id))

    @cached_property
    def _parent_names(self) -> set[str]:
        """All names in a `down_revision`, whether they exist or not."""
        return {name for revision in self._counting for name in revision.down}

    @cached_property
    def heads(self) -> tuple[str, ...]:
        """The ids that no `down_revision` names: the heads that `alembic upgrade head` counts."""
        parents = self._parent_names
        return tuple(sorted([rev_id for rev_id in self.by_id if rev_id not in parents]))

    @cached_property
    def effective_heads(self) -> tuple[str, ...]:
        """The heads that a `depends_on` names. `alembic heads` marks them "(effective head)"."""
        return tuple(rev_id for rev_id in self.heads if rev_id in self._dependents)

    @cached_property
    def bases(self) -> tuple[str, ...]:
        return tuple(sorted({revision.id for revision in self._counting if not revision.down}))

    @cached_property
    def missing(self) -> tuple[tuple[str, str], ...]:
        """(revision id, name that its `down_revision` names and no file declares)."""
        unknown = self._parent_names.difference(self.by_id)
        if not unknown:
            return ()
        return tuple(sorted({(r.id, name) for r in self._counting for name in r.down if name in unknown}))

    @cached_property
    def missing_dependencies(self) -> tuple[tuple[str, str], ...]:
        """(revision id, name in its `depends_on` that is neither an id nor a branch label).

        Alembic looks dependencies up by the exact name: no partial ids, no "label@id", no "head".
        """
        pairs = {(revision.id, name) for revision in self._depending for name in revision.depends}
        return tuple(sorted((rev_id, name) for rev_id, name in pairs if self._resolve(name) is None))

    @cached_property
    def unknown_names(self) -> frozenset[tuple[str, ...]]:
        """The names in `missing` and `missing_dependencies`."""
        return frozenset((*self.missing, *self.missing_dependencies))

    @cached_property
    def missing_parents(self) -> tuple[str, ...]:
        """The ids whose `down_revision` names something that does not exist."""
        return tuple(sorted({rev_id for rev_id, _ in self.missing}))

    @cached_property
    def duplicates(self) -> tuple[str, ...]:
        if not self.revisions[len(self.by_id) :]:  # as many files as ids
            return ()
        return tuple(rev_id for rev_id in self.ids if self.by_id[rev_id][1:])

    @cached_property
    def label_clashes(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """(branch label, the ids that it would name) of labels that are declared twice or are also an id.

        Inherited labels do not count. A label that needs a run of the file is left out.
        """
        return find_label_clashes(self.revisions, self.by_id)

    @cached_property
    def merge_points(self) -> tuple[str, ...]:
        """The ids whose `down_revision` names more than one parent, whether or not all of them exist."""
        return tuple(sorted({r.id for r in self._counting if len(set(r.down)) > 1}))

    @cached_property
    def branch_points(self) -> tuple[str, ...]:
        return tuple(rev_id for rev_id in self.ids if len(self.children(rev_id)) > 1)

    @cached_property
    def cycles(self) -> tuple[tuple[str, ...], ...]:
        """The groups of revisions that cannot be sorted, by `down_revision` and `depends_on` together.

        Each starts with its smallest id and follows the names in the revisions, as long as the group is one loop.
        """
        if not self._dependencies and self._is_loop_free():
            return ()
        return tuple(
            sorted(
                tuple(walk_depth_first(min(group), self._upstream, frozenset(group)))
                for group in self._components
                if self._is_cycle(*group)
            )
        )

    def _is_cycle(self, first: str, *others: str) -> bool:
        """True if a component has several revisions, or one that names itself."""
        return bool(others) or first in self._upstream[first]

    def _is_loop_free(self) -> bool:
        """True if removing the heads again and again removes everything, by `down_revision` alone."""
        child_counts = Counter(name for revision in self.revisions for name in revision.down)
        heads = [rev_id for rev_id in self.by_id if rev_id not in child_counts]
        for rev_id in heads:  # including revisions that become heads
            for name in (name for revision in self.by_id[rev_id] for name in revision.down):
                child_counts[name] -= 1
                if not child_counts[name] and name in self.by_id:
                    heads.append(name)
        return len(heads) == len(self.by_id)

    def parents(self, rev_id: str) -> tuple[str, ...]:
        return self._parents.get(rev_id, ())

    def children(self, rev_id: str) -> tuple[str, ...]:
        return self._children.get(rev_id, ())

    def dependencies(self, rev_id: str) -> tuple[str, ...]:
        """Return the ids in its `depends_on`, with labels resolved."""
        return self._dependencies.get(rev_id, ())

    def dependents(self, rev_id: str) -> tuple[str, ...]:
        """Return the ids whose `depends_on` resolves to it."""
        return self._dependents.get(rev_id, ())

    def ancestors(self, ids: Iterable[str]) -> frozenset[str]:
        """Return the given ids that exist, their parents, and so on."""
        return reach(self._without_unknown_ids(ids), self.parents)

    def needed(self, ids: Iterable[str]) -> frozenset[str]:
        """Return the given ids that exist with all parents and dependencies: what a database at these ids has run."""
        return reach(self._without_unknown_ids(ids), lambda rev_id: self._upstream.get(rev_id, ()))

    def descendants(self, ids: Iterable[str]) -> frozenset[str]:
        """Return the given ids that exist, their children, and so on."""
        return reach(self._without_unknown_ids(ids), self.children)

    def labels(self, rev_id: str) -> frozenset[str]:
        """Return the branch labels of a revision.

        A label covers the revision that declares it and its descendants. If these don't fork or merge, it also covers
        the ancestors, up to a fork or merge.
        """
        return frozenset(self._labels.get(rev_id, ()))

    def topological(self) -> tuple[str, ...]:
        """Return all ids, each after its parents and dependencies. Ids of one cycle are together, sorted."""
        return tuple(self._position)

    def fork_point(self, heads: Sequence[str]) -> str | None:
        """Return the nearest common ancestor of all the given ids. It can be one of them.

        If several are equally near, the last in topological order. None for ids that share no ancestor.
        """
        lines = [self.ancestors([head]) for head in heads]
        common = frozenset.intersection(*lines) if lines else frozenset[str]()
        return max(common, key=self._position.__getitem__, default=None)

    @cached_property
    def _position(self) -> dict[str, int]:
        ordered = (rev_id for group in self._components for rev_id in group)
        return {rev_id: position for position, rev_id in enumerate(ordered)}

    @cached_property
    def _parents(self) -> dict[str, tuple[str, ...]]:
        return {rev_id: self._existing(list(self[rev_id].down)) for rev_id in self.ids}

    @cached_property
    def _children(self) -> dict[str, tuple[str, ...]]:
        return invert(self._parents)

    @cached_property
    def _dependencies(self) -> dict[str, tuple[str, ...]]:
        """Resolved `depends_on` of the revisions that have any."""
        by_revision: dict[str, set[str]] = {}
        for revision in self._depending:
            for dependency in map(self._resolve, revision.depends):
                if dependency is not None:
                    by_revision.setdefault(revision.id, set()).add(dependency)
        return {rev_id: tuple(sorted(dependencies)) for rev_id, dependencies in sorted(by_revision.items())}

    @cached_property
    def _dependents(self) -> dict[str, tuple[str, ...]]:
        return invert(self._dependencies)

    @cached_property
    def _upstream(self) -> dict[str, tuple[str, ...]]:
        """Parents and dependencies."""
        added = {rev_id: (*self._parents[rev_id], *needed) for rev_id, needed in self._dependencies.items()}
        return {**self._parents, **added}

    @cached_property
    def _components(self) -> list[tuple[str, ...]]:
        return strongly_connected(self._upstream)

    @cached_property
    def _labels(self) -> dict[str, set[str]]:
        edges = Edges(self._parents, self._children, self._dependents, frozenset(self.merge_points))
        return spread_labels(self._counting, edges)

    @cached_property
    def _label_owners(self) -> dict[str, str]:
        """Label -> the revision that declares it. Alembic rejects a second one. Here the first by path counts."""
        return {label: r.id for r in reversed(self._counting) for label in r.labels}

    def _resolve(self, name: str) -> str | None:
        return name if name in self.by_id else self._label_owners.get(name)

    def _without_unknown_ids(self, ids: Iterable[str]) -> list[str]:
        return [rev_id for rev_id in ids if rev_id in self.by_id]

    def _existing(self, names: list[str]) -> tuple[str, ...]:
        if len(names) == 1:
            (name,) = names
            return (name,) if name in self.by_id else ()
        return tuple(sorted({name for name in names if name in self.by_id}))
