"""Computes the heads of a history after merges, only from what the merges change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from git_alembic.conflicts.branch import EnvironmentChange, TargetHistory
from git_alembic.history.graph_algorithms.allowed_heads import heads_by_label
from git_alembic.revisions.revision import Revision


@dataclass(frozen=True)
class MergedHistory:
    """The target's history with the changes of some branches."""

    target: TargetHistory
    added: Mapping[str, Revision] = field(default_factory=dict)
    dropped: frozenset[str] = frozenset()

    def merge(self, change: EnvironmentChange, revisions: Iterable[Revision] | None = None) -> MergedHistory:
        """Return the history after one more merge. `revisions` are the added revisions if they were re-parented."""
        added = {revision.id: revision for revision in (change.added if revisions is None else revisions)}
        return MergedHistory(self.target, {**self.added, **added}, self.dropped | change.dropped)

    @cached_property
    def heads(self) -> tuple[str, ...]:
        """The ids that no revision names as its parent, sorted."""
        graph = self.target.graph
        replaced = self.dropped | self.added.keys()
        parents = {parent for revision in self.added.values() for parent in revision.down}
        parents.update(parent for id_, parent in graph.missing if id_ not in replaced)
        near = {*graph.heads, *self.added, *(parent for id_ in replaced for parent in graph.parents(id_))}
        return tuple(
            sorted(
                id_ for id_ in near if self.has(id_) and id_ not in parents and not self._has_children(id_, replaced)
            )
        )

    def has(self, id_: str) -> bool:
        """True if the history has the revision."""
        return id_ in self.added or (id_ in self.target.graph and id_ not in self.dropped)

    def _has_children(self, id_: str, replaced: frozenset[str]) -> bool:
        return any(child not in replaced for child in self.target.graph.children(id_))

    @cached_property
    def crowded_heads(self) -> tuple[str, ...]:
        """All heads, or the heads of labels with too many; () if no more than the target has, or than allowed."""
        heads, allowed = self.heads, self.target.heads_allowed
        if isinstance(allowed, int):
            return heads if len(heads) > max(allowed, len(self.target.graph.heads)) else ()
        if len(heads) <= 1:
            return ()
        groups: dict[str, list[str]] = {}
        for head in heads:
            groups.setdefault(self.label(head), []).append(head)
        before = heads_by_label(self.target.graph)
        crowded = [group for label, group in groups.items() if len(group) > max(1, len(before.get(label, ())))]
        return tuple(sorted(head for group in crowded for head in group))

    def label(self, head: str) -> str:
        """Return the first branch label that a head inherits or declares, or ""."""
        return min(self._labels(head), default="")

    def _labels(self, head: str) -> set[str]:
        labels, todo, seen = set[str](), [head], set[str]()
        while todo:
            id_ = todo.pop()
            if id_ in seen:
                continue
            seen.add(id_)
            if id_ in self.added:
                labels.update(self.added[id_].labels)
                todo += self.added[id_].down
            else:
                labels |= self.target.graph.labels(id_)
        return labels
