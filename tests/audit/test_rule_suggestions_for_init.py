"""Which rules `git alembic init` suggests to make milder, from the outcome of each finding in a later history."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from git_alembic.audit.rule_suggestions_for_init import OutcomeRecord, Tally
from git_alembic.environments.environment import Environment
from git_alembic.findings.finding import Finding
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.snapshot_and_change import Change, Snapshot
from git_alembic.revisions.revision import Revision, Unreadable

HERE = Environment("alembic.ini", "migrations", ("migrations/versions",))
A, B, C = (Revision(f"{id_}.py", id_ + "1", id_, down) for id_, down in (("a", ()), ("b", ("a",)), ("c", ("b",))))
D = Revision("d.py", "d1", "d", ("b",))  # forks with c
M = Revision("m.py", "m1", "m", ("c", "d"))
LINE = (A, B, C)
FORK = (*LINE, D)
JOINED = (*FORK, M)


def snapshot(revisions: Sequence[Revision], unreadable: Sequence[Unreadable] = ()) -> Snapshot:
    return Snapshot("x", HERE, RevisionGraph(revisions), tuple(unreadable))


def output(rule: str, *ids: str, path: str = "") -> Finding:
    return Finding(rule, path, 0, ids, "…")


EDITED = (A, B, C._replace(blob="c2"))
MOVED = (A, B, C._replace(down=("a",)))
RENAMED = (A, B, C._replace(path="other/c_better.py"))
STALE = (*LINE, Revision("e.py", "e1", "e", ("c",), doc_id="e", doc_down=("b",)))
UNNAMED = (*LINE, STALE[-1]._replace(doc_down=()))  # `Revises:` without an id
GAP = (A, B, C._replace(down=("gone",)))
CASES = [  # finding, commit from … to …, and the state now
    (output("multiple-heads", "c", "d"), LINE, FORK, JOINED, "repaired"),
    (output("multiple-heads", "c", "d"), LINE, FORK, (*FORK, C._replace(id="e", down=("c",))), "stayed"),
    (output("missing-parent", "c", "gone"), LINE, GAP, LINE, "repaired"),
    (output("missing-parent", "c", "gone"), LINE, GAP, GAP, "stayed"),
    (output("deleted-revision", "c"), LINE, (A, B), LINE, "repaired"),
    (output("deleted-revision", "c"), LINE, (A, B), (A, B), "stayed"),
    (output("deleted-revision", "a", "b", "c"), LINE, (), (), "stayed"),
    (output("deleted-revision", "d"), FORK, LINE, LINE, "repairing"),
    (output("deleted-revision", "d"), FORK, LINE, FORK, "repaired"),
    (output("changed-revision-id", "d", "e"), FORK, (*LINE, C._replace(id="e", down=("c",))), LINE, "repairing"),
    (output("changed-revision-id", "c", "e"), LINE, (A, B, C._replace(id="e")), (A, B, C._replace(id="e")), "stayed"),
    (output("changed-revision-id", "c", "e"), LINE, (A, B, C._replace(id="e")), LINE, "repaired"),
    (output("changed-down-revision", "c"), LINE, MOVED, MOVED, "stayed"),
    (output("changed-down-revision", "c"), LINE, MOVED, EDITED, "repaired"),
    (output("edited-revision", "c"), LINE, EDITED, EDITED, "stayed"),
    (output("edited-revision", "c"), LINE, EDITED, (A, B), "stayed"),
    (output("edited-revision", "c"), LINE, EDITED, RENAMED, "repaired"),
    (output("renamed-revision", "c"), LINE, RENAMED, RENAMED, "stayed"),
    (output("renamed-revision", "c"), LINE, RENAMED, (A, B, C._replace(path="other/c.py")), "repaired"),
    (output("stale-docstring", "e"), LINE, STALE, STALE, "stayed"),
    (output("stale-docstring", "e"), LINE, UNNAMED, UNNAMED, "stayed"),
    (output("stale-docstring", "e"), LINE, STALE, LINE, "repaired"),
    (output("stale-docstring", "e"), LINE, STALE, (*LINE, STALE[-1]._replace(doc_down=("c",))), "repaired"),
]


@pytest.mark.parametrize(("finding", "before", "after", "now", "outcome"), CASES)
def test_outcome(
    finding: Finding, before: Sequence[Revision], after: Sequence[Revision], now: Sequence[Revision], outcome: str
) -> None:
    record = OutcomeRecord()
    record.add(
        "x", Change(HERE, (snapshot(before),), snapshot(after), snapshot(before)), [finding], is_on_mainline=True
    )
    record.add("x", Change(HERE, (), snapshot(now), snapshot(now)), [], is_on_mainline=True)
    (tally,) = record.tallies()
    assert tally._asdict() == {
        "rule": finding.rule, "severity": "error", "repaired": 0, "repairing": 0, "stayed": 0, outcome: 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("now", "unreadable", "repaired"),
    [(LINE, [], 1), (LINE, [Unreadable("e.py", "e2", "…")], 0), ((*LINE, D._replace(path="e.py", problem="…")), [], 0)],
)
def test_a_file_that_could_not_be_read(
    now: Sequence[Revision], unreadable: Sequence[Unreadable], repaired: int
) -> None:
    record = OutcomeRecord()
    sick = snapshot(LINE, [Unreadable("e.py", "e1", "…")])
    change = Change(HERE, (snapshot(LINE),), sick, snapshot(LINE))
    record.add("x", change, [output("unreadable-revision", path="e.py")], is_on_mainline=True)
    later = snapshot(now, unreadable)
    record.add("x", Change(HERE, (), later, later), [], is_on_mainline=True)
    assert [tally.repaired for tally in record.tallies()] == [repaired]


def test_findings_on_a_branch_do_not_count_for_the_main_line() -> None:
    record = OutcomeRecord()
    record.add("x", Change(HERE, (), snapshot(FORK), snapshot(LINE)), [], is_on_mainline=True)
    change = Change(HERE, (snapshot(FORK),), snapshot(LINE), snapshot(LINE))
    record.add("x", change, [output("multiple-heads", "c", "d")], is_on_mainline=False)
    assert record.tallies() == [Tally("multiple-heads", "error", 0, 1, 0)]


@pytest.mark.parametrize(
    ("tally", "strict"),
    [
        (Tally("x", "error", 0, 1, 2), True),
        (Tally("x", "error", 2, 1, 2), True),
        (Tally("x", "error", 3, 1, 2), False),
        (Tally("x", "error", 0, 1, 1), False),
        (Tally("x", "warning", 0, 0, 99), False),
    ],
)
def test_a_rule_is_too_strict(tally: Tally, strict: bool) -> None:
    assert tally.is_too_strict is strict
