"""Which parents are baselines. Their snapshots are derived from the checked tree if only known folders differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from git_alembic.environments.environment import Environment
from git_alembic.git import INDEX, Entry, Repository
from git_alembic.git.refs import NamedCommit
from git_alembic.git.trees import Tree
from git_alembic.history.commits_to_compare import ComparisonRequest, ComparisonScope, RequestDiffs
from git_alembic.history.snapshot_and_change import Snapshot
from git_alembic.history.snapshot_reader import SnapshotReader, open_reader
from git_alembic.history.snapshots_before_the_change import choose_baselines, snapshots_before
from git_alembic.revisions.revision import Revision, Unreadable
from tests.support.literal_changes import graph, revision
from tests.support.project import Project

FILE, LINK, NONE = "100644", "120000", "000000"
HEAD = Tree("HEAD", {})
DISCOVERED = [Snapshot("found in the tree", Environment("x", "x", ("x",)), graph({}))]

Before = Mapping[str, "Revision | Unreadable"]  # path -> what the baseline's version of the file declares
# The name of an environment, its revisions with their parents, its unreadable files, and its file with the heads.
Summary = tuple[str, dict[str, tuple[str, ...]], tuple[Unreadable, ...], str]


class LiteralReader(SnapshotReader):
    """Reads the files of a baseline from a table."""

    def __init__(self, before: Before) -> None:
        self.before = before

    def read_files(self, files: Sequence[tuple[str, str]]) -> list[Revision | Unreadable]:
        """Return what the baseline has, and refuse the blobs of the checked tree."""
        assert {blob for _, blob in files} <= {"old"}
        return [self.before[path] for path, _ in files]

    def read_compared(self, tree: Tree, roots: Sequence[str]) -> list[Snapshot]:
        """Return a mark instead of reading the whole baseline."""
        assert (tree, roots) == (HEAD, ["root"])
        return DISCOVERED


def environment(name: str, folders: str, *, recursive: bool = False) -> Environment:
    return Environment(name, "migrations", tuple(folders.split()), recursive, heads_file_path=f"{name}/heads.txt")


def snapshot(
    name: str, line: str, folders: str = "", *, recursive: bool = False, unread: tuple[Unreadable, ...] = ()
) -> Snapshot:
    """Return an environment whose revisions are a line, in one folder with its name."""
    parents = ["", *line][: len(line)]
    revisions = {id_: file(id_, parent, name) for id_, parent in zip(line, parents, strict=True)}
    made = Snapshot("staged", environment(name, folders or name, recursive=recursive), graph(revisions))
    return made._replace(heads_file_blob="new heads", unreadable=unread)


def file(id_: str, parents: str = "", folder: str = "shop") -> Revision:
    return revision(id_, parents, path=f"{folder}/{id_}.py")


def unreadable(id_: str) -> Unreadable:
    return Unreadable(f"shop/{id_}.py", "old", "computed")


def added(path: str, mode: str = FILE) -> Entry:
    return Entry(path, NONE, mode, "0" * 40, "new")


def deleted(path: str, mode: str = FILE) -> Entry:
    return Entry(path, mode, NONE, "old", "0" * 40)


def modified(path: str, old_mode: str = FILE, new_mode: str = FILE) -> Entry:
    return Entry(path, old_mode, new_mode, "old", "new")


def summary(found: Snapshot) -> Summary:
    revisions = {each.id: each.down for each in found.graph.revisions}
    return found.environment.name, revisions, found.unreadable, found.heads_file_blob


def line(name: str, ids: str, *unread: Unreadable, heads: str = "new heads") -> Summary:
    """Return the summary of a line of revisions."""
    return name, {id_: tuple(parent) for id_, parent in zip(ids, ["", *ids], strict=False)}, unread, heads


SHOP, BLOG = snapshot("shop", "abc"), snapshot("blog", "xyz")
OLD_C = {"shop/c.py": file("c", "a")}
DERIVED: dict[str, tuple[list[Snapshot], list[Entry], Before, list[Summary]]] = {
    "no difference": ([SHOP], [], {}, [line("shop", "abc")]),
    "a path that matters to no environment": ([SHOP], [modified("README.md")], {}, [line("shop", "abc")]),
    "a new revision": ([SHOP], [added("shop/c.py")], {}, [line("shop", "ab")]),
    "two new revisions": ([SHOP], [added("shop/b.py"), added("shop/c.py")], {}, [line("shop", "a")]),
    "an edited revision": (
        [SHOP],
        [modified("shop/c.py")],
        OLD_C,
        [("shop", {"a": (), "b": ("a",), "c": ("a",)}, (), "new heads")],
    ),
    "an executable revision": (
        [SHOP],
        [modified("shop/c.py", "100755")],
        OLD_C,
        [("shop", {"a": (), "b": ("a",), "c": ("a",)}, (), "new heads")],
    ),
    "a deleted revision": ([SHOP], [deleted("shop/d.py")], {"shop/d.py": file("d", "c")}, [line("shop", "abcd")]),
    "as many deleted as are left, less one": (
        [SHOP],
        [deleted("shop/d.py"), deleted("shop/e.py")],
        {"shop/d.py": file("d", "c"), "shop/e.py": file("e", "d")},
        [line("shop", "abcde")],
    ),
    "a renamed revision": (
        [SHOP],
        [added("shop/c.py"), deleted("shop/old.py")],
        {"shop/old.py": file("c", "b")},
        [line("shop", "abc")],
    ),
    "files that were unreadable": (
        [SHOP],
        [modified("shop/c.py"), modified("shop/b.py")],
        {"shop/c.py": unreadable("c"), "shop/b.py": unreadable("b")},
        [line("shop", "a", unreadable("b"), unreadable("c"))],
    ),
    "one of two environments": ([SHOP, BLOG], [added("blog/z.py")], {}, [line("shop", "abc"), line("blog", "xy")]),
    "both environments": (
        [SHOP, BLOG],
        [added("blog/z.py"), added("shop/c.py")],
        {},
        [line("shop", "ab"), line("blog", "xy")],
    ),
    "another environment has several folders": (
        [SHOP, snapshot("blog", "xyz", "blog more")],
        [added("shop/c.py")],
        {},
        [line("shop", "ab"), line("blog", "xyz")],
    ),
    "another environment has subfolders": (
        [SHOP, snapshot("blog", "xyz", recursive=True)],
        [added("shop/c.py")],
        {},
        [line("shop", "ab"), line("blog", "xyz")],
    ),
    "another environment has an unreadable file": (
        [SHOP, snapshot("blog", "xyz", unread=(unreadable("u"),))],
        [added("shop/c.py")],
        {},
        [line("shop", "ab"), line("blog", "xyz", unreadable("u"))],
    ),
    "two environments share the folder": (
        [SHOP, snapshot("blog", "xyz", "shop")],
        [added("shop/c.py")],
        {},
        [line("shop", "ab"), line("blog", "xyz")],
    ),
    "an edited file with the heads": (
        [SHOP, BLOG],
        [modified("shop/heads.txt")],
        {},
        [line("shop", "abc", heads="old"), line("blog", "xyz")],
    ),
    "a new file with the heads and a new revision": (
        [SHOP],
        [added("shop/heads.txt"), added("shop/c.py")],
        {},
        [line("shop", "ab", heads="")],
    ),
    "a file with the heads that was a link": (
        [SHOP],
        [modified("shop/heads.txt", LINK)],
        {},
        [line("shop", "abc", heads="")],
    ),
    "a deleted file with the heads": ([SHOP], [deleted("shop/heads.txt")], {}, [line("shop", "abc", heads="old")]),
}


@pytest.mark.parametrize(("after", "diff", "before", "expected"), DERIVED.values(), ids=DERIVED)
def test_the_snapshots_are_derived(
    after: list[Snapshot], diff: list[Entry], before: Before, expected: list[Summary]
) -> None:
    found = snapshots_before(LiteralReader(before), after, HEAD, diff, ["root"])
    assert [summary(each) for each in found] == expected
    assert {each.name for each in found} == {"HEAD"}


READ = {
    "a file beside the revisions": ([SHOP], [modified("migrations/env.py")]),
    "a configuration": ([SHOP], [modified("alembic.ini"), added("shop/c.py")]),
    "a file in a folder of its own": ([SHOP], [added("shop/more/c.py")]),
    "a file that Alembic does not load": ([SHOP], [added("shop/__init__.py"), added("shop/c.py")]),
    "a compiled file": ([SHOP], [added("shop/c.pyc")]),
    "a new symbolic link": ([SHOP], [added("shop/c.py", LINK)]),
    "a former symbolic link": ([SHOP], [modified("shop/c.py", LINK)]),
    "a deleted symbolic link": ([SHOP], [added("shop/c.py"), deleted("shop/d.py", LINK)]),
    "every revision of the environment": ([snapshot("shop", "a")], [added("shop/a.py")]),
    "more deleted revisions than are left": (
        [snapshot("shop", "a")],
        [deleted("shop/b.py"), deleted("shop/c.py")],
    ),
    "an environment with several folders": ([snapshot("shop", "abc", "shop more")], [added("shop/c.py")]),
    "an environment with subfolders": ([snapshot("shop", "abc", recursive=True)], [added("shop/c.py")]),
    "an environment with an unreadable file": (
        [snapshot("shop", "abc", unread=(unreadable("u"),))],
        [added("shop/c.py")],
    ),
    "another environment has the folder and more": (
        [SHOP, snapshot("blog", "xyz", "blog shop")],
        [added("shop/c.py")],
    ),
    "another environment has the folder above": (
        [snapshot("shop/parts", "abc"), snapshot("shop", "xyz", recursive=True)],
        [added("shop/parts/c.py")],
    ),
}


@pytest.mark.parametrize(("after", "diff"), READ.values(), ids=READ)
def test_the_whole_baseline_is_read(after: list[Snapshot], diff: list[Entry]) -> None:
    assert snapshots_before(LiteralReader({}), after, HEAD, diff, ["root"]) is DISCOVERED


class TestChosenBaselines:
    @staticmethod
    def choose(project: Project, *parents: str) -> tuple[list[str], list[str]]:
        repository = Repository(str(project.path))
        named = tuple(NamedCommit(name, project.git("rev-parse", name).strip()) for name in parents)
        request = ComparisonRequest(INDEX, "staged", named, published_patterns=("release",))
        diffs = [[Entry(f"since {name}", FILE, FILE, "old", "new")] for name in parents]
        scope = ComparisonScope(repository, open_reader(repository).trees, request, RequestDiffs(diffs, []))
        kept, others = choose_baselines(repository, scope, request)
        assert all(entry.path == f"since {name}" for (name, _), (entry,) in kept)
        return [name for (name, _), _ in kept], [name for name, _ in others]

    def test_a_single_parent_is_the_baseline(self, project: Project) -> None:
        assert self.choose(project, "HEAD") == (["HEAD"], [])

    def test_published_parents_of_a_merge_are_baselines(self, project: Project) -> None:
        for name in ("release", "topic"):
            project.switch(name, "main")
            project.commit(name)
        project.switch("main")
        project.commit("ours")
        assert self.choose(project, "HEAD", "release") == (["HEAD", "release"], [])
        assert self.choose(project, "HEAD", "topic") == (["HEAD"], ["topic"])
        assert self.choose(project, "HEAD", "topic", "release") == (["HEAD", "release"], ["topic"])
        assert self.choose(project, "topic", "HEAD") == (["topic", "HEAD"], [])
