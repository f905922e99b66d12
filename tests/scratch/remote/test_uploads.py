"""What is sent to the other side: every module that the relay imports, every file of the probe, and a tree."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import Any

import git_alembic
from git_alembic.git import INDEX, Repository
from git_alembic.scratch.checkout import WORKING_TREE
from git_alembic.scratch.remote.uploads import bootstrap_text, describe_tree, probe_files, relay_modules
from tests.support.project import Project

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PACKAGE = Path(git_alembic.__path__[0])
RELAY = "git_alembic.scratch.remote.relay"
ROOT = Path(__file__).resolve().parents[3]


def test_the_relay_is_sent_after_everything_that_it_imports() -> None:
    sent: set[str] = set()
    for name, text in relay_modules():
        nodes = ast.walk(ast.parse(text or ""))
        imported = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
        assert {module for module in imported if module.startswith("git_alembic")} <= sent, name
        assert name.rpartition(".")[0] in {*sent, ""}
        sent.add(name)
    assert relay_modules()[-1][0] == f"{RELAY}.main"


def test_the_contract_allows_the_relay_the_modules_that_are_sent() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = (one for one in config["tool"]["importlinter"]["contracts"] if one.get("id") == "relay-imports")
    modules = {name for name, text in relay_modules() if text is not None}
    relay = {f"{RELAY}.{path.stem}" for path in (PACKAGE / "scratch" / "remote" / "relay").glob("*.py")}
    assert set(contract["allowed"]) == modules - relay
    # `bootstrap` starts the others, and is sent as plain text before them.
    assert relay - modules == {f"{RELAY}.__init__", f"{RELAY}.bootstrap"}


def test_the_bootstrap_imports_only_the_standard_library() -> None:
    nodes = list(ast.walk(ast.parse(bootstrap_text())))
    imported = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    imported += [str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)]
    assert imported
    assert {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names


def test_the_probe_is_sent_with_the_channel() -> None:
    files, contents = probe_files()
    folders = (PACKAGE / "scratch" / "probe", PACKAGE / "scratch" / "channel")
    paths = {
        path.relative_to(PACKAGE / "scratch").as_posix()
        for folder in folders
        for path in folder.rglob("*")
        if path.suffix in (".py", ".json")
    }
    assert {path for path, _, _ in files} == paths
    start = 0
    for path, mode, length in files:
        assert mode == "100644"
        assert contents[start : start + int(length)] == (PACKAGE / "scratch" / path).read_bytes()
        start += int(length)
    assert start == len(contents)


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
