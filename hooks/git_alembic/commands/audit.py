"""`git alembic audit`: replay history, and say of each commit what the hooks would have said."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence

from git_alembic.audit.incidents import Timeline
from git_alembic.audit.replay import Replay, Step
from git_alembic.config.settings import Settings
from git_alembic.errors import CannotJudge
from git_alembic.findings.report import Judgement
from git_alembic.git import Repository
from git_alembic.history.change import Change
from git_alembic.history.published import target
from git_alembic.history.snapshots import History
from git_alembic.report import emit
from git_alembic.report.audit import lines, summary
from git_alembic.revisions.revision_cache import RevisionCache
from git_alembic.rules.verdict import Policy, judge, policy
from git_alembic.terminal.progress import progress

DESCRIPTION = "Replay history: for each commit that touches an Alembic environment, what the hooks would have said."

Judged = tuple[Step, tuple[Judgement, ...]]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; 0 when the history was replayed, whatever it holds, 2 when it could not be."""
    parser = argparse.ArgumentParser("git alembic audit", description=DESCRIPTION)
    parser.add_argument(
        "range", metavar="RANGE", nargs="?", default="HEAD", help="revisions as for `git log` (default: HEAD)"
    )
    parser.add_argument("--all", action="store_true", help="all refs")
    parser.add_argument(
        "--format",
        choices=("text", "json"),
        default="text",
        help="a table, or one JSON line per commit and environment",
    )
    options = parser.parse_args(argv)
    if options.range.startswith("-"):
        raise CannotJudge(f"{options.range!r} is no range of revisions")
    repository = Repository()
    cache = RevisionCache(repository.common_dir, repository.read)
    replay = Replay(
        repository, History(repository, cache), ["--all"] if options.all else [options.range], mainline(repository)
    )
    steps = judged(progress(replay.steps(), total=len(replay.commits), title="replaying", stream=sys.stderr))
    if options.format == "json":
        for step, judgements in steps:
            emit("\n".join(lines(step, judgements)), sys.stdout)
    else:
        emit(_summary(steps, len(replay.commits)), sys.stdout)
    cache.save()
    return 0


def mainline(repository: Repository) -> str:
    """The commit whose line of first parents counts as published: HEAD, else the target."""
    head = repository.resolve(["HEAD"])[0]
    found = None if head else target(repository, Settings())
    if head is None and found is None:
        raise CannotJudge("there is no commit yet")
    return head or (found[1] if found else "")


def judged(steps: Iterable[Step | None]) -> Iterator[Judged]:
    """Each commit that touches an environment, with a judgement per change."""
    for step in steps:
        if step is not None:
            rules = policy(step.settings.rules, (), (), "")
            yield step, tuple(_judgement([change], rules) for change in step.changes)


def _judgement(changes: list[Change], rules: Policy) -> Judgement:
    try:
        return judge(changes, rules)
    except CannotJudge as error:
        return Judgement(reason=str(error))


def touches(step: Step) -> bool:
    """Whether a step has to do with revisions, and not only with the configuration of an environment without any."""
    return step.reason is not None or any(map(_holds_revisions, step.changes))


def _holds_revisions(change: Change) -> bool:
    return bool(len(change.first) or len(change.after.graph) or change.after.unreadable)


def _summary(steps: Iterable[Judged], commits: int) -> str:
    timeline = Timeline()
    touched = 0
    for step, judgements in steps:
        touched += touches(step)
        for change, place, judgement in zip(step.changes, step.places, judgements, strict=True):
            timeline.add(step, place, change, judgement.findings)
    return summary(timeline.incidents(), commits, touched)
