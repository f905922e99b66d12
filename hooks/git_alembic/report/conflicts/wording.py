"""Sentences and commands that the formats share."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from git_alembic.conflicts.collision import KINDS
from git_alembic.findings.counts_and_quoted_ids import format_count, quote_ids
from git_alembic.report.wording import escape_controls

if TYPE_CHECKING:
    from git_alembic.conflicts.branch import UnmergedBranch
    from git_alembic.conflicts.collision import Collision
    from git_alembic.conflicts.conflict_forecast import ConflictForecast
    from git_alembic.conflicts.merge_order import MergeStep

MOST_NAMED = 3
_UNITS = (  # seconds in a unit, and the number of seconds from which it is used
    ("year", 31_556_952, 2),
    ("month", 2_629_746, 2),
    ("day", 86_400, 1),
    ("hour", 3_600, 1),
    ("minute", 60, 1),
)
_SENTENCES = {
    "lost-revision": "would lose {what}",
    "duplicate-id": "both have {what}",
    "fork": "would fork the history: heads {what}",
    "conflicting-file": "conflict in {what}",
}
_SHORT = {
    "lost-revision": "lost revisions",
    "duplicate-id": "duplicate ids",
    "fork": "a fork with the heads",
    "conflicting-file": "conflicts in",
}
VERBS = {
    "lost-revision": "would lose revisions when merged with",
    "duplicate-id": "reuses a revision id from",
    "fork": "forks with",
    "conflicting-file": "has a file conflict with",
}


def age(then: int, now: int) -> str:
    """Return the age of something: "2 days", "3 months"."""
    seconds = max(0, now - then)
    for unit, size, least in _UNITS:
        if seconds >= size * least:
            return format_count(seconds // size, unit)
    return "less than a minute"


def collision_sentence(collision: Collision, target: str) -> str:
    """Say what goes wrong, in one sentence without its period."""
    subject = quote_ids(collision.paths or collision.revisions)
    other = target if collision.other is None else collision.other
    return escape_controls(f"{collision.branch} and {other} {_SENTENCES[collision.kind].format(what=subject)}")


def focus_lines(forecast: ConflictForecast, *, with_target: bool = True) -> list[str]:
    """Return a line per collision of the branch in focus: the other branch, its age, and what goes wrong."""
    collision = (collision for collision in forecast.collisions if with_target or collision.other is not None)
    return view_lines(forecast, forecast.focus, collision)


def view_lines(forecast: ConflictForecast, branch: str, collisions: Iterable[Collision]) -> list[str]:
    """Return a line per collision of one branch, the worst first."""
    lines = []
    for collision in sorted(collisions, key=lambda each: KINDS.index(each.kind)):
        if collision.is_in_heads_file:
            continue  # the line on the fork covers it
        subject = quote_ids(collision.paths or collision.revisions)
        who = forecast.target[0]
        name = collision.seen_from(branch)
        if name is not None:
            other = forecast.by_name[name]
            who = f"{name} by {other.author}, {age(other.time, forecast.now)} old"
        lines.append(escape_controls(f"{branch} will collide with {who}: {_SHORT[collision.kind]} {subject}"))
    return lines


def verdict(forecast: ConflictForecast, branch: UnmergedBranch) -> str:
    """List what a branch collides with: the worst first, the target before branches, newer branches first."""
    parts = []
    with_target = {collision.kind for collision in forecast.collisions.with_target(branch)}
    partners = forecast.collisions.partners(branch, MOST_NAMED)
    for kind in KINDS:
        number, names = partners.get(kind, (0, ()))
        if kind in with_target:
            number, names = number + 1, (forecast.target[0], *names)
        if number:
            parts.append(f"{VERBS[kind]} {list_names(names, number)}")
    if branch.unreadable:
        parts.append(f"cannot be read: {list_names(branch.unreadable)}")
    return escape_controls("; ".join(parts)) or "fine"


def list_names(names: Sequence[str], number: int = 0) -> str:
    """Return the first three names, and how many more there are. `number` also counts those that `names` lacks."""
    first = list(names[:MOST_NAMED])
    if max(number, len(names)) > len(first):
        first.append(f"{max(number, len(names)) - len(first):,} more")
    return " and ".join([", ".join(first[:-1]), first[-1]] if len(first) > 1 else first)


def step_sentence(step: MergeStep, target: str) -> str:
    """Say what one merge needs."""
    name = escape_controls(step.branch.name)
    if step.collisions:
        first = "repair it first: " if step.is_planned else ""
        return f"{name}: {first}" + "; ".join(collision_sentence(collision, target) for collision in step.collisions)
    if step.reparented:
        return f"{name}: re-parent {escape_controls(quote_ids(step.reparented))}"
    return f"{name}: clean"


def step_commands(step: MergeStep) -> list[str]:
    """Return the commands of one merge, to run on the target. Empty if the branch needs a repair first."""
    branch = shlex.quote(escape_controls(step.branch.name))
    if step.collisions:
        return []
    fix = "git alembic fix --yes" + (" --strategy rebase --published-too" if step.is_shared else "")
    if step.stops_at_heads_file:
        return [f"(git merge --no-ff --no-commit {branch} || {fix}) && git commit --no-edit"]
    if not step.reparented:
        return [f"git merge --no-ff {branch}"]
    return [f"git merge --no-ff --no-commit {branch} && {fix} && git commit --no-edit"]


def counts(forecast: ConflictForecast) -> str:
    """Say in one sentence what was compared."""
    number, bring = forecast.compared, len(forecast.branches)
    if not number:
        return f"There are no unmerged branches to compare with {escape_controls(forecast.target[0])}"
    if not bring:
        none = "The only unmerged branch adds no" if number == 1 else f"None of the {number:,} unmerged branches adds a"
        return f"{none} revision to {escape_controls(forecast.target[0])}"
    colliding = sum(map(forecast.collides, forecast.branches))
    branches = format_count(number, "unmerged branch", "unmerged branches")
    return (
        f"{branches} compared with {escape_controls(forecast.target[0])}: {bring:,} change"
        f"{'s' if bring == 1 else ''} the history, and {colliding:,} of them collide"
        f"{'s' if colliding == 1 else ''}"
    )


def unrelated_branches(forecast: ConflictForecast) -> str:
    """Say how many branches were left out, because they share no commit with the target. "" if there are none."""
    number = len(forecast.unrelated)
    if not number:
        return ""
    names = list_names([escape_controls(name) for name in forecast.unrelated])
    target = escape_controls(forecast.target[0])
    histories = f"and {target} have unrelated histories" if number == 1 else f"have histories unrelated to {target}"
    return f"{names} {histories}, so git refuses to merge them."


def staleness(forecast: ConflictForecast) -> str:
    """Say how old the remote-tracking refs are, and how to refresh them. "" for a moment in the past."""
    if forecast.is_past:
        return ""
    if forecast.fetched is None:
        return "It is not known when the remote-tracking branches were last fetched (`--fetch` fetches them)."
    old = age(forecast.fetched, forecast.now)
    return f"The remote-tracking branches were last fetched {old} ago (`--fetch` fetches them again)."
