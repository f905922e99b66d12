"""The diagnosis of one database: which repairs are tried, and what is asked again. Scratch databases are literal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from git_alembic.config.settings import Settings
from git_alembic.database.database_state import DatabaseState, InspectionResult, Url, Version
from git_alembic.database.diagnosis import Effect
from git_alembic.database.doctor import (
    Doctor,
    describe_broken_history,
    describe_foreign_version_table,
    gather_facts,
)
from git_alembic.database.facts_for_causes import SchemaMatch
from git_alembic.database.rehearsals.rehearser import RehearsalResult
from git_alembic.database.requests_to_probe import Questions
from git_alembic.errors import CannotCheck
from git_alembic.git import Repository
from git_alembic.history.snapshot_and_change import Snapshot
from git_alembic.revisions.revision import Revision
from tests.support.literal_changes import snapshot
from tests.support.project import Project
from tests.support.whole_diagnoses import MATCH, facts, revision

LINE = {"a": "", "b": "a", "c": "b"}
FAILS, DROPS = RehearsalResult(failure="it broke"), RehearsalResult(dropped=("table t",))
BEHIND = facts(("b",)).database
CONTENTS = {"table users": ""}


@dataclass
class Scratch:
    """The literal results of rehearsals, in order, and of the search for a schema. They are recorded."""

    results: list[RehearsalResult] = field(default_factory=list)
    match: SchemaMatch = field(default_factory=SchemaMatch)
    effects: list[Effect] = field(default_factory=list)
    questions: list[Questions] = field(default_factory=list)
    searches: list[DatabaseState] = field(default_factory=list)

    def rehearse(self, _: DatabaseState, __: int, effects: Sequence[Effect]) -> list[RehearsalResult]:
        self.effects += effects
        return [self.results.pop(0) if self.results else RehearsalResult() for _ in effects]

    def find_schema_match(self, *arguments: Any) -> SchemaMatch:
        self.searches.append(arguments[3])
        return self.match


def diagnose(
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    database: DatabaseState,
    scratch: Scratch | None = None,
    found: Snapshot | None = None,
) -> tuple[list[tuple[str, list[str]]], list[str]]:
    """Return ([(cause, titles of its repairs)], the reasons)."""
    fake = scratch or Scratch()
    monkeypatch.setattr("git_alembic.database.doctor.Rehearser", lambda *_: fake)
    monkeypatch.setattr("git_alembic.database.doctor.find_schema_match", fake.find_schema_match)

    def inspect(questions: Questions) -> InspectionResult:
        fake.questions.append(questions)
        if not questions.compare:
            return InspectionResult(databases=(replace(database, counts={"table t": 2}),))
        return InspectionResult(databases=(replace(database, contents=CONTENTS),))

    nobody = cast("Any", SimpleNamespace())
    doctor = Doctor(Repository(str(project.path)), Settings(), found or snapshot(LINE), nobody, nobody, inspect)
    causes, reasons = doctor.diagnose(InspectionResult(), database, 0)
    return [(cause.cause, [repair.title for repair in cause.repairs]) for cause in causes], reasons


def test_a_repair_is_tried(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = Scratch()
    assert diagnose(project, monkeypatch, BEHIND, scratch) == ([("behind", ["upgrade the database"])], [])
    assert scratch.effects == [Effect(("b",), ("c",))]
    assert (scratch.questions, scratch.searches) == ([], [])


def test_a_database_at_the_head_needs_no_scratch_database(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = Scratch()
    found = diagnose(project, monkeypatch, facts(("c",)).database, scratch)
    assert found == ([("up-to-date", [])], [])
    assert scratch.effects == []


def test_what_a_repair_drops_is_counted_in_the_real_database(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = Scratch([DROPS])
    found = diagnose(project, monkeypatch, BEHIND, scratch)
    assert found == ([("behind", ["upgrade the database; this drops table t (2 rows)"])], [])
    assert scratch.questions == [Questions(counted={0: ("table t",)})]


def test_if_no_repair_works_the_schema_is_compared(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database has the schema of c although it is at a. The second round finds that a stamp works."""
    at_a = facts(("a",)).database
    scratch = Scratch([FAILS, RehearsalResult(), FAILS], replace(MATCH, revisions=("c",)))
    found = diagnose(project, monkeypatch, at_a, scratch)
    assert found == ([("behind", ["stamp 'c'"])], [])
    assert scratch.questions == [Questions(compare=(0,))]
    assert [database.contents for database in scratch.searches] == [CONTENTS]
    assert len(scratch.effects) == 3


