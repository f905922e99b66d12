"""What a checkout, merge or rebase changes for a database, and what to run about it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from git_alembic.environments.environment import Environment
from git_alembic.findings.counts_and_quoted_ids import format_count, quote_ids
from git_alembic.findings.finding import Command
from git_alembic.findings.shell_commands import shell_line
from git_alembic.history.graph import RevisionGraph


@dataclass(frozen=True)
class Difference:
    """The changes between two histories that matter to a database.

    `missing`: revisions that a database may be at and that this tree lacks. `overtaken`: revisions that a database may
    have run and that now come after a new revision. A downgrade to `target` reverts both. None: no such revision
    exists.
    """

    added: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    overtaken: tuple[str, ...] = ()
    target: str | None = None

    @property
    def has_news(self) -> bool:
        return bool(self.added or self.affected_ids)

    @property
    def affected_ids(self) -> tuple[str, ...]:
        return (*self.missing, *self.overtaken)


def compare_heads(old: RevisionGraph, new: RevisionGraph) -> Difference:
    """Compare two histories. Empty if this tree lacks the environment: nothing here can run on its database."""
    if not len(new):
        return Difference()
    # A squash removes the ancestors of a revision that stays. A database that ran this revision ran its ancestors too.
    common = old.ancestors(id_ for id_ in old.ids if id_ in new)
    before_old_bases = new.ancestors(old.bases)
    added = tuple(id_ for id_ in new.topological() if id_ not in old and id_ not in before_old_bases)
    late = new.descendants(id_ for id_ in old.ids if set(added).intersection(new.parents(id_)))
    missing = tuple(id_ for id_ in old.topological() if id_ not in common)
    overtaken = tuple(id_ for id_ in new.topological() if id_ in old and id_ in late)
    return Difference(added, missing, overtaken, _downgrade_target(old, (*missing, *overtaken)))


def _downgrade_target(graph: RevisionGraph, ids: Iterable[str]) -> str | None:
    """Return the revision to downgrade to so that none of the given revisions is left."""
    affected = graph.descendants(ids)
    lowest = sorted(id_ for id_ in affected if not affected.intersection(graph.parents(id_)))
    if len(lowest) == 1:
        return next(iter(graph.parents(lowest[0])), None)
    return graph.fork_point(lowest)


def hint_lines(
    difference: Difference, environments: tuple[Environment, Environment], heads: int, back: str, sync: str
) -> list[str]:
    """Return the hint on one environment: at most two lines.

    `environments`: before and now. `back`: the commit that has the old code ("" for none). `sync`: the command
    that reverts what this tree lacks.
    """
    changes = _describe_difference(difference)
    if not changes:
        return []
    before, now = environments
    upgrade = _shell(now, "upgrade", "head" if heads == 1 else "heads")
    start = f"git-alembic: {now.script_location or now.name}: {changes}"
    run = f"run `{upgrade}`"
    if not difference.affected_ids or (difference.overtaken and not back):
        return [f"{start}: {run}" if difference.added else start]
    applied = f"if {_any_of(difference.affected_ids)} was applied to your database"
    if difference.target is None:
        return [f"{start}: {applied}, that database doesn't match this branch"]
    if not difference.overtaken:
        alternative = f"{run}, or `{sync}`" if difference.added else f"run `{sync}`"
        return [f"{start}: {alternative} {applied}"]
    chain = (f"git checkout {back}", _shell(before, "downgrade", difference.target), "git checkout -", upgrade)
    return [
        f"{start}: {run}, or {applied}:" if difference.added else f"{start}; {applied}:",
        f"    {' && '.join(chain)}",
    ]


def _any_of(ids: Sequence[str]) -> str:
    if len(ids) > 2:
        return f"any of {quote_ids(ids)}"
    return " or ".join(f"'{id_}'" for id_ in ids)


def _describe_difference(difference: Difference) -> str:
    parts = []
    if difference.added:
        parts.append(f"{format_count(len(difference.added), 'new revision')} ({quote_ids(difference.added)})")
    if difference.missing:
        parts.append(
            f"{quote_ids(difference.missing)} {'are' if len(difference.missing) > 1 else 'is'} not in this checkout"
        )
    if difference.overtaken:
        parts.append(
            f"{quote_ids(difference.overtaken)} now come{'s' * (len(difference.overtaken) == 1)} after a new revision"
        )
    return "; ".join(parts)


def _shell(environment: Environment, *words: str) -> str:
    """Return one of the project's commands, to run at the top of the repository."""
    return shell_line(Command(environment.command(*words), environment.cwd))
