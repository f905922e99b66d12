"""`behind`: the revisions to run, and the upgrade. The table of messages has the other examples."""

from __future__ import annotations

from git_alembic.database.causes.behind import find
from git_alembic.database.diagnosis import Cause, CauseRepair, Effect
from git_alembic.database.facts_for_causes import SchemaMatch
from git_alembic.findings.finding import Command
from tests.support.whole_diagnoses import LINE, LONG, MATCH, facts

UPGRADE = CauseRepair("upgrade the database", (Command(("alembic", "upgrade", "head")),), Effect(("a",), ("c",)))


def test_the_whole_cause() -> None:
    match = SchemaMatch(("b",), is_exact=False, basis="by name")
    assert list(find(facts(("a",), match=match))) == [
        Cause(
            "behind",
            "the database is 2 revisions behind 'c'",
            (
                "it is at 'a' (create table_a)",
                "to run: 'b' (create table_b), by Ada on 2026-03-04",
                "to run: 'c' (create table_c), by Bo on 2026-03-05",
                "the schema is closest to the schema at 'b', as determined by name",
                "stamp the database only after you have resolved every difference",
            ),
            ("b", "c"),
            (UPGRADE,),
        )
    ]


def test_nothing_to_run() -> None:
    assert list(find(facts(("c",)))) == []


def test_a_list_of_five_is_shown_as_a_whole_and_a_longer_one_without_its_middle() -> None:
    (five,), (six,) = (find(facts((row,), LONG)) for row in ("r3", "r2"))
    assert [line.split("'")[1] for line in five.evidence[1:]] == ["r4", "r5", "r6", "r7", "r8"]
    assert [line.partition(" (")[0] for line in six.evidence[1:]] == [
        "to run: 'r3'",
        "to run: 'r4'",
        "to run: 'r5'",
        "to run: … 2 more …",
        "to run: 'r8'",
    ]


def test_the_schema_of_a_later_revision_is_stamped_first() -> None:
    (cause,) = find(facts(("a",), match=MATCH))
    assert cause.repairs == (facts(("a",)).stamp_repair(["b"]), UPGRADE)
    (cause,) = find(facts(("b",), match=MATCH))
    assert [repair.title for repair in cause.repairs] == ["upgrade the database"]


def test_an_empty_database() -> None:
    (cause,) = find(facts(()))
    assert (cause.message, cause.evidence[0]) == (
        "the database is empty, so all 3 revisions have to run",
        "it has no tables except an empty version table",
    )
    (cause,) = find(facts(None, LINE[:1]))
    assert (cause.message, cause.evidence[0]) == ("the database is empty, so 1 revision has to run", "it has no tables")