def test_tables_without_a_record_are_compared_first(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    unstamped = replace(facts(None, tables=("users",)).database, contents=CONTENTS)
    scratch = Scratch([], MATCH)
    assert diagnose(project, monkeypatch, unstamped, scratch) == ([("unstamped", ["stamp 'b', then upgrade"])], [])
    assert scratch.questions == []
    scratch = Scratch([], MATCH)
    without_contents = replace(unstamped, contents=None)
    assert diagnose(project, monkeypatch, without_contents, scratch) == ([("unstamped", [])], [])
    assert scratch.searches == []


def test_an_id_that_git_does_not_know_is_compared_first(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    unknown = replace(facts(("f00d",)).database, contents=CONTENTS)
    scratch = Scratch([], MATCH)
    ((cause, (title,)),), _ = diagnose(project, monkeypatch, unknown, scratch)
    assert (cause, title[:40]) == ("unknown-revision", "replace 'f00d' with 'b' in the version t")
    assert len(scratch.searches) == 1


def test_what_cannot_be_diagnosed(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    foreign = replace(BEHIND, version=Version(exists=True, columns=("id",)))
    causes, (reason,) = diagnose(project, monkeypatch, foreign)
    assert causes == []
    assert reason.startswith("alembic.ini: the table alembic_version was not created by Alembic")
    broken = snapshot({"a": "", "b": "x"})
    at_a = replace(facts(("a",), tables=("users",)).database, models=("posts",))
    reason = (
        "alembic.ini: Alembic cannot load the history: 'b' comes after 'x', which is missing from this checkout "
        "(see `git alembic check`)"
    )
    assert diagnose(project, monkeypatch, at_a, found=broken) == ([("wrong-target", [])], [reason])


def test_a_database_that_no_longer_answers(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = Scratch([DROPS])
    monkeypatch.setattr("git_alembic.database.doctor.Rehearser", lambda *_: fake)

    def inspect(_: Questions) -> InspectionResult:
        raise CannotCheck("gone")

    nobody = cast("Any", SimpleNamespace())
    doctor = Doctor(Repository(str(project.path)), Settings(), snapshot(LINE), nobody, nobody, inspect)
    (cause,), _ = doctor.diagnose(InspectionResult(), BEHIND, 0)
    assert [repair.title for repair in cause.repairs] == [
        "upgrade the database; this drops table t (its rows could not be counted)"
    ]


def test_facts_have_what_git_knows_about_unknown_rows(project: Project) -> None:
    project.revision("x", "b")
    project.commit()
    project.git("branch", "topic")
    project.git("rm", "-q", "migrations/versions/x_x.py")
    project.commit()
    found = gather_facts(Repository(str(project.path)), Settings(heads=2), snapshot(LINE), facts(("x",)).database)
    assert [revision.id for revision in found.lost_ancestors["x"].lost] == ["x"]
    assert (found.lost_ancestors["x"].known, found.free_branches, found.heads_allowed) == (
        ("b",),
        frozenset({"topic"}),
        2,
    )
    known = gather_facts(Repository(str(project.path)), Settings(), snapshot(LINE), BEHIND)
    assert (known.lost_ancestors, known.free_branches) == ({}, frozenset())


@pytest.mark.parametrize(
    ("version", "reason"),
    [
        (Version(), ""),
        (Version(exists=True, columns=("id", "version_num")), ""),
        (
            Version(exists=True, columns=("id", "name")),
            (
                "the table app.versions was not created by Alembic: it has the columns id, name, and no "
                "version_num; set a different version_table in env.py, or rename this table"
            ),
        ),
    ],
)
def test_a_version_table_of_another_program(version: Version, reason: str) -> None:
    database = DatabaseState("", Url("", "sqlite"), "sqlite", version_table="app.versions", version=version)
    assert describe_foreign_version_table(database) == reason


@pytest.mark.parametrize(
    ("rows", "history", "problem"),
    [
        (("a",), (revision("a"),), ""),
        (("a",), (revision("a"), revision("b", "x")), "'b' comes after 'x', which is missing from this checkout"),
        (("a",), (revision("a", "b"), revision("b", "a")), "it contains a cycle"),
        (
            ("a",),
            (revision("a", "b"), revision("b", "a"), revision("c", "x")),
            "'c' comes after 'x', which is missing from this checkout",
        ),
        (("z",), (revision("a", "x"),), ""),  # `unknown-revision` explains it
    ],
)
def test_a_broken_history(rows: tuple[str, ...], history: tuple[Revision, ...], problem: str) -> None:
    expected = f"Alembic cannot load the history: {problem} (see `git alembic check`)" if problem else ""
    assert describe_broken_history(facts(rows, history)) == expected
