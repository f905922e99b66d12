"""The findings of all rules: severities, order, overrides, and the checks of a branch."""

from __future__ import annotations

from dataclasses import replace

from git_alembic.findings.finding import Finding
from git_alembic.findings.report import EnvironmentState
from git_alembic.policy.rule_application import (
    apply_rules,
    apply_rules_to_branch,
    apply_scratch_rules,
    in_order,
    nest_branch_findings,
)
from git_alembic.policy.severity_policy import make_policy
from git_alembic.revisions.revision import Unreadable
from git_alembic.scratch.scratch_result import DatabaseResult, Roundtrip, Run, ScratchResult, SkippedStatement
from tests.support.literal_changes import ENVIRONMENT, History, change, revision, snapshot

AB, FORK = {"a": "", "b": "a"}, {"a": "", "b": "a", "c": "a"}
STATE = EnvironmentState("alembic.ini", "migrations", ("b", "c"), ("a",), 3)


def test_a_report_has_the_state_and_the_context() -> None:
    report = apply_rules([change(AB, FORK)], make_policy({}))
    assert report.environments == (STATE,)
    assert [(found.rule, found.environment, found.severity) for found in report.findings] == [
        ("multiple-heads", "alembic.ini", "error")
    ]
    assert (report.notes, report.fail_on_warning) == ((), False)
    strict = make_policy({})._replace(fail_on_warning=True)
    assert apply_rules([], strict).fail_on_warning
    assert apply_scratch_rules([], strict).fail_on_warning


def test_a_configured_severity_never_raises_a_milder_finding() -> None:
    doubtful = change(AB, {**AB, "c": revision("c", "b", doubt="may be too new")})
    assert [found.severity for found in apply_rules([doubtful], make_policy({})).findings] == ["warning"]
    mild = apply_rules([change(AB, FORK)], make_policy({"multiple-heads": "warning"}))
    assert [found.severity for found in mild.findings] == ["warning"]
    assert apply_rules([change(AB, FORK)], make_policy({"multiple-heads": "off"})).findings == ()


def test_structural_rules_check_the_whole_branch_and_others_its_changes() -> None:
    stale = {**FORK, "b": revision("b", "a", doc_down=("x",)), "c": revision("c", "a", doc_down=("y",))}
    whole = change(None, stale)
    since = change({"a": "", "b": stale["b"]}, {**stale, "d": revision("d", "c", doc_id="z")})
    report = apply_rules_to_branch([whole], [since], make_policy({}))
    assert [(found.rule, found.path) for found in report.findings] == [
        ("stale-docstring", "versions/c.py"),
        ("multiple-heads", "versions/c.py"),
        ("stale-docstring", "versions/d.py"),
    ]
    assert report.environments == (STATE,)


def test_consequences_in_the_whole_history_are_nested_under_the_cause_on_the_branch() -> None:
    line = {"a": "", "b": "a", "c": "b"}
    policy = make_policy({})

    def nested(before: History, after: History) -> list[tuple[str, list[str]]]:
        whole, since = change(None, after), change(before, after)
        report = nest_branch_findings(apply_rules_to_branch([whole], [since], policy), [since])
        return [(found.rule, [other.rule for other in found.consequences]) for found in report.findings]

    assert nested(line, {"a": "", "c": "b"}) == [("deleted-revision", ["missing-parent", "multiple-heads"])]
    assert nested(AB, {**AB, "x": ""}) == [("extra-base", ["multiple-heads"])]
    broken = {**FORK, "d": "b"}
    del_d = {key: value for key, value in broken.items() if key != "d"}
    assert nested(broken, del_d) == [("multiple-heads", []), ("deleted-revision", [])]


def test_findings_of_other_environments_are_not_nested() -> None:
    after = {**AB, "x": ""}
    since = change(AB, after)
    report = apply_rules_to_branch([change(None, after)], [since], make_policy({}))
    fork = next(found for found in report.findings if found.rule == "multiple-heads")
    others = tuple(fork._replace(environment=name) for name in ("a", "z"))
    nested = nest_branch_findings(report._replace(findings=(*report.findings, *others)), [since])
    assert [(found.environment, found.rule) for found in nested.findings] == [
        ("a", "multiple-heads"),
        ("alembic.ini", "extra-base"),
        ("z", "multiple-heads"),
    ]


