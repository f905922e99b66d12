"""Finds the branches of a large push that need a check, with few git processes for all of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from git_alembic.environments.configuration_files import may_affect_environment
from git_alembic.git import Repository
from git_alembic.git.ref_updates import RefUpdate

MOST_CHECKED_ONE_BY_ONE = 8  # branches; one check asks git about ten questions


class Candidate(NamedTuple):
    """One update: its commit, and the target's commit. `None`: the update is for the target's own branch."""

    update: RefUpdate
    commit: str
    target: str | None


def updates_to_check(
    repository: Repository,
    updates: Sequence[RefUpdate],
    find_target: Callable[[RefUpdate, str], str | None] | None = None,
) -> list[RefUpdate]:
    """Return the updates that need a check: one for each distinct change of an environment.

    `find_target` returns the target commit for an update and its commit, or None for the target's own branch. Without
    `find_target`, each branch is compared with what it holds.
    """
    if len(updates) <= MOST_CHECKED_ONE_BY_ONE:
        return list(updates)
    distinct: dict[tuple[str | None, str | None, str | None], Candidate] = {}
    for update in updates:
        commit = repository.commit(update.new or "")
        target = find_target(update, commit) if find_target else None
        distinct.setdefault((commit, update.old, target), Candidate(update, commit, target))
    bases = _baselines(repository, distinct.values())
    pairs = {(candidate.commit, base) for candidate, base in bases if base is not None}
    changed = {
        commit
        for commit, diff in repository.diffs(pairs, ())
        if any(may_affect_environment(entry.path) for entry in diff)
    }
    return [candidate.update for candidate, base in bases if base is None or candidate.commit in changed]


def _baselines(repository: Repository, candidates: Collection[Candidate]) -> list[tuple[Candidate, str | None]]:
    """Pair each candidate with the commit that its change starts from, or with None if that commit isn't known."""
    tips: dict[str, list[str]] = {}
    for candidate in candidates:
        if candidate.target is not None:
            tips.setdefault(candidate.target, []).append(candidate.commit)
    bases = {target: repository.merge_bases(commits, target) for target, commits in tips.items()}
    baselines = []
    for candidate in candidates:
        base = bases[candidate.target][candidate.commit] if candidate.target is not None else None
        old = candidate.update.old
        baselines.append((candidate, base or (repository.resolve([old])[0] if old else None)))
    return baselines
