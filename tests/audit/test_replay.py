"""What a replay sees in each commit, from small repositories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from git_alembic.audit.replay import Replay, ReplayedStep
from git_alembic.errors import CannotCheck
from git_alembic.git import Repository
from git_alembic.history.snapshot_reader import open_reader
from tests.support.imported_commits import START, ImportedCommit, import_commits
from tests.support.literal_changes import revision
from tests.support.revision_files import file_of

INI = "[alembic]\nscript_location = db\n"
Files = Mapping[str, str | bytes | None]


def files(history: Mapping[str, str], folder: str = "db/versions") -> dict[str, bytes]:
    return {f"{folder}/{id_}.py": file_of(revision(id_, down)) for id_, down in history.items()}


def commit(message: str, changed: Files, branch: str = "main", *parents: str) -> ImportedCommit:
    return ImportedCommit(branch, changed, parents, message)


class Replayed(NamedTuple):
    """A step: the subject of the commit, its place, and the ids before, after and on the published line."""

    subject: str
    place: str
    before: tuple[str, ...]
    after: str
    published: str
    is_on_mainline: bool = True


def replay(path: Path, commits: Sequence[ImportedCommit], *revisions: str) -> list[Replayed | None]:
    project = import_commits(path / "work", commits)
    repository = Repository(str(project.path))
    steps = Replay(repository, open_reader(repository), revisions or ("main",), "main").steps()
    return [shown for step in steps for shown in (_shown(repository, step) if step else [None])]


def _shown(repository: Repository, step: ReplayedStep) -> list[Replayed | None]:
    subject = repository.commit_message(step.commit).strip()
    return [
        Replayed(
            subject,
            place.name,
            tuple(" ".join(before.graph.ids) for before in change.baselines),
            " ".join(change.after.graph.ids),
            " ".join(change.published.graph.ids),
            step.is_on_mainline,
        )
        for change, place in zip(step.changes, step.paths, strict=True)
    ]


FIRST = commit("first", {"alembic.ini": INI, "db/env.py": "", **files({"a": ""})})


def test_commits_that_touch_no_environment_are_none(tmp_path: Path) -> None:
    assert replay(tmp_path, [FIRST, commit("docs", {"README": ""}), commit("b", files({"b": "a"}))]) == [
        Replayed("first", "db", (), "a", ""),
        None,
        Replayed("b", "db", ("a",), "a b", "a"),
    ]


def test_a_branch_and_its_merge(tmp_path: Path) -> None:
    """What a branch does is compared with the main line where it left. Its own commits are not on the main line."""
    side = [
        commit("c", files({"c": "a"}), "topic", "main"),
        commit("b", files({"b": "a"})),
        commit("merge", {"db/versions/c.py": file_of(revision("c", "a"))}, "main", "main", "topic"),
    ]
    assert replay(tmp_path, [FIRST, *side]) == [
        Replayed("first", "db", (), "a", ""),
        Replayed("b", "db", ("a",), "a b", "a"),
        Replayed("c", "db", ("a",), "a c", "a", is_on_mainline=False),
        Replayed("merge", "db", ("a b",), "a b c", "a b"),
    ]


def test_a_merge_of_the_main_line_into_a_branch_has_both_as_baselines(tmp_path: Path) -> None:
    both = [
        commit("c", files({"c": "a"}), "topic", "main"),
        commit("b", files({"b": "a"})),
        commit("update", files({"b": "a"}), "topic", "topic", "main"),
        commit("d", files({"d": "b"})),
    ]
    found = replay(tmp_path, [FIRST, *both], "main", "topic")
    assert Replayed("update", "db", ("a c", "a b"), "a b c", "a", is_on_mainline=False) in found


def test_a_range_begins_with_the_state_before_it(tmp_path: Path) -> None:
    found = replay(tmp_path, [FIRST, commit("b", files({"b": "a"})), commit("c", files({"c": "b"}))], "main~1..main")
    assert found == [Replayed("c", "db", ("a b",), "a b c", "a b")]


def test_an_environment_that_moves_has_its_last_place(tmp_path: Path) -> None:
    """The folder that it leaves is a change too, from nothing to nothing."""
    left: Files = {"db/env.py": None, "db/versions/a.py": None}
    entered: Files = {"alembic.ini": INI.replace("db", "new"), "new/env.py": "", **files({"a": ""}, "new/versions")}
    found = replay(tmp_path, [FIRST, commit("move", {**left, **entered})])
    assert [(step.subject, step.place, step.before, step.after) for step in found if step] == [
        ("first", "new", (), "a"),
        ("move", "new", ("a",), "a"),
        ("move", "new", ("",), ""),
    ]


def test_a_folder_that_only_other_commits_know_as_an_environment(tmp_path: Path) -> None:
    broken = "def upgrade():\n    pass\n"
    commits = [FIRST, commit("gone", {"db/versions/a.py": None}), commit("helper", {"db/versions/x.py": broken})]
    assert [step and (step.subject, step.after) for step in replay(tmp_path, commits)] == [
        ("first", "a"),
        ("gone", ""),
        ("helper", ""),
    ]


def settings(line: str) -> dict[str, str]:
    return {"pyproject.toml": f"[tool.git-alembic]\n{line}\n"}


def one_step(path: Path, commits: Sequence[ImportedCommit]) -> ReplayedStep:
    """Return the last step."""
    repository = Repository(str(import_commits(path / "work", commits).path))
    *_, last = Replay(repository, open_reader(repository), ("main",), "main").steps()
    assert last
    return last


def test_a_step_has_the_settings_of_its_commit(tmp_path: Path) -> None:
    step = one_step(tmp_path, [FIRST, commit("b", {**files({"b": "a"}), **settings("heads = 2")})])
    assert (step.settings.heads, step.reason, step.time) == (2, None, START + 60)
    assert [change.heads_allowed for change in step.changes] == [2]


def test_a_commit_that_cannot_be_checked(tmp_path: Path) -> None:
    step = one_step(tmp_path, [FIRST, commit("b", settings("head = 2"))])
    assert step.reason == 'pyproject.toml: [tool.git-alembic] has no key "head" (did you mean "heads"?)'
    assert step.changes == ()


@pytest.mark.parametrize(
    ("message", "is_revert"), [('Revert "Add b"\n\nThis reverts commit 0123456.', True), ("Drop b", False)]
)
def test_deletions_know_whether_they_are_reverts(tmp_path: Path, message: str, is_revert: bool) -> None:
    start = commit("first", {"alembic.ini": INI, "db/env.py": "", **files({"a": "", "b": "a"})})
    step = one_step(tmp_path, [start, commit(message, {"db/versions/b.py": None})])
    (change,) = step.changes
    assert (change.deleted_ids, change.is_revert) == (("b",), is_revert)


def test_a_merge_of_a_single_revert_is_a_revert(tmp_path: Path) -> None:
    start = commit("first", {"alembic.ini": INI, "db/env.py": "", **files({"a": "", "b": "a"})})
    gone: Files = {"db/versions/b.py": None}
    revert = commit("Revert\n\nThis reverts commit 0123456.", gone, "topic", "main")
    step = one_step(tmp_path, [start, revert, commit("Merge", gone, "main", "main", "topic")])
    assert [change.is_revert for change in step.changes] == [True]


def test_edited_revisions_have_their_code(tmp_path: Path) -> None:
    edited = file_of(revision("a")).replace(b"pass", b"edit()", 1)
    (change,) = one_step(tmp_path, [FIRST, commit("edit", {"db/versions/a.py": edited})]).changes
    ((now, olds),) = change.changed_revisions
    assert change.code.keys() == {now.blob, *(old.blob for old in olds)}
    assert len(set(change.code.values())) == 2


@pytest.mark.parametrize(("labels", "expected"), [(True, {"db"}), (False, set())])
def test_places_with_a_head_for_each_label(tmp_path: Path, labels: bool, expected: set[str]) -> None:
    line = file_of(revision("x", "a", labels=("left",) if labels else ()))
    commits = [FIRST, commit("lines", {"db/versions/x.py": line, **files({"y": "a"})})]
    repository = Repository(str(import_commits(tmp_path / "work", commits).path))
    assert Replay(repository, open_reader(repository), ("main",), "main").lines_by_label == expected


def test_a_shallow_clone_is_refused(tmp_path: Path) -> None:
    project = import_commits(tmp_path / "work", [FIRST])
    (project.path / ".git" / "shallow").write_text(project.git("rev-parse", "main"))
    repository = Repository(str(project.path))
    with pytest.raises(CannotCheck, match="this shallow clone doesn't have the full history"):
        Replay(repository, open_reader(repository), ("main",), "main")
