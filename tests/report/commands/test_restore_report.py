"""The lines that `restore` prints."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from git_alembic.environments.environment import Environment
from git_alembic.git.search.commit_log import Commit
from git_alembic.history.heads_file import HeadsFile
from git_alembic.history.snapshot_and_change import Snapshot
from git_alembic.lost_revisions.removals import Removal
from git_alembic.lost_revisions.search import FileVersion, LostRevision, Where
from git_alembic.repair.place_of_restored_file import RestoreTarget
from git_alembic.report.commands.restore_report import (
    add_command,
    choice_lines,
    diff_lines,
    lost_revision_lines,
    old_removal_lines,
    problem_lines,
    whole_history_line,
)
from tests.support.literal_changes import History, graph, revision

COMMIT = Commit("1234567890", "1234567", "Ada", "2026-03-05", "Clean up")
BY_ADA = "commit 1234567 by Ada on 2026-03-05 (Clean up)"
ENVIRONMENT = Environment("alembic.ini", "db", ("versions",), heads_file_path="versions/heads.txt")
AB = {"a": "", "b": "a"}


def version(where: Where = "history", **fields: Any) -> FileVersion:
    file = revision("x", "b", path="versions/x.py", message="add x")
    return FileVersion(where, file, "100644", **{"commit": COMMIT, **fields})


def lost(removal: Removal | None = None, file: FileVersion | None = None) -> LostRevision:
    return LostRevision("x", (file or version(),), removal)


LAST_SEEN = f"it was last seen in the history, and was introduced in {BY_ADA}: versions/x.py"


@pytest.mark.parametrize(
    ("removal", "lines"),
    [
        (
            None,
            [f"'x' was last seen in the history, and was introduced in {BY_ADA}: versions/x.py"],
        ),
        (
            Removal("deleted", COMMIT, "versions/x.py"),
            [f"'x' (add x) was deleted in {BY_ADA}: versions/x.py", LAST_SEEN],
        ),
        (
            Removal("renamed", COMMIT, "versions/x.py", "old/x.py"),
            [f"'x' (add x) was moved to old/x.py in {BY_ADA}: versions/x.py", LAST_SEEN],
        ),
        (
            Removal("re-identified", COMMIT, "versions/x.py", "y"),
            [f"'x' (add x) was given the id 'y' in {BY_ADA}: versions/x.py", LAST_SEEN],
        ),
    ],
)
def test_what_happened_to_a_revision(removal: Removal | None, lines: list[str]) -> None:
    assert lost_revision_lines(lost(removal), version()) == lines


@pytest.mark.parametrize(
    ("file", "line"),
    [
        (version("worktree", worktree="/work/two"), "'x' is in the worktree /work/two: versions/x.py"),
        (version("index"), "'x' is staged: versions/x.py"),
        (version("working tree"), "'x' is in the working tree: versions/x.py"),
        (version("ref", refs=("main", "v1")), f"'x' is on main, v1, and was introduced in {BY_ADA}: versions/x.py"),
        (
            version("stash", refs=("stash@{0}",)),
            f"'x' is in stash@{{0}}, and was introduced in {BY_ADA}: versions/x.py",
        ),
        (version("reflog"), f"'x' is only in a reflog, and was introduced in {BY_ADA}: versions/x.py"),
        (
            version("unreachable"),
            f"'x' is only in an unreachable commit, and was introduced in {BY_ADA}: versions/x.py",
        ),
        (version("unreachable", commit=None), "'x' no longer has a path; its content is blob x after b"),
    ],
)
def test_where_its_file_is(file: FileVersion, line: str) -> None:
    assert lost_revision_lines(lost(file=file), file) == [line]


def test_names_cannot_forge_lines() -> None:
    file = version("index")
    hostile = file._replace(revision=file.revision._replace(path="versions/x\n\x1b.py"))
    assert lost_revision_lines(lost(), hostile) == [r"'x' is staged: versions/x\n\x1b.py"]


OLD = (
    "that was 181 days before the current commit: make sure that 'x' didn't move to another package, and that no newer "
    "revision replaced it"
)


@pytest.mark.parametrize(
    ("removal", "today", "lines"),
    [
        (Removal("deleted", COMMIT, "versions/x.py"), "2026-09-02", [OLD]),
        (Removal("deleted", COMMIT, "versions/x.py"), "2026-09-01", []),
        (Removal("renamed", COMMIT, "versions/x.py", "y.py"), "2027-09-02", []),
        (Removal("deleted", COMMIT, "versions/x.py"), "", []),
        (None, "2027-09-02", []),
    ],
)
def test_a_removal_long_ago(removal: Removal | None, today: str, lines: list[str]) -> None:
    assert old_removal_lines(lost(removal), today) == lines


def target(history: History, **fields: Any) -> RestoreTarget:
    file = version()
    restored = file._replace(revision=file.revision._replace(**fields))
    return RestoreTarget(lost(), restored, Snapshot("staged", ENVIRONMENT, graph(history)))


@pytest.mark.parametrize(
    ("restored", "options", "problems"),
    [
        pytest.param(target(AB), {}, [], id="none"),
        pytest.param(
            target(AB, down=("y", "it's"), depends=("z",)), {},
            [
                "'x' comes after 'it's', which is missing: `git alembic restore 'it'\"'\"'s'`",
                "'x' comes after 'y', which is missing: `git alembic restore y`",
                "'x' depends on 'z', which is missing: `git alembic restore z`",
            ],
            id="missing parents",
        ),
        pytest.param(
            target(AB, down=("y",)), {"staged": True},
            ["'x' comes after 'y', which is missing: `git alembic restore --stage y`"], id="a missing parent, staged",
        ),
        pytest.param(
            target({**AB, "c": "b"}), {},
            ["the history now has 2 heads, 'c' and 'x': `git add versions/x.py`, then `git alembic fix`"], id="a fork",
        ),
        pytest.param(
            target({**AB, "c": "b"}), {"is_ignored": True},
            ["the history now has 2 heads, 'c' and 'x': `git add -f versions/x.py`, then `git alembic fix`"],
            id="a fork, and the file is ignored",
        ),
        pytest.param(
            target({**AB, "c": "b"}), {"staged": True},
            ["the history now has 2 heads, 'c' and 'x': `git alembic fix`"], id="a fork, staged",
        ),
        pytest.param(target({**AB, "c": "b"}), {"heads": 2}, [], id="two heads are allowed"),
        pytest.param(
            target(AB), {"heads_file": HeadsFile("b\n")},
            ["versions/heads.txt doesn't have the head 'x' yet: `git add versions/x.py`, then `git alembic fix`"],
            id="the file with the heads",
        ),
        pytest.param(
            target({**AB, "c": "b"}), {"heads_file": HeadsFile("b\n"), "heads": 2, "staged": True},
            ["versions/heads.txt doesn't have the heads 'c' and 'x' yet: `git alembic fix`"],
            id="the file with several heads",
        ),
        pytest.param(target(AB), {"heads_file": HeadsFile("x\n")}, [], id="a file that agrees"),
    ],
)  # fmt: skip
def test_problems_after_the_restore(restored: RestoreTarget, options: dict[str, Any], problems: list[str]) -> None:
    values = {"heads": 1, "heads_file": None, "staged": False, "is_ignored": False, **options}
    heads, heads_file = values.pop("heads"), values.pop("heads_file")
    assert problem_lines(restored, heads, heads_file, **values) == problems


def test_a_whole_history() -> None:
    assert whole_history_line(target(AB)) == "the history is complete, with the head 'x'"
    assert whole_history_line(target({**AB, "c": "b"})) == "the history is complete, with the heads 'c' and 'x'"


def test_add_commands() -> None:
    assert add_command("it's.py", is_ignored=False) == "git add 'it'\"'\"'s.py'"
    assert add_command("x.py", is_ignored=True) == "git add -f x.py"


def test_an_ambiguous_name() -> None:
    other = Snapshot("staged", ENVIRONMENT._replace(name="two"), graph(AB))
    twins = [target(AB), RestoreTarget(lost(), version("index"), other)]
    assert choice_lines("x", twins) == [
        "'x' is ambiguous; it matches several lost revisions:",
        "  git alembic restore x --environment alembic.ini",
        f"    'x' was last seen in the history, and was introduced in {BY_ADA}: versions/x.py",
        "  git alembic restore x --environment two",
        "    'x' is staged: versions/x.py",
    ]
    several = [RestoreTarget(lost()._replace(id=id_), version("index"), other) for id_ in ("x", "xy")]
    assert choice_lines("x", several)[1::2] == ["  git alembic restore x", "  git alembic restore xy"]


def test_the_removal_of_a_twin_says_nothing_about_the_other_file() -> None:
    removal = Removal("deleted", COMMIT, "versions/x.py")
    other = Snapshot("staged", ENVIRONMENT._replace(name="two"), graph(AB))
    other_file = version()._replace(revision=revision("x", "b", path="two/x.py"))
    twins = [replace(target(AB), lost=lost(removal)), RestoreTarget(lost(removal), other_file, other)]
    assert choice_lines("x", twins)[1:] == [
        "  git alembic restore x --environment alembic.ini",
        f"    'x' (add x) was deleted in {BY_ADA}: versions/x.py",
        f"    {LAST_SEEN}",
        "  git alembic restore x --environment two",
        f"    'x' was last seen in the history, and was introduced in {BY_ADA}: two/x.py",
    ]


def test_the_diff_of_a_new_file() -> None:
    assert diff_lines("v/x\x1b.py", b"a\r\n\xff\n", executable=True) == [
        r"diff --git a/v/x\x1b.py b/v/x\x1b.py",
        "new file mode 100755",
        "--- /dev/null",
        r"+++ b/v/x\x1b.py",
        "@@ -0,0 +1,2 @@",
        "+a",
        r"+\xff",
    ]
    assert diff_lines("x.py", b"", executable=False) == ["diff --git a/x.py b/x.py", "new file mode 100644"]
