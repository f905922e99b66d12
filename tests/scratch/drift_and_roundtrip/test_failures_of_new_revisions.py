"""The new revisions of a check, the files that its result names, and which failures give no verdict."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from git_alembic.git import INDEX, Repository
from git_alembic.history.snapshot_and_change import Change
from git_alembic.scratch.drift_and_roundtrip.databases_built_from_parent_commit import BaselineCommit
from git_alembic.scratch.drift_and_roundtrip.failures_of_new_revisions import ScratchCheck, note_what_is_unseen
from git_alembic.scratch.failure_messages import explain_failure
from git_alembic.scratch.interpreter.project_python import Interpreter
from git_alembic.scratch.run_cache import CachedRun
from git_alembic.scratch.scratch_result import Failure, Run, ScratchResult
from tests.support.literal_changes import ENVIRONMENT, JOINING, ON_TOP, History, change, revision
from tests.support.project import Project
from tests.support.refusal_message import refusal

PYTHON = Interpreter("/p/python", "the first on PATH")
ANSWER: dict[str, Any] = {"run": {"failure": None, "databases": [], "not_replayed": []}}
WHOLE_HISTORY = " (the baseline has no revisions in this environment, so all revisions ran on an empty database)"


def scratch_check(
    made: Change, repository: Any = None, parents: Sequence[str] = (), *, baseline: bool = True
) -> ScratchCheck:
    runner: Any = SimpleNamespace(python=PYTHON, notes=[])
    found = BaselineCommit("HEAD", made.baselines[0], ()) if baseline else None
    return ScratchCheck(runner, repository, INDEX, made, found, tuple(parents))


def ids(check: ScratchCheck) -> list[str]:
    return [new.id for new in check.new_revisions]


@pytest.mark.parametrize(("made", "expected"), [(ON_TOP, ["d"]), (JOINING, ["c", "m"])])
def test_new_revisions_are_those_that_the_baseline_lacks(made: Change, expected: list[str]) -> None:
    assert ids(scratch_check(made)) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a": ""}, {"a": ""}, False),
        ({"a": ""}, {"a": "", "b": "a"}, False),
        ({"a": "", "b": "a"}, {"a": ""}, False),
        ({"a": ""}, {"a": revision("a", blob="edited"), "b": "a"}, True),
        ({"a": "", "b": "a"}, {"a": "", "b": ""}, True),
    ],
    ids=["the same", "a new one", "a deleted one", "another content", "another parent"],
)
def test_edits_of_old_revisions(before: History, after: History, expected: bool) -> None:
    made = change(before, after)
    assert scratch_check(made).edits_old_revisions is expected
    assert not scratch_check(change(None, after), baseline=False).edits_old_revisions


@pytest.fixture
def versions(empty: Project) -> Project:
    """Return a repository with the revisions a <- b in the folder of the literal environment."""
    empty.revision("a", folder="versions", name="a.py")
    empty.revision("b", "a", folder="versions", name="b.py")
    empty.commit()
    return empty


def staged(project: Project, *lines: str) -> Change:
    """Return the change to these revisions, "id" or "id parent", with the blobs of the index."""
    files = [line.partition(" ") for line in lines]
    blobs = {id_: project.git("rev-parse", f":versions/{id_}.py").strip() for id_, _, _ in files}
    return change(None, {id_: revision(id_, parent, blob=blobs[id_]) for id_, _, parent in files})


class TestWithoutBaseline:
    def test_a_file_of_a_parent_is_not_new(self, versions: Project) -> None:
        versions.revision("b", "a", folder="versions", name="b.py", message="edited")
        versions.revision("c", "b", folder="versions", name="c.py")
        versions.git("add", "-A")
        made, repository = staged(versions, "a", "b a", "c b"), Repository(str(versions.path))
        assert ids(scratch_check(made, repository, ["HEAD"], baseline=False)) == ["b", "c"]
        assert ids(scratch_check(made, repository, [], baseline=False)) == ["a", "b", "c"]


class TestResult:
    def test_untracked_code_that_ran(self, versions: Project) -> None:
        """Ignored files, and those that the baseline's run also had, are left out."""
        versions.write(".gitignore", "ignored.py\n")
        names = ["b.py", "a.py", "ignored.py", "before.py", "unused.py"]
        answer = {**ANSWER, "ran": ["b.py", "ignored.py", "before.py"], "elsewhere": ["a.py"], "untracked": names}
        databases: Any = SimpleNamespace(created=CachedRun("", {"untracked": ["before.py"]}, ""))
        check = scratch_check(staged(versions, "a", "b a"), Repository(str(versions.path)), ["HEAD"], baseline=False)
        assert check.result(CachedRun("", answer, ""), databases).untracked == ("a.py", "b.py")
        assert check.result(CachedRun("", answer, "")).untracked == ("a.py", "b.py", "before.py")

    def test_revision_files_that_are_not_staged(self, versions: Project) -> None:
        versions.revision("c", "b", folder="versions", name="c.py")
        versions.write("versions/notes.txt", "")
        answer = {**ANSWER, "ran": [], "elsewhere": [], "untracked": []}
        check = scratch_check(staged(versions, "a"), Repository(str(versions.path)), baseline=False)
        result = check.result(CachedRun("", answer, ""))
        assert [new.id for new in result.new] == ["a"]
        assert (result.environment, result.run, result.unstaged) == (
            ENVIRONMENT,
            Run(),
            ("versions/b.py", "versions/c.py"),
        )


