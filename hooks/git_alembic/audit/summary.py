"""The figures of a replayed history. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from git_alembic.audit.incidents import Incident, Timeline
from git_alembic.audit.replay import Replay
from git_alembic.audit.replayed_findings import CheckedStep, ReplayedCommit, touches_revisions
from git_alembic.history.graph_algorithms.allowed_heads import count_excess_heads
from git_alembic.history.snapshot_and_change import Change


@dataclass(frozen=True)
class Summary:
    """The results of a replay.

    `incidents` are the lasting incidents on the main line, by time. `brief` are those that ended within minutes.
    `warnings` counts the warnings of the main line by rule, `on_branches` all findings elsewhere by (severity, rule).
    `unchecked` has (commit, reason). Times are Unix seconds. `activity` has the times of the main line's commits that
    touch an environment. `lines_by_label` are environments with a head for each branch label that have no setting for
    it. `lifetimes` has the first and the last time of each environment with revisions on the main line.
    """

    commits: int
    touched: int
    first: int
    last: int
    incidents: Sequence[Incident] = ()
    brief: Sequence[Incident] = ()
    warnings: Mapping[str, int] = field(default_factory=dict)
    on_branches: Mapping[tuple[str, str], int] = field(default_factory=dict)
    unchecked: Sequence[tuple[str, str]] = ()
    python_2_files: int = 0
    activity: Sequence[int] = ()
    lines_by_label: Sequence[str] = ()
    lifetimes: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def breaks(self) -> list[Incident]:
        """The incidents that broke Alembic."""
        return [incident for incident in self.incidents if incident.is_broken]

    @property
    def broken_times(self) -> int:
        """The number of commits that broke the main line."""
        return len({incident.commit for incident in self.breaks})

    @property
    def stopped_times(self) -> int:
        """The number of those commits that a hook would have stopped."""
        return len({incident.commit for incident in self.breaks if incident.is_stopped})

    @property
    def merged_times(self) -> int:
        """The number of those commits that are merges."""
        return len({incident.commit for incident in self.breaks if incident.is_merge})

    @property
    def others(self) -> list[Incident]:
        """The incidents of the other commits. A hook would have stopped them although Alembic could still run."""
        breaking = {incident.commit for incident in self.breaks}
        return [incident for incident in self.incidents if incident.commit not in breaking]

    @property
    def lost_times(self) -> int:
        """The number of the other commits."""
        return len({incident.commit for incident in self.others})

    @property
    def broken_seconds(self) -> int:
        """How long the main line was broken in total. An open incident lasts up to the last commit."""
        total, until = 0, 0
        for start, end in sorted(self._span(incident) for incident in self.breaks):
            total += max(0, end - max(start, until))
            until = max(until, end)
        return total

    @property
    def is_broken_now(self) -> bool:
        """True if an incident is still open."""
        return any(incident.ended is None for incident in self.breaks)

    def _span(self, incident: Incident) -> tuple[int, int]:
        return incident.time, incident.ended.time if incident.ended else max(self.last, incident.time)


def summarize(replay: Replay, steps: Iterable[CheckedStep]) -> Summary:
    """Collect the steps of a replay."""
    timeline = Timeline()
    touched = 0
    warnings: Counter[str] = Counter()
    on_branches: Counter[tuple[str, str]] = Counter()
    unchecked: list[tuple[str, str]] = []
    activity: list[int] = []
    by_label: set[str] = set()
    lives = _Lifetimes()
    for step, reports in steps:
        touched += touches_revisions(step)
        reasons = [step.reason, *(report.reason for report in reports)]
        unchecked += [(step.commit, reason) for reason in dict.fromkeys(reasons) if reason is not None]
        for change, path, report in zip(step.changes, step.paths, reports, strict=True):
            if step.is_on_mainline:
                seen = _allow_lines(change) if path.name in replay.lines_by_label else change
                by_label |= {path.name} if seen is not change else set()
                lives.add(path.name, step.time, change)
                timeline.add(ReplayedCommit(step.commit, step.time, len(step.parents) > 1, path.name, seen, report))
                warnings.update(finding.rule for finding in report.findings if finding not in report.blocking)
            else:
                on_branches.update((finding.severity, finding.rule) for finding in report.findings)
        if step.is_on_mainline and touches_revisions(step):
            activity.append(step.time)
    times = [time for _, _, time, edge in replay.commits if not edge]
    incidents = timeline.incidents()
    return Summary(
        commits=len(times),
        touched=touched,
        first=min(times, default=0),
        last=max(times, default=0),
        incidents=[incident for incident in incidents if not incident.is_brief],
        brief=[incident for incident in incidents if incident.is_brief],
        warnings=warnings,
        on_branches=on_branches,
        unchecked=unchecked,
        python_2_files=len(timeline.python_2_files),
        activity=activity,
        lines_by_label=sorted(by_label),
        lifetimes=lives.until(max(times, default=0)),
    )


class _Lifetimes:
    """Records when each environment had revisions."""

    def __init__(self) -> None:
        self._born: dict[str, int] = {}
        self._gone: dict[str, int] = {}

    def add(self, name: str, time: int, change: Change) -> None:
        if len(change.after.graph):
            self._born.setdefault(name, time)
            self._gone.pop(name, None)
        elif name in self._born:
            self._gone.setdefault(name, time)

    def until(self, last: int) -> dict[str, tuple[int, int]]:
        return {name: (born, self._gone.get(name, last)) for name, born in self._born.items()}


def _allow_lines(change: Change) -> Change:
    """Return the change with `heads = "one-per-label"`, or unchanged if that is set or there is only one head."""
    allowed = change.heads_allowed
    return replace(change, heads_allowed="one-per-label") if count_excess_heads(change.after.graph, allowed) else change
