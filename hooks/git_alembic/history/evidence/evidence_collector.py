"""Collects what rules need beyond the graphs: code, places of missing parents, and git's knowledge of a fork.

It looks up only what a rule could need.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from git_alembic.git import INDEX, Repository
from git_alembic.git.refs import NamedCommit
from git_alembic.history.graph_algorithms.allowed_heads import count_excess_heads
from git_alembic.history.snapshot_and_change import Change, MissingParentHint, Snapshot
from git_alembic.history.snapshot_reader import SnapshotReader

if TYPE_CHECKING:
    from git_alembic.history.heads_file import HeadsFile


_VERSION_COLUMN = "version_num"
_REVERTS = re.compile(r"^This reverts commit [0-9a-f]{7,64}", re.MULTILINE)
_OPERATION = re.compile(rb"\bop\.|\bexecute\(")
_LONGEST_ID = 32
_MOST_SEARCHED = 10  # missing parents of one change; each needs a search of git's history


class EvidenceCollector:
    """Collects evidence for the changes of one comparison."""

    def __init__(
        self,
        repository: Repository,
        reader: SnapshotReader,
        source: str,
        refs: Sequence[NamedCommit],
        is_release: Callable[[], bool],
    ) -> None:
        """Store the arguments. `source` is the checked tree. `refs` are the published refs and the targets.

        `is_release` tells whether the checked branch is a release branch.
        """
        self.repository = repository
        self.reader = reader
        self.source = source
        self.refs = refs
        self.is_release = is_release

    def add(self, change: Change) -> Change:
        """Return the change with everything that its rules could need."""
        change = self._with_code(change)
        change = self._with_missing_parents(change)
        if change.deleted_ids:
            change = replace(change, is_revert=self._is_revert())
        if change.after.graph.duplicates:
            change = replace(change, first_files=self._first_files(change))
        if change.environment.heads_file_path:
            change = replace(change, heads_file=self._heads_file(change))
        if any(len(revision.id) > _LONGEST_ID for revision in change.new):
            change = replace(change, widens_version_table=self._widens_version_table(change))
        graphs = [change.after.graph, *(forecast.merged.graph for forecast in change.forecasts)]
        if any(count_excess_heads(graph, change.heads_allowed) for graph in graphs):
            from git_alembic.history.evidence.fork_revisions_on_other_branches import with_fork_evidence

            change = with_fork_evidence(self.repository, self.reader, change, self.source, self.refs)
        return change

    def _with_code(self, change: Change) -> Change:
        blobs = {revision.blob for now, olds in change.changed_revisions for revision in (now, *olds)}
        blobs |= {revision.blob for id_ in change.after.graph.duplicates for revision in change.after.graph.by_id[id_]}
        if change.deleted_ids and change.new:
            renumbered = [change.expected[id_].blob for id_ in change.deleted_ids]
            renumbered += [revision.blob for revision in change.new]
            # Revisions that do nothing have the same code, but neither is the successor of the other.
            blobs |= {blob for blob, data in self.reader.trees.content(renumbered).items() if _OPERATION.search(data)}
        return replace(change, code=self._fingerprints(sorted(blobs))) if blobs else change

    def _fingerprints(self, blobs: Sequence[str]) -> Mapping[str, str]:
        from git_alembic.revisions.digest_ignoring_cosmetic_edits import fingerprint

        return {blob: fingerprint(data) for blob, data in self.reader.trees.content(blobs).items()}

    def _with_missing_parents(self, change: Change) -> Change:
        missing = {name for _, name in (*change.after.graph.missing, *change.after.graph.missing_dependencies)}
        if missing:
            missing -= {
                name for graph in change.baseline_graphs for _, name in (*graph.missing, *graph.missing_dependencies)
            }
        if not missing or change.environment.external_parents:
            return change
        return replace(
            change, missing_parent_hints=self._find_missing_parents(change, sorted(missing)[:_MOST_SEARCHED])
        )

    def _find_missing_parents(self, change: Change, missing: Sequence[str]) -> Mapping[str, MissingParentHint]:
        from git_alembic.history.evidence.missing_parents import find_missing_parents

        targets = None if self.is_release() else [name for name, _ in self.refs]
        return find_missing_parents(self.repository, change, missing, self.source, targets)

    def _is_revert(self) -> bool:
        """True if `git revert` is in progress, or if the commit's message says that it reverts another commit."""
        if self.source != INDEX:
            return is_revert_message(self.repository.commit_message(self.source))
        if os.path.exists(os.path.join(self.repository.git_dir, "REVERT_HEAD")):
            return True
        try:
            with open(os.path.join(self.repository.git_dir, "MERGE_MSG"), encoding="utf-8", errors="replace") as stream:
                return is_revert_message(stream.read())
        except OSError:
            return False

    def _first_files(self, change: Change) -> Mapping[str, str]:
        """Map each duplicate id to the file that the branch got first. Staged files don't count."""
        tip = "HEAD" if self.source == INDEX else self.source
        graph = change.after.graph
        by_id = {id_: [revision.path for revision in graph.by_id[id_]] for id_ in graph.duplicates}
        order = self.repository.order_of_addition(tip, [path for paths in by_id.values() for path in paths])
        added = {id_: [path for path in order if path in paths] for id_, paths in by_id.items()}
        return {id_: paths[0] for id_, paths in added.items() if paths}

    def _heads_file(self, change: Change) -> HeadsFile:
        """Return the file with the heads. Ask git about it only if it is new and in the working tree."""
        path, file = change.environment.heads_file_path, read_heads_file(self.reader, change.after)
        if self.repository.top is None:
            return file
        if self.source == INDEX and file.text is None and self.repository.unmerged_stages([path]):
            return file._replace(is_unmerged=True)
        is_new = not any(snapshot.heads_file_blob for snapshot in change.baselines)
        return file._replace(merge_driver=self.repository.merge_driver(path)) if is_new else file

    def _widens_version_table(self, change: Change) -> bool:
        """True if a revision or env.py gives the column `version_num` another type."""
        from git_alembic.revisions.version_num_widening import widens_version_table

        scripts = change.environment.script_location
        folders = {scripts, *change.environment.versions}
        paths = [
            path
            for path in self.repository.grep(self.source, _VERSION_COLUMN, "*.py")
            if any(path.startswith(f"{folder}/") or not folder for folder in folders)
        ]
        files = self.repository.listing(self.source, [f":(literal){path}" for path in paths]) if paths else {}
        contents = self.reader.trees.content(blob for _, blob in files.values())
        return any(map(widens_version_table, contents.values()))


def read_heads_file(reader: SnapshotReader, snapshot: Snapshot) -> HeadsFile:
    """Read the file with the heads of a snapshot."""
    from git_alembic.history.heads_file import HeadsFile

    blob = snapshot.heads_file_blob
    return HeadsFile(reader.trees.content((blob,))[blob].decode("utf-8-sig", "surrogateescape") if blob else None)


def is_revert_message(message: str) -> bool:
    """True if a commit message has the words of `git revert`."""
    return bool(_REVERTS.search(message))
