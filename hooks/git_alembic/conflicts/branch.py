"""An unmerged branch: what it would change in each environment of the target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from git_alembic.history.graph import RevisionGraph
from git_alembic.revisions.revision import Revision


class TargetHistory(NamedTuple):
    """The history of one environment on the target."""

    environment: str
    graph: RevisionGraph
    heads_allowed: int | str = 1
    heads_file_path: str = ""  # the path of the file with the heads; "" if the settings don't ask for it

    @property
    def missing_ids(self) -> frozenset[str]:
        """The parents that its revisions name and that no file declares. A branch can bring them."""
        return frozenset(parent for _, parent in self.graph.missing)

    def knows_any(self, ids: frozenset[str]) -> bool:
        """True if it has one of the ids, or names it as a parent."""
        return not (ids.isdisjoint(self.graph.by_id) and ids.isdisjoint(self.missing_ids))


@dataclass(frozen=True)
class EnvironmentChange:
    """The change of one environment by the merge of a branch.

    `added` has the new revision files and the new versions of re-parented ones. `dropped` are the ids of the files that
    the branch deletes or replaces. `files` maps each changed revision file to its blob, or to "" if the branch deletes
    it. `heads_file_blob` is the new blob of the file with the heads, or "" if the branch doesn't change it.
    `has_heads_conflict`: the target changed that file differently.
    """

    added: tuple[Revision, ...] = ()
    dropped: frozenset[str] = frozenset()
    files: Mapping[str, str] = field(default_factory=dict)
    heads_file_blob: str = ""
    has_heads_conflict: bool = False

    @cached_property
    def ids(self) -> frozenset[str]:
        """The ids that the branch adds or re-parents."""
        return frozenset(revision.id for revision in self.added)

    @cached_property
    def named_parents(self) -> frozenset[str]:
        """The parents that the added revisions name."""
        return frozenset(parent for revision in self.added for parent in revision.down)

    @cached_property
    def kept_files(self) -> frozenset[str]:
        """The changed files that the branch doesn't delete: one of them may be the new name of a deleted file."""
        return frozenset(path for path, blob in self.files.items() if blob)

    @cached_property
    def lost_ids(self) -> frozenset[str]:
        """The ids that the target has and that the branch deletes."""
        return self.dropped - self.ids


class UnmergedBranch(NamedTuple):
    """A branch that adds or deletes revisions. The keys of `changes` are names of environments.

    `conflicts` are the revision files that conflict with the target, `unreadable` those that can't be read.
    """

    name: str
    commit: str
    author: str
    time: int  # of its last commit, in Unix seconds
    changes: Mapping[str, EnvironmentChange]
    ahead: int = 0
    behind: int = 0
    conflicts: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()  # other refs at the same commit

    @property
    def all_ids(self) -> frozenset[tuple[str, str]]:
        """(environment, id) of everything that the branch brings."""
        return frozenset((name, id_) for name, change in self.changes.items() for id_ in change.ids)

    def new_revisions(self, targets: Mapping[str, TargetHistory]) -> tuple[str, ...]:
        """Return the ids that the target lacks, in the order of their files."""
        return tuple(
            revision.id
            for environment, change in self.changes.items()
            for revision in change.added
            if environment not in targets or revision.id not in targets[environment].graph
        )
