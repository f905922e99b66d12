"""Trees, the index, and the content of their files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from git_alembic.git import INDEX, NOTHING, Entry, Repository, is_file, is_link
from git_alembic.git.trees import apply_diff, undo_diff
from tests.support.project import INI, Project
from tests.support.refusal_message import refusal

B = "migrations/versions/b_x.py"
FILE = "100644"
BEFORE = {"versions/changed.py": (FILE, "1"), "versions/deleted.py": (FILE, "2"), "versions/same.py": (FILE, "3")}
AFTER = {"versions/changed.py": (FILE, "4"), "versions/same.py": (FILE, "3"), "versions/added.py": (FILE, "5")}
DIFF = [
    Entry("versions/changed.py", FILE, FILE, "1", "4"),
    Entry("versions/deleted.py", FILE, "000000", "2", "0"),
    Entry("versions/added.py", "000000", FILE, "0", "5"),
]


def repository(project: Project) -> Repository:
    return Repository(str(project.path))


def remove_object(project: Project, id_: str) -> None:
    (project.path / ".git" / "objects" / id_[:2] / id_[2:]).unlink()


def test_a_replaced_blob_has_its_own_content(project: Project) -> None:
    blob = project.git("rev-parse", f":{B}").strip()
    project.write("other", "replaced")
    project.git("replace", blob, project.git("hash-object", "-w", "other").strip())
    assert b"down_revision" in dict(repository(project).read([blob]))[blob]
    assert repository(project).grep(INDEX, "down_revision", "*.py") == ["migrations/versions/a_x.py", B]


@pytest.mark.parametrize("source", ["HEAD", INDEX])
def test_a_search_by_content_fails(project: Project, source: str) -> None:
    remove_object(project, project.git("rev-parse", f"HEAD:{B}").strip())
    assert re.search(
        r"git grep failed: error: .* unable to read",
        refusal(lambda: repository(project).grep(source, "down_revision", "*.py")),
    )


class TestDifferences:
    def entry(self, project: Project, path: str, old: str, new: str) -> Entry:
        """Return the difference of a file between two trees. "" is a tree without it."""
        ids = [project.git("rev-parse", f"{tree}:{path}").strip() if tree else "0" * 40 for tree in (old, new)]
        modes = ["100644" if tree else "000000" for tree in (old, new)]
        return Entry(path, *modes, *ids)

    def test_every_status(self, project: Project) -> None:
        start = project.git("rev-parse", "HEAD").strip()
        project.revision("c", "b")
        project.revision("b", "a", message="changed")
        project.git("rm", "-q", "--cached", "alembic.ini")
        project.git("add", "migrations")
        expected = [("alembic.ini", "D"), (B, "M"), ("migrations/versions/c_x.py", "A")]
        staged = repository(project).diff(start, INDEX)
        assert [(entry.path, entry.status) for entry in staged] == expected
        head = project.commit(all_=False)
        assert repository(project).diff(start, head) == staged
        assert staged == [
            self.entry(project, "alembic.ini", start, ""),
            self.entry(project, B, start, head),
            self.entry(project, "migrations/versions/c_x.py", "", head),
        ]
        assert repository(project).diff(start, head, ["*.ini"]) == staged[:1]

    def test_against_nothing(self, project: Project) -> None:
        paths = ["alembic.ini", "migrations/env.py", "migrations/versions/a_x.py", B]
        for source in ("HEAD", INDEX):
            assert [entry.path for entry in repository(project).diff(NOTHING, source)] == paths
        assert [entry.status for entry in repository(project).diff("HEAD", NOTHING)] == ["D"] * 4

    def test_of_several_commits(self, project: Project) -> None:
        root = project.git("rev-parse", "HEAD").strip()
        empty = project.commit("nothing")
        project.revision("c", "b")
        last = project.commit("c")
        pairs = [(last, empty), (empty, root), (root, None)]
        found = list(repository(project).diffs(pairs, ["*.py"]))
        assert [commit for commit, _ in found] == [last, root]
        assert found[0][1] == repository(project).diff(empty, last)
        assert [entry.path for entry in found[1][1]] == ["migrations/env.py", "migrations/versions/a_x.py", B]
        assert list(repository(project).diffs([], [])) == []

    @pytest.mark.parametrize("path", ["x.py", "x.ini", "x.toml", "x.txt"])
    def test_an_unresolved_conflict_matters_in_some_files(self, project: Project, path: str) -> None:
        project.write(path, "0\n")
        start = project.commit()
        for branch in ("one", "two"):
            project.switch(branch, start)
            project.write(path, f"{branch}\n")
            project.commit()
        project.git("merge", "-q", "one", code=1)
        if path == "x.txt":
            assert repository(project).diff("HEAD", INDEX) == []
        else:
            assert refusal(lambda: repository(project).diff("HEAD", INDEX)) == (
                f"{path} has unresolved conflicts (`git status` lists them)"
            )
        stages = repository(project).unmerged_stages([path, B])
        assert [stage.split(" ")[2] for stage in stages] == [f"{number}\t{path}" for number in (1, 2, 3)]


class TestListings:
    def test_of_a_commit_and_of_the_index(self, project: Project) -> None:
        found = repository(project)
        entry = ("100644", project.git("rev-parse", f"HEAD:{B}").strip())
        specs = ["*b_x.py", "*.toml"]
        assert found.listing("HEAD", specs) == found.listing(INDEX, specs) == {B: entry}
        (project.path / B).chmod(0o755)
        project.git("add", B)
        assert found.listing(INDEX, specs) == {B: ("100755", entry[1])}
        assert found.listing("HEAD", specs) == {B: entry}

    def test_a_file_that_will_be_added_is_not_there_yet(self, project: Project) -> None:
        project.write("new.py", "")
        project.write("empty.py", "")
        project.git("add", "--intent-to-add", "new.py")
        project.git("add", "empty.py")
        assert list(repository(project).listing(INDEX, ["*.py"])) == [
            "empty.py", "migrations/env.py", "migrations/versions/a_x.py", B,
        ]  # fmt: skip

    def test_a_file(self, project: Project) -> None:
        blob = project.git("rev-parse", "HEAD:alembic.ini").strip()
        project.write("alembic.ini", "staged")
        project.git("add", "alembic.ini")
        found = repository(project)
        assert found.file_at("HEAD", "alembic.ini") == (blob, INI.encode())
        assert found.file_at(INDEX, "alembic.ini") == (project.git("rev-parse", ":alembic.ini").strip(), b"staged")
        assert found.file_at("HEAD", "gone") is None


class TestBlobs:
    @pytest.mark.parametrize("count", [3, 51, 2001])
    def test_many(self, empty: Project, count: int) -> None:
        """Few are read one by one, others in batches."""
        found = repository(empty)
        contents = [f"{number}\n" for number in range(min(count, 60))]
        for number, text in enumerate(contents):
            empty.write(f"f{number}", text)
        empty.git("add", "-A")
        blobs = [blob for _, blob in found.listing(INDEX, ["f*"]).values()]
        asked = [blobs[at % len(blobs)] for at in range(count)]
        answers = list(found.read(asked))
        assert [blob for blob, _ in answers] == asked
        assert sorted({data.decode() for _, data in answers}) == sorted(contents)

    @pytest.mark.parametrize("count", [1, 51])
    def test_a_missing_one(self, project: Project, count: int) -> None:
        blob = project.git("rev-parse", f"HEAD:{B}").strip()
        gone = "1" * 40
        assert refusal(lambda: list(repository(project).read([*[blob] * count, gone]))).startswith(
            f"object {gone} is missing from the repository"
        )
        assert repository(project).existing([blob, gone, blob, project.git("rev-parse", "HEAD").strip()]) == {blob}
        assert repository(project).existing([]) == set()


@pytest.mark.parametrize(
    ("value", "expected"),
    [("merge=union", "union"), ("merge=mine", "mine"), ("merge", ""), ("-merge", ""), ("merge=binary", ""), ("", "")],
)
def test_merge_driver(project: Project, value: str, expected: str) -> None:
    project.write(".gitattributes", f"heads.txt {value}\n")
    project.git("add", ".gitattributes")
    project.write(".gitattributes", "heads.txt merge=unstaged\n")
    assert repository(project).merge_driver("heads.txt") == expected


@pytest.mark.parametrize(
    ("mode", "file", "link"),
    [
        ("100644", True, False),
        ("100755", True, False),
        ("120000", False, True),
        ("160000", False, False),
        ("", False, False),
    ],
)
def test_kinds_of_entries(mode: str, *, file: bool, link: bool) -> None:
    assert (is_file(mode), is_link(mode)) == (file, link)


def test_the_paths_of_the_working_tree(project: Project) -> None:
    project.write(".gitignore", "*.log\n")
    project.write("é.py", "")
    project.write("a.log", "")
    (project.path / B).unlink()
    paths = repository(project).working_tree_paths()
    assert {".gitignore", "é.py", B, "migrations/versions/a_x.py"} <= {*paths}
    assert "a.log" not in paths
    assert len(paths) == len({*paths})


def test_an_index_of_another_tree_leaves_the_own_index(project: Project, tmp_path: Path) -> None:
    project.revision("c", "b")
    project.git("add", "-A")
    own = repository(project).listing(INDEX, ())
    repository(project).write_index(str(tmp_path / "index"), "HEAD")
    other = repository(project).at_index(str(tmp_path / "index"))
    assert other.listing(INDEX, ()) == other.listing("HEAD", ())
    assert repository(project).listing(INDEX, ()) == own != other.listing(INDEX, ())


def test_a_diff_and_back() -> None:
    assert apply_diff(BEFORE, DIFF) == AFTER
    assert undo_diff(AFTER, DIFF) == BEFORE


def test_files_outside_the_given_ones() -> None:
    assert apply_diff({}, DIFF) == {"versions/changed.py": (FILE, "4"), "versions/added.py": (FILE, "5")}
    assert undo_diff({}, DIFF) == {"versions/changed.py": (FILE, "1"), "versions/deleted.py": (FILE, "2")}


def test_the_given_files_stay_as_they_are() -> None:
    before = dict(BEFORE)
    apply_diff(before, DIFF)
    undo_diff(before, DIFF)
    assert before == BEFORE