def test_findings_are_in_order() -> None:
    ordered = [
        Finding("r", "a.py", 9, (), "", environment="1"),
        Finding("q", "a.py", 0, (), "", environment="2"),
        Finding("q", "a.py", 5, (), "", environment="2"),
        Finding("r", "a.py", 5, (), "", environment="2"),
        Finding("a", "b.py", 0, (), "", environment="2"),
    ]
    assert in_order(reversed(ordered)) == tuple(ordered)


def test_scratch_findings_have_their_context_and_skipped_statements() -> None:
    trips = (Roundtrip("b", ("op.drop_table('x')",)),)
    skipped = SkippedStatement("b", "VACUUM", "not supported")
    run = Run((DatabaseResult("sqlite", roundtrips=trips),), skipped=(skipped,))
    result = ScratchResult(ENVIRONMENT, (revision("b", "a"),), run, untracked=("app.py",))
    report = apply_scratch_rules([result], make_policy({}))
    assert [(found.rule, found.environment, found.severity) for found in report.findings] == [
        ("untracked-import", "alembic.ini", "error"),
        ("lossy-downgrade", "alembic.ini", "warning"),
    ]
    assert report.notes == ("alembic.ini: 'b' was not run in full (not supported): VACUUM",)
    assert report.environments == ()
    off = make_policy({"lossy-downgrade": "off", "untracked-import": "off"})
    assert apply_scratch_rules([replace(result)], off).findings == ()


def test_a_scratch_finding_that_is_allowed_hides_no_other() -> None:
    """A comment in one file is only about that file."""
    trips = (Roundtrip("b", ("op.drop_table('x')",)), Roundtrip("c", ("op.drop_table('y')",)))
    new = (revision("b", "a", allowed=("lossy-downgrade",)), revision("c", "b"))
    result = ScratchResult(ENVIRONMENT, new, Run((DatabaseResult("sqlite", roundtrips=trips),)))
    report = apply_scratch_rules([result], make_policy({}))
    assert [found.revisions for found in report.findings] == [("c",)]
    assert [note.partition(" was allowed: ")[0] for note in report.notes] == ["versions/b.py: lossy-downgrade"]


def test_static_rules_ignore_runs_and_scratch_rules_ignore_changes() -> None:
    assert apply_rules([change(AB, AB)], make_policy({"model-drift": "error"})).findings == ()


def test_a_comment_in_another_file_allows_nothing() -> None:
    for other in ("versions/0.py", "versions/z.py"):
        note = revision("n", "b", path=other, allowed=("stale-docstring", "unreadable-revision"))
        stale = change(AB, {**AB, "n": note, "c": revision("c", "n", doc_id="x")})
        assert [found.rule for found in apply_rules([stale], make_policy({})).findings] == ["stale-docstring"]
        files = (
            Unreadable("versions/m.py", "m", "computed"),
            Unreadable(other, "n", "computed", 0, ("unreadable-revision",)),
        )
        hidden = change(AB, snapshot(AB, unreadable=files))
        assert [found.path for found in apply_rules([hidden], make_policy({})).findings] == ["versions/m.py"]


def test_an_old_unreadable_file_matters_to_a_missing_parent_only() -> None:
    old = (Unreadable("versions/m.py", "m", "computed"),)
    baselines = (snapshot(AB, "HEAD", unreadable=old),)
    for new, rules in ((revision("c"), ["extra-base"]), (revision("c", "b", doc_id="x"), ["stale-docstring"])):
        made = change(AB, snapshot({**AB, "c": new}, unreadable=old), baselines=baselines)
        assert [found.rule for found in apply_rules([made], make_policy({})).findings] == rules


def test_a_new_unreadable_file_that_is_allowed_still_gives_a_verdict() -> None:
    made = change(AB, snapshot({**AB, "c": "x"}, unreadable=(Unreadable("versions/m.py", "m", "computed"),)))
    report = apply_rules([made], make_policy({}, override="unreadable-revision"))
    assert [found.rule for found in report.findings] == ["missing-parent"]
