"""What `fix` repairs: the whole staged history, and what its branch changed; and when a plan is better than nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from git_alembic.config.settings import Severity
from git_alembic.findings.finding import Finding
from git_alembic.git import Repository
from git_alembic.history.heads_file import HeadsFile
from git_alembic.history.snapshot_and_change import Change, MergeForecast
from git_alembic.policy.rule_application import apply_rules_to_branch
from git_alembic.policy.severity_policy import make_policy
from git_alembic.repair.plan import Plan
from git_alembic.repair.scope_of_fix import RepairCase, RepairScope, examine, find_remaining, is_better
from tests.support.literal_changes import ENVIRONMENT, History, change, graph
from tests.support.project import Project

AB, ABC, FORK = {"a": "", "b": "a"}, {"a": "", "b": "a", "c": "b"}, {"a": "", "b": "a", "c": "a"}


def finding(rule: str, severity: Severity = "error") -> Finding:
    return Finding(rule, "x.py", 1, (), rule, severity=severity)


STRUCTURE, MOVE, EDIT = (
    finding("multiple-heads"),
    finding("changed-down-revision"),
    finding("edited-revision", "warning"),
)


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        ([], [EDIT], True),
        ([EDIT], [], False),
        ([EDIT], [EDIT], False),
        ([EDIT, EDIT, EDIT], [MOVE], True),
        ([MOVE, MOVE], [STRUCTURE], True),
        ([STRUCTURE], [MOVE, MOVE], False),
        ([STRUCTURE, MOVE], [STRUCTURE, MOVE, MOVE], True),
        ([finding("multiple-heads", "warning")], [MOVE], True),
    ],
)
def test_errors_of_the_structure_count_first(now: list[Finding], before: list[Finding], expected: bool) -> None:
    assert is_better(now, before) is expected


def case(whole: Change, branch: Change) -> RepairCase:
    policy = make_policy({}, beyond_commit=True)
    findings = apply_rules_to_branch([whole], [branch], policy).findings
    return RepairCase((whole,), (branch,), findings, policy, "origin/main", "HEAD")


def remaining(made: RepairCase, plans: dict[str, Plan]) -> list[str]:
    return [f"{finding.rule}: {' '.join(finding.revisions)}" for finding in find_remaining(made, plans)]


def plan(after: History, **files: bytes) -> dict[str, Plan]:
    named = {name.replace("_", "/"): data for name, data in files.items()}
    return {ENVIRONMENT.name: Plan(ENVIRONMENT, (), named, (), (), graph(after))}


def test_what_remains_after_the_plans() -> None:
    made = case(change(None, FORK, published=AB), change(AB, FORK))
    assert remaining(made, {}) == ["multiple-heads: b c"]
    assert remaining(made, {"other.ini": plan(ABC)[ENVIRONMENT.name]}) == ["multiple-heads: b c"]
    assert remaining(made, plan(ABC)) == []
    assert remaining(made, plan({**FORK, "d": "x"})) == ["missing-parent: d x", "multiple-heads: b c d"]


def test_a_forecast_remains_until_the_merge() -> None:
    """A plan for the own history can't remove it, and a plan doesn't forecast again."""
    side = {"a": "", "c": "a"}
    target = change({}, AB).after
    branch = change({"a": ""}, side, published=AB, forecasts=(MergeForecast(target, change({}, FORK).after),))
    made = case(change(None, side, published=AB), branch)
    assert remaining(made, {}) == ["divergent-heads: b c"]
    assert remaining(made, plan(side)) == ["divergent-heads: b c"]


def test_the_file_with_the_heads_is_the_one_of_the_plan() -> None:
    whole, branch = (
        replace(made, environment=ENVIRONMENT._replace(heads_file_path="heads.txt"), heads_file=HeadsFile("a\n"))
        for made in (change(None, AB, published=AB), change(AB, AB))
    )
    made = case(whole, branch)
    assert remaining(made, {}) == ["heads-file: b"]
    assert remaining(made, plan(AB)) == ["heads-file: b"]
    fixed = plan(AB)[ENVIRONMENT.name]
    assert remaining(made, {ENVIRONMENT.name: replace(fixed, files={"heads.txt": b"b\n"})}) == []
    assert remaining(made, {ENVIRONMENT.name: replace(fixed, files={"heads.txt": b"\xe9\n"})}) == ["heads-file: b"]


def test_the_case_of_an_index(cloned: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """c is committed on the branch, and d is staged beside it. a has another text than on main."""
    start = cloned.git("rev-parse", "HEAD").strip()
    cloned.revision("c", "b")
    cloned.commit()
    cloned.revision("d", "b")
    cloned.revision("a", body="raise NotImplementedError")
    cloned.git("add", "-A")
    monkeypatch.setenv("GIT_ALEMBIC_ALLOW", "edited-revision")
    found = examine(Repository(str(cloned.path)), RepairScope())
    assert [(finding.rule, finding.revisions) for finding in found.findings] == [("multiple-heads", ("c", "d"))]
    assert (found.target, found.start) == ("origin/main", start)
    assert [(made.after.graph.ids, len(made.baselines)) for made in found.whole] == [(("a", "b", "c", "d"), 0)]
    assert [(made.after.graph.heads, made.first_parent.ids) for made in found.branch] == [(("c", "d"), ("a", "b"))]


def test_the_options_of_a_case(cloned: Project) -> None:
    cloned.switch("topic", "HEAD~0")
    cloned.revision("c", "b")
    at_c = cloned.commit()
    cloned.revision("d", "c")
    cloned.git("add", "-A")
    repository = Repository(str(cloned.path))
    against = examine(repository, RepairScope(target="topic"))
    assert (against.target, against.start) == ("topic", at_c)
    published = examine(repository, RepairScope(published_patterns=("topic",)))
    assert [made.published.graph.ids for made in published.whole] == [("a", "b", "c")]
    assert examine(repository, RepairScope(environments=("alembic.ini",))).whole != ()
