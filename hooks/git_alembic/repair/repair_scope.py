"""What `fix` repairs: the staged history as a whole, and what was done since the published line was left."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from git_alembic.config.settings import Settings
from git_alembic.findings.finding import Finding
from git_alembic.git import INDEX, NOTHING, Repository
from git_alembic.history.change import Change
from git_alembic.history.comparison import CheckRequest, Comparison
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.published import find_published_refs, find_target
from git_alembic.history.snapshots import open_reader
from git_alembic.rules import RULES
from git_alembic.rules.evaluation import apply_rules, in_order
from git_alembic.rules.policy import Policy, make_policy
from git_alembic.scratch.compile_files import ProjectCompiler
from git_alembic.scratch.load_identifiers import IdentifierLoader

# These make a history unusable, whoever did it; all others concern only what the branch did.
STRUCTURE = frozenset({"multiple-heads", "missing-parent", "duplicate-revision", "revision-cycle"})
_OTHERS = frozenset(rule.slug for rule in RULES) - STRUCTURE
_SETTINGS = ":(literal)pyproject.toml"

Named = tuple[str, str]  # name as the user knows it, commit


@dataclass(frozen=True, slots=True)
class Scope:
    """What the options say about what to look at."""

    against: str | None = None
    published: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """A staged history and what is wrong with it.

    `whole` has a change per environment, judged without a baseline, `branch` one per environment that differs from the
    commit where HEAD left the published line, `start`. Both know what is published.
    """

    whole: tuple[Change, ...]
    branch: tuple[Change, ...]
    findings: tuple[Finding, ...]
    rules: Policy
    target: str
    start: str


def examine(repository: Repository, scope: Scope) -> Case:
    """The case of the index; raises CannotJudge where it has conflicts."""
    history = open_reader(repository, IdentifierLoader(repository), ProjectCompiler(repository))
    settings = history.trees.settings(repository.listing(INDEX, (_SETTINGS,)))
    head = repository.resolve(["HEAD"])[0]
    own = [("HEAD", head)] if head else []
    refs = find_published_refs(repository, settings, scope.published) or own
    aim = _aim(repository, settings, scope)
    start = (repository.merge_base(head, (aim or refs[0])[1]) or head) if head else NOTHING
    name = "HEAD" if start == head else start[:12]
    request = CheckRequest(INDEX, "staged", (("HEAD", start),), environments=scope.environments)
    comparison = Comparison(repository, history, request)
    branch = comparison.add_context(comparison.changes(), refs, [aim] if aim else own)
    branch = [replace(change, before=tuple(side._replace(name=name) for side in change.before)) for change in branch]
    everything = Comparison(repository, history, request._replace(parents=()))
    whole = everything.add_context(everything.changes(), (), ())
    known = {change.environment.name: change.published for change in branch}
    line = refs[0][0] if refs else "nothing"
    # An environment that the branch did not touch is as it was where the published line was left.
    whole = [
        replace(change, published=known.get(change.environment.name, change.after._replace(name=line)))
        for change in whole
    ]
    history.save()
    rules = make_policy(settings.rules, override=os.environ.get("GIT_ALEMBIC_ALLOW", ""), beyond_commit=True)
    return Case(tuple(whole), tuple(branch), _findings(whole, branch, rules), rules, aim[0] if aim else "", start)


def remaining(case: Case, after: Mapping[str, RevisionGraph]) -> tuple[Finding, ...]:
    """The errors that are left when each environment, by name, has become what a plan makes of it."""

    def planned(change: Change) -> Change:
        graph = after.get(change.environment.name, change.after.graph)
        return replace(change, after=change.after._replace(graph=graph), forecasts=())

    found = _findings([*map(planned, case.whole)], [*map(planned, case.branch)], case.rules)
    predicted = tuple(finding for finding in case.findings if finding.rule == "divergent-heads")
    return tuple(finding for finding in (*found, *predicted) if finding.severity == "error")


def better(now: Sequence[Finding], before: Sequence[Finding]) -> bool:
    """Whether there is less to repair, first of all in the structure."""
    return _weight(now) < _weight(before)


def _weight(findings: Sequence[Finding]) -> tuple[int, int, int]:
    errors = [finding for finding in findings if finding.severity == "error"]
    return sum(finding.rule in STRUCTURE for finding in errors), len(errors), len(findings)


def _aim(repository: Repository, settings: Settings, scope: Scope) -> Named | None:
    if scope.against:
        return scope.against, repository.commit(scope.against)
    return find_target(repository, settings)


def _findings(whole: Sequence[Change], branch: Sequence[Change], rules: Policy) -> tuple[Finding, ...]:
    parts = (apply_rules(whole, rules.only(STRUCTURE)), apply_rules(branch, rules.only(_OTHERS)))
    return in_order(finding for part in parts for finding in part.findings)
