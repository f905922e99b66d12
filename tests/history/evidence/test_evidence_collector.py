"""What is added to a change from the repository, and when."""

from __future__ import annotations

import subprocess
from dataclasses import replace

import pytest

from git_alembic.git import INDEX, Repository
from git_alembic.git.refs import NamedCommit
from git_alembic.history.evidence.evidence_collector import EvidenceCollector, is_revert_message
from git_alembic.history.heads_file import HeadsFile
from git_alembic.history.snapshot_and_change import Change, MergeForecast
from git_alembic.history.snapshot_reader import open_reader
from git_alembic.revisions.revision import Revision
from tests.support.literal_changes import ENVIRONMENT, History, change, revision, snapshot
from tests.support.project import Project

REVERT = 'Revert "add b"\n\nThis reverts commit 0123456789abcdef0123456789abcdef01234567.\n'
LONG = "x" * 33
HEADS = "migrations/heads.txt"
A = {"a": ""}
FORK = {"a": "", "b": "a", "c": "a"}
DEPENDS = revision("b", depends=("ABCDEF",))


def collect(project: Project, made: Change, source: str = INDEX, refs: tuple[NamedCommit, ...] = ()) -> Change:
    repository = Repository(str(project.path))
    return EvidenceCollector(repository, open_reader(repository), source, refs, lambda: False).add(made)


def stored(project: Project, id_: str, parents: str = "", body: str = "pass", name: str = "") -> Revision:
    """Write a revision file, store its content in git, and return what it declares."""
    path = project.revision(id_, parents.split() or None, body=body, folder="versions", name=name or f"{id_}.py")
    blob = project.git("hash-object", "-w", path).strip()
    return revision(id_, parents, path=path, blob=blob)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (REVERT, True),
        ("Undo\n\nThis reverts commit 0123456.", True),
        ("Undo\n\nThis reverts commit 012345.", False),
        ("Undo\n\n> This reverts commit 0123456.", False),
        ("Undo\n\nThis reverts commit of yesterday", False),
        ('Revert "add b"', False),
        ("", False),
    ],
)
def test_words_of_git_revert(message: str, expected: bool) -> None:
    assert is_revert_message(message) is expected


class TestReverts:
    DELETION = change({"a": "", "b": "a"}, {"a": ""})

    def test_the_message_of_a_commit(self, empty: Project) -> None:
        plain = empty.commit("drop b")
        revert = empty.commit(REVERT)
        assert [collect(empty, self.DELETION, commit).is_revert for commit in (plain, revert)] == [False, True]

    def test_a_change_that_deletes_nothing_is_not_asked(self, empty: Project) -> None:
        assert collect(empty, change({"a": ""}, {"a": "", "b": "a"}), empty.commit(REVERT)).is_revert is False

    @pytest.mark.parametrize(
        ("file", "text", "expected"),
        [("REVERT_HEAD", "", True), ("MERGE_MSG", REVERT, True), ("MERGE_MSG", "Merge branch 'x'", False)],
    )
    def test_a_revert_in_progress(self, empty: Project, file: str, text: str, expected: bool) -> None:
        assert collect(empty, self.DELETION).is_revert is False
        (empty.path / ".git" / file).write_text(text)
        assert collect(empty, self.DELETION).is_revert is expected


