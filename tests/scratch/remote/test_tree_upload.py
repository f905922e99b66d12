"""The list of a tree's files, as the relay receives it."""

from __future__ import annotations

from typing import Any

from git_alembic.git import INDEX, Repository
from git_alembic.scratch.checkout import WORKING_TREE
from git_alembic.scratch.remote.tree_upload import describe_tree
from tests.support.project import Project


def described(project: Project, source: str) -> dict[str, Any]:
    return describe_tree(Repository(str(project.path)), source, "m/env.py", "tree-1")


def blob(project: Project, path: str) -> str:
    return project.git("hash-object", path).strip()


def test_a_commit_and_the_index(empty: Project) -> None:
    empty.write("a.py", "one")
    one = blob(empty, "a.py")
    head = empty.commit()
    empty.write("a.py", "two")
    empty.git("add", "-A")
    found = {"do": "tree", "tree": "tree-1", "project": empty.path.name, "env_py": "m/env.py"}
    assert described(empty, head) == {**found, "files": [["a.py", "100644", one]]}
    assert described(empty, INDEX) == {**found, "files": [["a.py", "100644", blob(empty, "a.py")]]}


def test_the_working_tree_as_git_would_add_it(empty: Project) -> None:
    empty.write(".gitignore", "*.log\n")
    for path in ("staged.py", "gone.py"):
        empty.write(path, path)
    empty.git("add", "-A")
    (empty.path / "gone.py").unlink()
    empty.write("staged.py", b"changed \xff\r\n")
    empty.write("new/run.sh", "x")
    (empty.path / "new/run.sh").chmod(0o755)
    (empty.path / "link").symlink_to("new/run.sh")
    empty.write("x.log", "ignored")
    files = {path: (mode, id_) for path, mode, id_ in described(empty, WORKING_TREE)["files"]}
    empty.git("add", "-A")
    assert files == Repository(str(empty.path)).listing(INDEX, ())
    assert sorted(files) == [".gitignore", "link", "new/run.sh", "staged.py"]


def test_a_submodule(empty: Project) -> None:
    commit = empty.commit()
    empty.git("update-index", "--add", "--cacheinfo", f"160000,{commit},vendor")
    (empty.path / "vendor").mkdir()
    ((path, mode, _),) = described(empty, WORKING_TREE)["files"]
    assert (path, mode) == ("vendor", "160000")
