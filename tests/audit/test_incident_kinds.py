"""What an audit has to know about each rule, held against what the rules report."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest

from git_alembic.audit.incident_kinds import INCIDENT_KINDS, Offense, new_broken_states, offense_of
from git_alembic.findings.finding import Finding
from git_alembic.revisions.revision import Unreadable
from git_alembic.rules.rule_defaults import RULES
from tests.support.literal_changes import ENVIRONMENT, History, change, graph, revision, snapshot

AB = {"a": "", "b": "a"}
ABC = {**AB, "c": "b"}
STATES: dict[str, tuple[tuple[str, ...], History, History]] = {  # ids of the finding, with the state, without it
    "duplicate-revision": (("b",), {**AB, "copy": revision("b", "a", path="versions/copy.py")}, AB),
    "revision-cycle": (("b", "c"), {"a": "", "b": "c", "c": "b"}, ABC),
    "missing-parent": (("c", "gone"), {**AB, "c": "gone"}, ABC),
    "multiple-heads": (("b", "c"), {**AB, "c": "a"}, ABC),
    "extra-base": (("b",), {"a": "", "b": ""}, AB),
}


def test_every_rule_that_an_audit_applies_has_an_entry() -> None:
    assert list(INCIDENT_KINDS) == [rule.slug for rule in RULES if not rule.runs_on_scratch]


@pytest.mark.parametrize("slug", INCIDENT_KINDS)
def test_an_offense_is_not_over_after_the_change_that_the_rule_reports(slug: str) -> None:
    fires = import_module(f"tests.rules.test_{slug.replace('-', '_')}").FIRES
    # An audit doesn't ask the project's Python, so it has no `compiled`.
    errors = [
        (name, made, finding)
        for name, (made, finding) in fires.items()
        if finding.severity == "error" and not made.compiled
    ]
    assert [name for name, made, finding in errors if offense_of(finding, made).is_over(made.after)] == []


@pytest.mark.parametrize(("slug", "case"), STATES.items(), ids=STATES)
def test_a_state_can_end_while_its_revisions_stay(slug: str, case: tuple[tuple[str, ...], History, History]) -> None:
    revisions, broken, repaired = case
    offense, finding = Offense(slug, revisions), Finding(slug, "", 0, revisions, "")
    for history, is_over in ((broken, False), (repaired, True)):
        now = snapshot(history)
        assert offense.is_over(now) is INCIDENT_KINDS[slug].is_repaired(finding, graph(broken), now) is is_over


def of_change(before: History, after: History, **fields: Any) -> list[tuple[str, tuple[str, ...]]]:
    return [(state.rule, state.revisions) for state in new_broken_states(change(before, after, **fields))]


LABELED = {"a": "", "x": revision("x", "a", labels=("left",)), "y": revision("y", "a", labels=("right",))}
LOOP = {"x": "y", "y": "x"}


@pytest.mark.parametrize(
    ("before", "after", "fields", "states"),
    [
        (AB, ABC, {}, []),
        (AB, {**AB, "c": "a"}, {}, [("multiple-heads", ("b", "c"))]),
        ({**AB, "c": "a"}, {**AB, "c": "a", "d": "c"}, {}, []),
        ({**AB, "c": "a"}, {**AB, "c": "a", "d": "a"}, {}, [("multiple-heads", ("b", "c", "d"))]),
        (AB, {**AB, "c": "a"}, {"heads_allowed": 2}, []),
        ({"a": ""}, LABELED, {"heads_allowed": "one-per-label"}, []),
        ({"a": ""}, LABELED, {}, [("multiple-heads", ("x", "y"))]),
        (AB, {**AB, "c": "x"}, {}, [("multiple-heads", ("b", "c")), ("missing-parent", ("c", "x"))]),
        ({"a": "x"}, {"a": "x", "b": "a"}, {}, []),
        (AB, {**AB, "c": revision("c", "b", depends=("x",))}, {}, [("missing-parent", ("c", "x"))]),
        (AB, {**AB, "c": revision("c", "b", depends=("<name>",))}, {}, []),
        (AB, {**AB, "2": revision("b", "a", path="versions/2.py")}, {}, [("duplicate-revision", ("b",))]),
        (AB, {**AB, "c": "d", "d": "c"}, {}, [("revision-cycle", ("c", "d"))]),
        ({**AB, **LOOP}, {**ABC, **LOOP}, {}, []),
    ],
)
def test_what_makes_alembic_fail(
    before: History, after: History, fields: dict[str, Any], states: list[tuple[str, tuple[str, ...]]]
) -> None:
    assert of_change(before, after, **fields) == states


def test_parents_in_other_packages_are_not_missing() -> None:
    environment = ENVIRONMENT._replace(external_parents=True)
    assert of_change(AB, {**AB, "c": revision("c", "b", depends=("x",))}, environment=environment) == []


def test_an_unreadable_file_may_declare_a_missing_parent() -> None:
    """It is unknown whether the history is broken then. A later fork of readable revisions is a fork."""
    hidden = (Unreadable("versions/b.py", "b", "computed"),)
    states: list[tuple[History, History, tuple[str, ...]]] = [
        (AB, {"a": "", "c": "b"}, ()),
        ({"a": "", "c": "b"}, {"a": "", "c": "b", "d": "c", "e": "c"}, ("multiple-heads",)),
        ({"a": "", "c": "b"}, {"a": "", "c": "b", "d": "x"}, ()),
    ]
    for number, (before, after, rules) in enumerate(states):
        made = change(before, snapshot(after, unreadable=hidden))
        if number:
            made = replace(made, baselines=(snapshot(before, "HEAD", unreadable=hidden),))
        assert tuple(state.rule for state in new_broken_states(made)) == rules


def test_an_offense_knows_the_earlier_parents() -> None:
    made = change({**AB, "m": "a b"}, {**AB, "m": "b"})
    found = offense_of(Finding("changed-down-revision", "versions/m.py", 4, ("m",), "…"), made)
    assert found == Offense("changed-down-revision", ("m",), "versions/m.py", frozenset({"a", "b"}))
    assert offense_of(Finding("deleted-revision", "", 0, ("x",), "…"), made).down == frozenset()
    assert offense_of(Finding("unreadable-revision", "x.py", 1, (), "…"), made) == Offense(
        "unreadable-revision", (), "x.py"
    )