class TestCode:
    def test_of_a_changed_file_with_its_former_version(self, empty: Project) -> None:
        a, old, new = stored(empty, "a"), stored(empty, "b", "a"), stored(empty, "b", "a", body="return")
        found = collect(empty, change({"a": a, "b": old}, {"a": a, "b": new})).code
        assert found.keys() == {old.blob, new.blob}
        assert found[old.blob] != found[new.blob]

    def test_of_all_files_of_a_duplicate_id(self, empty: Project) -> None:
        a, b = stored(empty, "a"), stored(empty, "b", "a")
        first, other = stored(empty, "c", "b"), stored(empty, "c", "b", name="other.py")
        found = collect(empty, change({"a": a}, {"a": a, "b": b, "1": first, "2": other})).code
        assert found.keys() == {first.blob, other.blob}

    def test_of_new_and_deleted_files_that_do_something(self, empty: Project) -> None:
        a = stored(empty, "a")
        gone, idle = stored(empty, "b", "a", body="op.drop_table('t')"), stored(empty, "c", "b")
        new, more = stored(empty, "d", "a", body="bind.execute('x')"), stored(empty, "e", "d", body="top.down()")
        before = {"a": a, "b": gone, "c": idle}
        assert collect(empty, change(before, {"a": a, "d": new, "e": more})).code.keys() == {gone.blob, new.blob}
        assert collect(empty, change(before, {"a": a})).code == {}
        assert collect(empty, change({"a": a}, {"a": a, "d": new})).code == {}


class TestMissingParents:
    FIX = "use the revision id"

    @pytest.mark.parametrize(
        ("before", "after", "titles"),
        [
            ({}, {"abcdef": "", "b": "ABCDEF"}, {"ABCDEF": FIX}),
            ({}, {"abcdef": "", "b": DEPENDS}, {"ABCDEF": FIX}),
            ({"b": "ABCDEF"}, {"abcdef": "", "b": "ABCDEF"}, {}),  # the baseline lacks it already
            ({"b": DEPENDS}, {"abcdef": "", "b": DEPENDS, "c": "ABCDEF"}, {}),
            ({}, {"abcdef": "", "b": "abcdef"}, {}),
        ],
    )
    def test_hints(self, empty: Project, before: History, after: History, titles: dict[str, str]) -> None:
        found = collect(empty, change(before, after)).missing_parent_hints
        assert {name: hint.title for name, hint in found.items()} == titles

    def test_parents_in_other_packages_are_not_searched(self, empty: Project) -> None:
        made = change({}, {"abcdef": "", "b": "ABCDEF"})
        outside = replace(made, environment=ENVIRONMENT._replace(external_parents=True))
        assert collect(empty, outside).missing_parent_hints == {}

    def test_only_ten_are_searched(self, empty: Project) -> None:
        after = {"abcdef": "", **{str(at): f"ABCDEF.{at:02}" for at in range(11)}}
        after |= {f"abcdef.{at:02}": "" for at in range(11)}
        assert sorted(collect(empty, change({}, after)).missing_parent_hints) == [f"ABCDEF.{at:02}" for at in range(10)]


class TestDuplicates:
    def test_the_file_that_the_branch_got_first(self, empty: Project) -> None:
        names = ("never", "second", "third")
        after = {name: stored(empty, "b", name=f"{name}.py") for name in names}
        empty.git("add", after["third"].path)
        first = empty.commit("third", all_=False)
        empty.git("add", after["second"].path)
        second = empty.commit("second", all_=False)
        made = change({}, after)
        assert collect(empty, made).first_files == {"b": "versions/third.py"}
        assert collect(empty, made, second).first_files == {"b": "versions/third.py"}
        del after["third"]
        made = change({}, after)
        assert [collect(empty, made, commit).first_files for commit in (first, second)] == [
            {},
            {"b": "versions/second.py"},
        ]


