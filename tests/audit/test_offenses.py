"""What an audit has to know about each rule, held against what the rules report."""

from __future__ import annotations

from importlib import import_module

import pytest

from git_alembic.audit.incident_endings import offense_of
from git_alembic.audit.offenses import AUDITS, Offense
from git_alembic.findings.finding import Finding
from git_alembic.rules.rule_defaults import RULES
from tests.support.literal_changes import History, graph, revision, snapshot

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
    assert list(AUDITS) == [rule.slug for rule in RULES if not rule.runs_on_scratch]


@pytest.mark.parametrize("slug", AUDITS)
def test_an_offense_is_not_over_after_the_change_that_the_rule_reports(slug: str) -> None:
    fires = import_module(f"tests.rules.test_{slug.replace('-', '_')}").FIRES
    errors = [(name, made, finding) for name, (made, finding) in fires.items() if finding.severity == "error"]
    assert [name for name, made, finding in errors if offense_of(finding, made).is_over(made.after)] == []


@pytest.mark.parametrize(("slug", "case"), STATES.items(), ids=STATES)
def test_a_state_can_end_while_its_revisions_stay(slug: str, case: tuple[tuple[str, ...], History, History]) -> None:
    revisions, broken, repaired = case
    offense, finding = Offense(slug, revisions), Finding(slug, "", 0, revisions, "")
    for history, is_over in ((broken, False), (repaired, True)):
        now = snapshot(history)
        assert offense.is_over(now) is AUDITS[slug].is_repaired(finding, graph(broken), now) is is_over
