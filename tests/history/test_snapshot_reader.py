"""The snapshots of real trees: which files they have, and what is read once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from git_alembic.config.settings import Settings
from git_alembic.git import INDEX, Repository
from git_alembic.git.trees import Tree
from git_alembic.history.snapshot_and_change import Snapshot
from git_alembic.history.snapshot_reader import (
    CompileFiles,
    RunFiles,
    SnapshotReader,
    open_reader,
    read_staged_environments,
    refuse_environments_elsewhere,
    refuse_missing_environment,
)
from git_alembic.revisions.revision import TOO_NEW, Problem, Revision, Unreadable
from tests.support.literal_changes import revision
from tests.support.project import INI, Project
from tests.support.refusal_message import refusal

VERSIONS = "migrations/versions"
COMPUTED = "revision = name()\ndown_revision = 'b'\n"
WHY = "revision is assigned the result of a call"


def opened(project: Project, run: RunFiles | None = None, compile_: CompileFiles | None = None) -> SnapshotReader:
    return open_reader(Repository(str(project.path)), run, compile_)


def whole(reader: SnapshotReader, source: str = INDEX) -> tuple[Tree, list[Snapshot]]:
    tree, roots = reader.trees.read_whole(source, "staged")
    return tree, reader.snapshots(tree, roots)


def only(project: Project, run: RunFiles | None = None) -> Snapshot:
    """Stage everything, and return the snapshot of the only environment."""
    project.git("add", "-A")
    _, (snapshot,) = whole(opened(project, run))
    return snapshot


def unread(snapshot: Snapshot) -> list[tuple[str, str]]:
    return [(file.path, file.reason) for file in snapshot.unreadable]


def test_a_line(project: Project) -> None:
    snapshot = only(project)
    assert (snapshot.name, snapshot.environment.name) == ("staged", "alembic.ini")
    assert {id_: snapshot.graph.parents(id_) for id_ in snapshot.graph.ids} == {"a": (), "b": ("a",)}
    assert (snapshot.unreadable, dict(snapshot.not_loaded), snapshot.heads_file_blob) == ((), {}, "")


def test_only_environments_in_the_given_folders(project: Project) -> None:
    project.write("two/alembic.ini", INI)
    project.write("two/migrations/env.py", "")
    project.revision("x", folder="two/migrations/versions")
    project.git("add", "-A")
    reader = opened(project)
    tree, roots = reader.trees.read_whole(INDEX, "staged")
    assert [each.environment.name for each in reader.snapshots(tree, roots)] == ["alembic.ini", "two/alembic.ini"]
    assert [each.environment.name for each in reader.snapshots(tree, ["two"])] == ["two/alembic.ini"]
    assert reader.snapshots(tree, ["other"]) == []
    assert reader.names(tree, ["two"]) == ["alembic.ini", "two/alembic.ini"]


def test_revisions_that_alembic_does_not_load(project: Project) -> None:
    moved = project.revision("c", "b", folder=f"{VERSIONS}/old")
    project.write(f"{VERSIONS}/old/note.py", "x = 1\n")
    assert only(project).not_loaded == {"c": moved}


class TestLinks:
    def link(self, project: Project, name: str, target: str) -> str:
        (project.path / VERSIONS / name).symlink_to(target)
        return f"{VERSIONS}/{name}"

    def test_a_revision_counts_at_the_path_of_its_link(self, project: Project) -> None:
        project.revision("c", "b", folder="shared", name="c.py")
        path = self.link(project, "link.py", "../../shared/c.py")
        snapshot = only(project)
        assert (snapshot.graph.ids, snapshot.graph["c"].path) == (("a", "b", "c"), path)

    def test_a_link_to_nothing(self, project: Project) -> None:
        path = self.link(project, "link.py", "../gone.py")
        assert unread(only(project)) == [
            (path, "a symbolic link to migrations/gone.py, which is not in a version folder of this commit")
        ]

    def test_a_link_within_the_folder_adds_a_duplicate(self, project: Project) -> None:
        path = self.link(project, "link.py", "a_x.py")
        assert [file.path for file in only(project).graph.by_id["a"]] == [f"{VERSIONS}/a_x.py", path]

    def test_folders_with_links_to_changed_files(self, project: Project) -> None:
        self.link(project, "link.py", "../../shared/c.py")
        (project.path / "migrations/note.txt").symlink_to("../shared/c.txt")
        project.git("add", "-A")
        reader = opened(project)
        tree = Tree("staged", Repository(str(project.path)).listing(INDEX, ["*"]))
        assert reader.link_folders(tree, ["shared/c.py", "shared/c.txt"]) == {VERSIONS}
        assert reader.link_folders(tree, ["shared/d.py"]) == set()


def test_entries_that_are_no_source_file(project: Project) -> None:
    project.write("alembic.ini", f"{INI}sourceless = true\n")
    compiled = project.write(f"{VERSIONS}/c_x.pyc", "\0")
    project.write(f"{VERSIONS}/b_x.pyc", "\0")
    project.git("add", "-A")
    commit = project.git("rev-parse", "HEAD").strip()
    project.git("update-index", "--add", "--cacheinfo", f"160000,{commit},{VERSIONS}/module.py")
    _, (snapshot,) = whole(opened(project))
    assert unread(snapshot) == [
        (compiled, "a compiled revision can't be read: add its source file"),
        (f"{VERSIONS}/module.py", "found a submodule where a revision file should be"),
    ]


class TestComputedIdentifiers:
    def found(
        self, settings: Settings, files: Sequence[Unreadable], contents: Mapping[str, bytes]
    ) -> list[Revision | Unreadable]:
        """Return 'c' for the first file. Fail for the others."""
        assert settings.unreadable == "ask-project"
        assert [contents[file.blob] for file in files] == [COMPUTED.encode()] * len(files)
        first, *others = files
        return [revision("c", "b", path=first.path), *(other._replace(reason="it fails") for other in others)]

    def write(self, project: Project, *names: str) -> list[str]:
        return [project.write(f"{VERSIONS}/{name}.py", COMPUTED) for name in names]

    def test_the_project_is_asked_if_the_settings_allow_it(self, project: Project) -> None:
        project.write("pyproject.toml", '[tool.git-alembic]\nunreadable = "ask-project"\n')
        first, second = self.write(project, "c", "d")
        snapshot = only(project, self.found)
        assert (snapshot.graph.ids, snapshot.graph["c"].path) == (("a", "b", "c"), first)
        assert unread(snapshot) == [(second, "it fails")]
        assert [path for path, _ in unread(only(project))] == [first, second]

    def test_by_default_it_is_not_asked(self, project: Project) -> None:
        paths = self.write(project, "d", "c")
        assert [path for path, _ in unread(only(project, self.found))] == sorted(paths)


def test_compiling_by_the_project(project: Project) -> None:
    """Only files that this Python rejects are compiled, each content once."""
    blob = project.git("rev-parse", f":{VERSIONS}/a_x.py").strip()
    data = (project.path / VERSIONS / "a_x.py").read_bytes()
    newer = revision("c", blob=blob, doubt=f"{TOO_NEW}: x")
    calls = list[Mapping[str, bytes]]()

    def compiled(_: Settings, contents: Mapping[str, bytes]) -> Mapping[str, Problem | None]:
        calls.append(contents)
        return dict.fromkeys(contents)

    files = [revision("b"), newer, newer._replace(id="d")]
    assert opened(project, None, compiled).compile_refused(Settings(), files) == {blob: None}
    assert opened(project, None, compiled).compile_refused(Settings(), [revision("b")]) == {}
    assert opened(project).compile_refused(Settings(), files) == {}
    assert calls == [{blob: data}]


def test_the_file_with_the_heads(project: Project) -> None:
    project.write("pyproject.toml", "[tool.git-alembic]\nheads-file = true\n")
    assert only(project).heads_file_blob == ""
    project.write("migrations/heads.txt", "b\n")
    snapshot = only(project)
    assert snapshot.environment.heads_file_path == "migrations/heads.txt"
    assert snapshot.heads_file_blob == project.git("rev-parse", ":migrations/heads.txt").strip()


def test_trees_with_the_same_files_share_the_graph(project: Project) -> None:
    project.write("README", "x")
    later = project.commit()
    project.revision("c", "b")
    project.git("add", "-A")
    reader = opened(project)
    (first, second, staged) = (whole(reader, source)[1][0].graph for source in (f"{later}~", later, INDEX))
    assert first is second
    assert (staged.ids, staged["a"] is first["a"]) == (("a", "b", "c"), True)


def test_settings_of_a_compared_tree_are_ignored_if_they_are_wrong(project: Project) -> None:
    project.write("pyproject.toml", '[tool.git-alembic]\nenvironments = [{ name = "x", script_location = "gone" }]\n')
    project.git("add", "-A")
    reader = opened(project)
    tree = Tree("HEAD", Repository(str(project.path)).listing(INDEX, ["*"]))
    assert [each.environment.name for each in reader.read_compared(tree, [""])] == ["alembic.ini"]
    assert refusal(lambda: reader.snapshots(tree, [""])).endswith("no file in the folder gone is staged or committed")


class TestNarrow:
    """Whether folders beside the listed ones may belong to an environment."""

    CODE = "config.set_main_option('version_locations', found)\n"

    @pytest.mark.parametrize(
        ("files", "removed", "expected"),
        [
            ({}, "", False),
            ({"migrations/env.py": CODE}, "", True),
            ({"cli.py": CODE}, "", True),
            ({"other/cli.py": CODE}, "", False),
            ({"cli.txt": CODE}, "", False),
            ({f"{VERSIONS}/note.py": CODE}, "", False),
            ({"migrations/env.py": CODE}, "alembic.ini", True),
            ({}, "alembic.ini", False),
            ({f"{VERSIONS}/c.py": "revision = 'c'\ndown_revision = 'gone'\n"}, "alembic.ini", True),
            ({f"{VERSIONS}/c.py": "revision = 'c'\ndown_revision = 'b'\ndepends_on = 'gone'\n"}, "alembic.ini", True),
            ({f"{VERSIONS}/c.py": "revision = 'c'\ndown_revision = 'gone'\n"}, "", False),
        ],
    )
    def test_environment(self, project: Project, files: dict[str, str], removed: str, expected: bool) -> None:
        for path, text in files.items():
            project.write(path, text)
        if removed:
            (project.path / removed).unlink()
        project.git("add", "-A")
        reader = opened(project)
        tree, (snapshot,) = whole(reader)
        assert reader.is_narrow(tree, snapshot) is expected
        outside = snapshot._replace(environment=snapshot.environment._replace(external_parents=True, config=None))
        assert reader.is_narrow(tree, outside) is False

    def test_code_of_another_environment_may_add_this_folder(self, project: Project) -> None:
        project.write("migrations/env.py", self.CODE)
        project.revision("x", folder="plugin/versions")
        project.git("add", "-A")
        reader = opened(project)
        tree, snapshots = whole(reader)
        assert {each.environment.name: reader.is_narrow(tree, each) for each in snapshots} == {
            "alembic.ini": True,
            "plugin": True,
        }


class TestNoEnvironment:
    ELSEWHERE = "alembic.ini: script_location = gone is not in this repository"

    def test_nothing(self, empty: Project) -> None:
        refuse_environments_elsewhere(opened(empty), INDEX)
        assert refusal(lambda: refuse_missing_environment(opened(empty), INDEX)) == (
            "no Alembic environment is staged or committed here (`git add` one)"
        )

    def test_a_configuration_of_scripts_elsewhere(self, empty: Project) -> None:
        empty.write("alembic.ini", "[alembic]\nscript_location = gone\n")
        empty.git("add", "-A")
        assert refusal(lambda: refuse_environments_elsewhere(opened(empty), INDEX)) == self.ELSEWHERE
        assert refusal(lambda: refuse_missing_environment(opened(empty), INDEX)) == self.ELSEWHERE

    def test_an_environment_beside_it(self, project: Project) -> None:
        project.write("other/alembic.ini", "[alembic]\nscript_location = gone\n")
        project.git("add", "-A")
        refuse_environments_elsewhere(opened(project), INDEX)
        refuse_missing_environment(opened(project), INDEX)


def test_the_staged_environments_and_an_unknown_name(project: Project) -> None:
    project.revision("x", "a")
    project.git("add", "-A")
    project.revision("y", "a")
    tree, (snapshot,) = read_staged_environments(opened(project), ["alembic.ini"])
    assert (tree.name, "x" in snapshot.graph, "y" in snapshot.graph) == ("staged", True, False)
    assert refusal(lambda: read_staged_environments(opened(project), ["alembic.ini", "shop"])) == (
        "no environment named 'shop'; found: alembic.ini"
    )