class TestHeadsFile:
    @pytest.fixture(autouse=True)
    def start(self, empty: Project) -> None:
        empty.write(".gitattributes", "heads.txt merge=union\n")
        empty.commit("start")

    def found(self, project: Project, text: str | None, before: str = "", source: str = INDEX) -> HeadsFile | None:
        """Return the evidence about a file with this text, and with the blob `before` in the baseline."""
        blob = ""
        if text is not None:
            project.write("blob", text)
            blob = project.git("hash-object", "-w", "blob").strip()
        environment = ENVIRONMENT._replace(heads_file_path=HEADS)
        base = snapshot({"a": ""}, "HEAD")._replace(heads_file_blob=before)
        after = snapshot({"a": ""})._replace(heads_file_blob=blob)
        made = replace(change({}, after), environment=environment, baselines=(base,))
        return collect(project, made, source).heads_file

    def test_nothing_without_the_setting(self, empty: Project) -> None:
        assert collect(empty, change({}, {"a": ""})).heads_file is None

    def test_the_merge_driver_of_a_new_file(self, empty: Project) -> None:
        assert self.found(empty, "\ufeffa\n") == HeadsFile("a\n", merge_driver="union")
        assert self.found(empty, None) == HeadsFile(None, merge_driver="union")
        assert self.found(empty, "a\n", before="blob") == HeadsFile("a\n")

    def test_a_conflict(self, empty: Project) -> None:
        blobs = [empty.git("hash-object", "-w", empty.write("side", text)).strip() for text in "xy"]
        stages = "".join(f"100644 {blob} {at}\t{HEADS}\n" for at, blob in enumerate(blobs, 2))
        empty.write("stages", stages)
        with (empty.path / "stages").open() as stream:
            subprocess.run(["git", "update-index", "--index-info"], cwd=empty.path, stdin=stream, check=True)
        assert self.found(empty, None) == HeadsFile(None, is_unmerged=True)
        head = empty.git("rev-parse", "HEAD").strip()
        assert self.found(empty, None, source=head) == HeadsFile(None, merge_driver="union")

    def test_a_bare_repository_has_no_attributes(self, empty: Project) -> None:
        bare = Project(empty.path / ".git")
        bare.git("config", "core.bare", "true")
        assert self.found(bare, "a\n") == HeadsFile("a\n")


class TestLongIds:
    WIDER = "op.alter_column('alembic_version', 'version_num', type_=sa.String(64))\n"

    @pytest.mark.parametrize(
        ("id_", "path", "text", "expected"),
        [
            (LONG, "migrations/env.py", WIDER, True),
            (LONG, "versions/x.py", WIDER, True),
            (LONG, "other/x.py", WIDER, False),
            (LONG, "migrations/env.py", "version_num = 1\n", False),
            (LONG, "migrations/x.txt", WIDER, False),
            (LONG[1:], "migrations/env.py", WIDER, False),
        ],
    )
    def test_code_that_makes_room(self, empty: Project, id_: str, path: str, text: str, expected: bool) -> None:
        empty.write(path, text)
        empty.git("add", "-A")
        made = change({"a": ""}, {"a": "", id_: "a"})
        assert collect(empty, made).widens_version_table is expected

    def test_at_the_root(self, empty: Project) -> None:
        empty.write("x.py", self.WIDER)
        empty.git("add", "-A")
        root = replace(change({}, {LONG: ""}), environment=ENVIRONMENT._replace(script_location=""))
        assert collect(empty, root).widens_version_table is True

    def test_an_id_that_the_baseline_has(self, empty: Project) -> None:
        empty.write("migrations/env.py", self.WIDER)
        empty.git("add", "-A")
        assert collect(empty, change({LONG: ""}, {LONG: "", "b": LONG})).widens_version_table is False


class TestForks:
    @pytest.fixture(autouse=True)
    def other_branch(self, empty: Project) -> None:
        """origin/one has the file of b, which the branch has too."""
        empty.revision("b", "a", folder="versions", name="b.py")
        empty.git("update-ref", "refs/remotes/origin/one", empty.commit("b"))

    def test_other_branches(self, empty: Project) -> None:
        assert collect(empty, change(A, FORK)).held_elsewhere == {"b": ("origin/one",)}
        assert collect(empty, change(A, {"a": "", "b": "a"})).held_elsewhere == {}
        allowed = change(A, FORK, heads_allowed=2)
        assert collect(empty, allowed).held_elsewhere == {}

    def test_a_fork_that_only_a_merge_would_make(self, empty: Project) -> None:
        forecast = MergeForecast(snapshot({"a": "", "c": "a"}, "origin/main"), snapshot(FORK, "merged"))
        made = change(A, {"a": "", "b": "a"}, forecasts=(forecast,))
        assert collect(empty, made).held_elsewhere == {"b": ("origin/one",)}
