"""Checks one pushed branch against what its remote branch holds, and merged into its target.

`updates_to_check` selects the branches of a large push that need a check.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from git_alembic.checking.prefixes_of_printed_commands import with_runners
from git_alembic.environments.configuration_files import may_affect_environment
from git_alembic.findings.report import Report
from git_alembic.git import NOTHING, Repository
from git_alembic.git.push_hook_input import RefUpdate
from git_alembic.git.refs import NamedCommit
from git_alembic.git.remotes.push_target_freshness import FetchedTarget
from git_alembic.history.commit_comparison import Comparison
from git_alembic.history.commits_to_compare import ComparisonRequest, known_merge_base
from git_alembic.history.snapshot_and_change import Change
from git_alembic.history.snapshot_reader import SnapshotReader
from git_alembic.policy.override_comments import refuse_unknown_rules_in_comments
from git_alembic.policy.rule_application import apply_rules
from git_alembic.policy.severity_policy import Policy

MOST_CHECKED_ONE_BY_ONE = 8  # branches; one check asks git about ten questions


@dataclass(frozen=True)
class PushedBranch:
    """A commit that a remote branch will point to. `old` is what the branch holds now, or None for a new branch.

    `ask_remote` finds out what the branch holds now if git did not say and `old` is only what was last fetched.
    """

    name: str  # for messages
    commit: str
    branch: str
    short_name: str  # the branch without its remote
    old: NamedCommit | None
    is_forced: bool = False
    ask_remote: Callable[[], NamedCommit | None] | None = None


@dataclass(frozen=True)
class PushTarget:
    """The branch that the work will be merged into. `view` asks the remote for it, and runs only if that matters."""

    name: str
    commit: str
    branch: str  # its name on the remote
    view: Callable[[], FetchedTarget]


@dataclass(frozen=True)
class PushPolicy:
    """The published refs (None: the target), the policy for the rules, and a callback for notes on stale data."""

    refs: Sequence[NamedCommit] | None
    make_policy: Callable[[Comparison], Policy]
    note: Callable[[str], None]


def check_pushed_branch(
    repository: Repository, reader: SnapshotReader, pushed: PushedBranch, target: PushTarget | None, policy: PushPolicy
) -> Report:
    """Check one branch. A push without a revision costs only one comparison."""
    onto_target = target is not None and target.branch == pushed.branch
    baseline = _baseline(repository, pushed, target, onto_target=onto_target)
    request = ComparisonRequest(pushed.commit, pushed.name, baseline, branch=pushed.short_name)
    comparison = Comparison(repository, reader, request)
    changes = comparison.changes()
    brings_revisions = any(map(_brings_revisions, changes))
    if pushed.ask_remote is not None and (brings_revisions or (pushed.is_forced and onto_target)):
        now = replace(pushed, old=pushed.ask_remote(), ask_remote=None)
        if now.old != pushed.old:
            return check_pushed_branch(repository, reader, now, target, policy)
    if not changes:
        return Report()
    targets: list[NamedCommit] = []
    fetch: dict[str, tuple[str, ...]] = {}
    if target is not None and brings_revisions:
        view = target.view()
        if view.note:
            policy.note(view.note)
        targets.append(NamedCommit(target.name, view.commit))
        fetch[target.name] = view.fetch
    if pushed.old is not None and not pushed.is_forced and not repository.is_ancestor(pushed.old.commit, pushed.commit):
        targets.append(pushed.old)
    published = _list_published_refs(policy.refs, pushed, target, targets, onto_target=onto_target)
    changes = [_with_fetch(change, fetch) for change in comparison.add_context(changes, published, targets)]
    reader.save()
    refuse_unknown_rules_in_comments(changes)
    return with_runners(repository, pushed.commit, apply_rules(changes, policy.make_policy(comparison)))


def _baseline(
    repository: Repository, pushed: PushedBranch, target: PushTarget | None, *, onto_target: bool
) -> tuple[NamedCommit, ...]:
    """Return what the target's own branch holds, or for another branch the commit where it left the target.

    The earlier state of the other branch isn't a baseline: a fork that was pushed before is still a fork.
    """
    old_state = (_as_checked_out(repository, pushed.old) if pushed.old else NamedCommit("nothing", NOTHING),)
    if target is None or onto_target:
        return old_state
    base = known_merge_base(repository, pushed.commit, target.commit, f"{pushed.name} and {target.name}")
    return (_as_checked_out(repository, NamedCommit(target.name, base)),) if base is not None else old_state


def _as_checked_out(repository: Repository, tip: NamedCommit) -> NamedCommit:
    """Return the commit with a name for `git checkout`.

    This is its short id, unless its name resolves to the same commit.
    """
    return tip if repository.resolve([tip.name])[0] == tip.commit else NamedCommit(tip.commit[:12], tip.commit)


def _brings_revisions(change: Change) -> bool:
    """True if a change adds, removes or edits a revision."""
    return bool(change.new) or any(
        set(baseline.ids) != set(change.after.graph.ids) for baseline in change.baseline_graphs
    )


def _list_published_refs(
    refs: Sequence[NamedCommit] | None,
    pushed: PushedBranch,
    target: PushTarget | None,
    targets: Sequence[NamedCommit],
    *,
    onto_target: bool,
) -> list[NamedCommit]:
    """Return the published refs, the target's latest state, and what the target's own branch held before the push."""
    fresh = dict(targets)
    published = list(refs) if refs is not None else ([NamedCommit(target.name, target.commit)] if target else [])
    published = [NamedCommit(name, fresh.get(name, commit)) for name, commit in published]
    if pushed.old is not None and (onto_target or target is None) and pushed.old.commit not in dict(published).values():
        published.append(pushed.old)
    return published


def _with_fetch(change: Change, fetch: dict[str, tuple[str, ...]]) -> Change:
    forecasts = (forecast._replace(fetch=fetch.get(forecast.target.name, ())) for forecast in change.forecasts)
    return replace(change, forecasts=tuple(forecasts))


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
