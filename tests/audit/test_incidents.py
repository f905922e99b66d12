"""Incidents of the main line and their ends, from literal histories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from git_alembic.audit.incidents import Ending, Incident, Timeline, ending_of
from git_alembic.audit.replayed_findings import ReplayedCommit
from git_alembic.findings.report import Report
from git_alembic.history.snapshot_and_change import Change
from git_alembic.policy.rule_application import apply_rules
from git_alembic.policy.severity_policy import make_policy
from git_alembic.revisions.revision import REFUSED, Unreadable
from tests.support.literal_changes import History, change, revision, snapshot

HOUR, MINUTE = 3_600, 60
A, AB, ABC = {"a": ""}, {"a": "", "b": "a"}, {"a": "", "b": "a", "c": "b"}
FORK = {"a": "", "b": "a", "c": "a"}


def timeline(*histories: History, step: int = HOUR) -> Timeline:
    """Return a main line with one commit per history, `step` seconds apart. The commits are "0", "1" and so on."""
    found = Timeline()
    for number, after in enumerate(histories):
        made = change(histories[number - 1] if number else {}, after)
        found.add(replayed(number, made, step=step))
    return found


def replayed(
    number: int, made: Change, *, step: int = HOUR, name: str = "db", report: Report | None = None
) -> ReplayedCommit:
    checked = apply_rules([made], make_policy({})) if report is None else report
    return ReplayedCommit(str(number), number * step, is_merge=False, name=name, change=made, report=checked)


def rows(found: Timeline) -> list[tuple[object, ...]]:
    return [
        (incident.commit, incident.rules, incident.revisions, incident.kind, incident.ended)
        for incident in found.incidents()
    ]


ENDS = {
    "a merge revision": ((A, FORK, {**FORK, "m": "b c"}), Ending("2", 2 * HOUR, "merge revision m")),
    "nothing": ((A, FORK, {**FORK, "d": "c"}), None),
    "one head of three goes": ((A, FORK, {**FORK, "d": "a"}, FORK), None),
}


@pytest.mark.parametrize(("histories", "ended"), ENDS.values(), ids=ENDS)
def test_a_fork_ends(histories: Sequence[History], ended: Ending | None) -> None:
    first = timeline(*histories).incidents()[0]
    assert (first.commit, first.rules, first.revisions) == ("1", ("multiple-heads",), ("b", "c"))
    assert (first.is_broken, first.is_stopped, first.ended) == (True, True, ended)


def test_each_commit_that_makes_a_fork_worse_is_an_incident() -> None:
    found = timeline(A, FORK, {**FORK, "d": "a"}, {**FORK, "m": "b c", "d": "a"}, {**FORK, "m": "b c", "d": "m"})
    assert rows(found) == [
        ("1", ("multiple-heads",), ("b", "c"), "", Ending("4", 4 * HOUR, "d re-parented")),
        ("2", ("multiple-heads",), ("b", "c", "d"), "", Ending("3", 3 * HOUR, "merge revision m")),
    ]


KINDS: dict[str, tuple[tuple[History, ...], tuple[str, ...], str, str]] = {
    "a deletion": ((ABC, AB), ("c",), "", ""),
    "a deletion that is taken back": ((ABC, AB, ABC), ("c",), "", "brought back"),
    "out of the middle": ((ABC, {"a": "", "c": "a"}), ("b",), "mid-history", ""),
    "a squash": ((ABC, {"b": "", "c": "b"}), ("a",), "squash", ""),
    "everything": ((ABC, {}), ("a", "b", "c"), "removed environment", ""),
    "the end of a fork": (({**AB, "x": "a"}, AB), ("x",), "resolves a fork", ""),
    "another order": ((ABC, {"a": "", "n": "a", "b": "n", "c": "b"}), ("b",), "", ""),
    "another order that is taken back": ((ABC, {"a": "", "n": "a", "b": "n", "c": "b"}, ABC), ("b",), "", "taken back"),
}


@pytest.mark.parametrize(("histories", "revisions", "kind", "ended"), KINDS.values(), ids=KINDS)
def test_a_hook_would_have_stopped_the_commit(
    histories: Sequence[History], revisions: tuple[str, ...], kind: str, ended: str
) -> None:
    (*_, incident) = [incident for incident in timeline(*histories).incidents() if incident.commit == "1"]
    assert (incident.revisions, incident.kind, incident.is_broken) == (revisions, kind, False)
    assert (incident.ended.how if incident.ended else "") == ended


def test_a_revert_and_a_file_elsewhere_are_named() -> None:
    revert = replace(change(ABC, AB), is_revert=True)
    elsewhere = change(ABC, snapshot(AB, not_loaded={"c": "old/c.py"}))
    for made, kind in ((revert, "revert"), (elsewhere, "moved")):
        found = Timeline()
        found.add(replayed(1, made))
        assert [incident.kind for incident in found.incidents()] == [kind]


@pytest.mark.parametrize(("step", "brief"), [(10 * MINUTE - 1, True), (10 * MINUTE, False)])
def test_an_incident_of_minutes_is_brief(step: int, brief: bool) -> None:
    assert [incident.is_brief for incident in timeline(A, FORK, ABC, step=step).incidents()] == [brief]


@pytest.mark.parametrize(("step", "brief"), [(10 * MINUTE - 1, True), (10 * MINUTE, False)])
def test_a_revision_that_is_deleted_within_minutes_was_in_no_database(step: int, brief: bool) -> None:
    assert [incident.is_brief for incident in timeline(A, AB, A, step=step).incidents()] == [brief]


def test_an_order_that_is_restored_within_minutes_is_brief() -> None:
    wrong = {"a": "", "n": "a", "b": "n"}
    found = Timeline()
    for number, (before, after) in enumerate(((AB, AB), (AB, wrong), (wrong, AB)), 10):
        found.add(replayed(number, change(before, after), step=MINUTE))
    assert [(incident.rules, incident.is_brief) for incident in found.incidents()] == [
        (("changed-down-revision",), True),
        (("deleted-revision",), True),  # the inserted revision
    ]


def test_an_incident_without_a_finding_was_not_stopped() -> None:
    found = Timeline()
    found.add(replayed(1, change(A, FORK), report=Report()))
    found.add(replayed(2, change(A, FORK), report=Report(reason="no"), name="other"))
    assert [(incident.rules, incident.revisions, incident.is_stopped) for incident in found.incidents()] == [
        (("multiple-heads",), ("b", "c"), False),
        (("multiple-heads",), ("b", "c"), True),
    ]


def test_a_warning_is_not_an_incident() -> None:
    assert timeline(ABC, {**ABC, "b": revision("b", "a", blob="edited")}).incidents() == []


def test_the_same_in_two_environments_is_one_incident_if_it_ends_alike() -> None:
    def incidents(*names_repaired: str) -> list[Incident]:
        found = Timeline()
        for name in ("x", "y"):
            found.add(replayed(1, change(A, FORK), name=name))
        for name in names_repaired:
            found.add(replayed(2, change(FORK, ABC), name=name))
        return found.incidents()

    assert [incident.environments for incident in incidents()] == [("x", "y")]
    assert [incident.environments for incident in incidents("x", "y")] == [("x", "y")]
    assert [incident.environments for incident in incidents("x")] == [("x",), ("y",)]


def test_files_of_python_2_are_counted_and_nothing_else() -> None:
    old = Unreadable("versions/b.py", "b", f"{REFUSED}Missing parentheses in call to 'print'. Did you mean print(...)?")
    broken = Unreadable("versions/c.py", "c", f"{REFUSED}invalid syntax")
    found = Timeline()
    found.add(replayed(1, change(A, snapshot(A, unreadable=(old,)))))
    assert (found.python_2_files, found.incidents()) == ({"versions/b.py"}, [])
    found.add(replayed(2, change(A, snapshot(A, unreadable=(broken,)))))
    assert [(incident.rules, incident.is_broken) for incident in found.incidents()] == [
        (("unreadable-revision",), False)
    ]
    found.add(replayed(3, change(A, A)))
    assert [incident.ended for incident in found.incidents()] == [Ending("3", 3 * HOUR, "repaired")]


def test_a_head_for_each_label_is_allowed_if_the_change_allows_it() -> None:
    lines = {"a": "", "x": revision("x", "a", labels=("left",)), "y": revision("y", "a", labels=("right",))}
    made = change(A, lines)
    found = Timeline()
    found.add(replayed(1, replace(made, heads_allowed="one-per-label"), report=apply_rules([made], make_policy({}))))
    assert found.incidents() == []


@pytest.mark.parametrize(
    ("after", "how"),
    [
        ({**FORK, "m": "b c", "d": "m"}, "merge revision m"),
        ({**FORK, "m": "b c", "n": "m", "o": "m n"}, "merge revision m"),
        (ABC, "c re-parented"),
        ({"a": "c", "b": "a", "c": ""}, "2 revisions re-parented"),
        ({**AB, "d": "b"}, "new id d"),
        ({**AB, "d": "b", "e": "d"}, "new id 2 revisions"),
        (AB, "c deleted"),
        ({"a": ""}, "2 revisions deleted"),
        ({}, "environment removed"),
    ],
)
def test_how_a_fork_ended(after: History, how: str) -> None:
    assert ending_of(change(FORK, after), "multiple-heads") == how


@pytest.mark.parametrize(
    ("rule", "how"),
    [
        ("deleted-revision", "brought back"),
        ("changed-revision-id", "taken back"),
        ("changed-down-revision", "taken back"),
        ("missing-parent", "repaired"),
    ],
)
def test_how_another_offense_ended(rule: str, how: str) -> None:
    assert ending_of(change(FORK, ABC), rule) == how
    assert ending_of(change(FORK, {}), rule) == "environment removed"
