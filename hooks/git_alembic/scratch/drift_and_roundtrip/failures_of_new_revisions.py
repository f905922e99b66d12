"""One environment of a drift or roundtrip check: its new revisions, and whether a failure is theirs."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from git_alembic.errors import CannotCheck
from git_alembic.git import Repository
from git_alembic.history.snapshot_and_change import Change, Snapshot
from git_alembic.revisions.revision import Revision
from git_alembic.scratch.drift_and_roundtrip.databases_built_from_parent_commit import BaselineCommit, BaselineDatabases
from git_alembic.scratch.failure_messages import explain_failure
from git_alembic.scratch.new_or_cached_run import EnvPyRunner
from git_alembic.scratch.run_cache import CachedRun
from git_alembic.scratch.scratch_result import ScratchResult, parse_run

# What revisions make but models don't contain. A database made from the models doesn't have it.
_ONLY_HISTORY = (
    ("rows", re.compile(rb"\bbulk_insert\(|\binsert\s+into\b|\binsert\(|\bsession\.add|\bcopy_from\b", re.IGNORECASE)),
    (
        "views",
        re.compile(rb"\bcreate\s+(?:or\s+replace\s+)?(?:materialized\s+)?view\b|\bcreate_entity\(", re.IGNORECASE),
    ),
    ("triggers", re.compile(rb"\bcreate\s+(?:or\s+replace\s+)?(?:constraint\s+)?trigger\b", re.IGNORECASE)),
    ("functions", re.compile(rb"\bcreate\s+(?:or\s+replace\s+)?(?:function|procedure)\b", re.IGNORECASE)),
)


@dataclass(frozen=True)
class ScratchCheck:
    """One environment of the checked tree. `source` is INDEX or a commit. `baseline` is one of `parents`, or None."""

    runner: EnvPyRunner
    repository: Repository
    source: str
    change: Change
    baseline: BaselineCommit | None
    parents: tuple[str, ...] = ()

    @cached_property
    def new_revisions(self) -> tuple[Revision, ...]:
        """The revisions that the baseline doesn't have, parents first.

        Without a baseline, a file that a parent has is not new. Perhaps only the configuration is new, when a project
        starts to use git-alembic.
        """
        graph = self.change.after.graph
        in_order = (graph[id_] for id_ in graph.topological())
        if self.baseline is not None:
            return tuple(revision for revision in in_order if revision.id not in self.baseline.snapshot.graph)
        folders = [*self.change.after.environment.versions]
        committed = {
            (path, blob)
            for parent in self.parents
            for path, (_, blob) in self.repository.listing(parent, folders).items()
        }
        return tuple(revision for revision in in_order if (revision.path, revision.blob) not in committed)

    @property
    def edits_old_revisions(self) -> bool:
        """True if a revision of the baseline has other content now."""
        if self.baseline is None:
            return False
        before, after = self.baseline.snapshot.graph, self.change.after.graph
        return any(before[id_].blob != after[id_].blob for id_ in before.ids if id_ in after)

    def result(self, run: CachedRun, databases: BaselineDatabases | None = None) -> ScratchResult:
        """Return the result of a run. All revisions ran unless it started with the `databases` of the models."""
        parsed = parse_run(run.answer["run"])
        untracked_before = set(databases.created.answer["untracked"]) if databases else set[str]()
        return ScratchResult(
            self.change.after.environment,
            self.new_revisions,
            parsed,
            models=parsed.comparisons("models"),
            after=parsed.comparisons("after"),
            untracked=self._list_untracked_code(run, untracked_before),
            unstaged=self._list_unstaged_revisions(),
        )

    def conclusive(self, result: ScratchResult) -> ScratchResult:
        """Return the result. Raise CannotCheck if the reason for its failure isn't in the new revisions."""
        failure = result.run.failure
        if failure is None:
            return result
        if failure.revision not in {revision.id for revision in result.new} or failure.kind in (
            "dialect", "server", "variable", "module", "url", "refused",
        ):  # fmt: skip
            raise CannotCheck(explain_failure(failure, self.runner.python) + self._reason_for_whole_history())
        return result

    def _reason_for_whole_history(self) -> str:
        if self.baseline is not None or not self.parents:
            return ""
        return " (the baseline has no revisions in this environment, so all revisions ran on an empty database)"

    def _list_untracked_code(self, run: CachedRun, untracked_before: set[str]) -> tuple[str, ...]:
        """Return code that ran but is neither in the tree nor ignored."""
        ran = {*run.answer["ran"], *run.answer["elsewhere"]}
        suspects = [path for path in run.answer["untracked"] if path in ran and path not in untracked_before]
        ignored = self.repository.ignored_paths(suspects) if suspects else frozenset[str]()
        return tuple(sorted(path for path in suspects if path not in ignored))

    def _list_unstaged_revisions(self) -> tuple[str, ...]:
        """Return revision files of the working tree that aren't in the checked tree."""
        environment = self.change.after.environment
        in_tree = {revision.path for revision in self.change.after.graph.revisions}
        paths = set[str]()
        for folder in environment.versions:
            full = os.path.join(self.repository.top or "", folder)
            names = os.listdir(full) if os.path.isdir(full) else []
            paths.update(f"{folder}/{name}" if folder else name for name in names)
        return tuple(sorted(path for path in paths if environment.holds(path) and path not in in_tree))


def note_what_is_unseen(check: ScratchCheck, baseline: BaselineCommit) -> None:
    """Add a note for -v on what older revisions make but a database made from the baseline's models lacks."""
    unseen = list(_only_made_by_history(check.repository, baseline.snapshot))
    if unseen:
        check.runner.notes.append(
            "the new revisions ran on a database made from the baseline's models, without the "
            f"{' and '.join(unseen)} of older revisions"
        )


def _only_made_by_history(repository: Repository, snapshot: Snapshot) -> Iterator[str]:
    contents = [data for _, data in repository.read({revision.blob for revision in snapshot.graph.revisions})]
    for name, pattern in _ONLY_HISTORY:
        if any(pattern.search(data) for data in contents):
            yield name