class TestConclusive:
    def test_no_failure(self) -> None:
        result = ScratchResult(ENVIRONMENT)
        assert scratch_check(ON_TOP).conclusive(result) is result

    def test_a_failure_of_a_new_revision(self) -> None:
        """A rule reports it."""
        failure = Failure("other", "upgrade", "ValueError", "no", "d")
        result = ScratchResult(ENVIRONMENT, ON_TOP.after.graph.revisions, Run(failure=failure))
        assert scratch_check(ON_TOP).conclusive(result) is result

    @pytest.mark.parametrize(
        "failure",
        [
            Failure("other", "upgrade", "ValueError", "no", "x"),
            Failure("other", "environment", "ValueError", "no"),
            *(Failure(kind, "upgrade", "E", "m", "d", name="n") for kind in (
                "dialect", "server", "variable", "module", "url", "refused"
            )),
        ],
        ids=["an old revision", "env.py", "dialect", "server", "variable", "module", "url", "refused"],
    )  # fmt: skip
    def test_another_reason(self, failure: Failure) -> None:
        message = explain_failure(failure, PYTHON)
        result = ScratchResult(ENVIRONMENT, ON_TOP.after.graph.revisions, Run(failure=failure))
        assert refusal(lambda: scratch_check(ON_TOP, parents=["HEAD"]).conclusive(result)) == message
        assert refusal(lambda: scratch_check(ON_TOP, baseline=False).conclusive(result)) == message
        with_parents = scratch_check(ON_TOP, parents=["HEAD"], baseline=False)
        assert refusal(lambda: with_parents.conclusive(result)) == message + WHOLE_HISTORY


@pytest.mark.parametrize(
    ("body", "unseen"),
    [
        ("op.add_column()", ""),
        ("op.bulk_insert(t, [])", "rows"),
        ('op.execute("insert  into t values (1)")', "rows"),
        ('op.execute("CREATE OR REPLACE VIEW v AS SELECT 1")', "views"),
        ("op.create_entity(v)", "views"),
        ('op.execute("create constraint trigger t")', "triggers"),
        ('op.execute("CREATE PROCEDURE p()")', "functions"),
        ('op.execute("CREATE FUNCTION f()"); op.execute("CREATE TRIGGER t"); op.bulk_insert(t, [])',
         "rows and triggers and functions"),
    ],
)  # fmt: skip
def test_note_on_what_older_revisions_make(versions: Project, body: str, unseen: str) -> None:
    versions.revision("b", "a", folder="versions", name="b.py", body=body)
    versions.git("add", "-A")
    made = staged(versions, "a", "b a")
    check = scratch_check(made, Repository(str(versions.path)), baseline=False)
    note_what_is_unseen(check, BaselineCommit("HEAD", made.after, ("b",)))
    note = "the new revisions ran on a database made from the baseline's models, without the {} of older revisions"
    assert check.runner.notes == ([note.format(unseen)] if unseen else [])
