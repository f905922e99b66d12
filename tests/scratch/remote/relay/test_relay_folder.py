"""The relay's folder: what a request adds to it, and the paths that complete a question."""

from __future__ import annotations

from hashlib import sha1
from pathlib import Path
from typing import Any

import pytest

from git_alembic.scratch.remote.relay.relay_folder import RelayFolder

ENV_PY = b"env"
ID = sha1(b"blob 3\0env").hexdigest()  # noqa: S324 - git's hash
TREE = {"do": "tree", "tree": "t1", "project": "shop", "env_py": "s/m/env.py", "files": [["s/m/env.py", "100644", ID]]}


@pytest.fixture
def relay_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RelayFolder:
    """Start in an empty folder."""
    for name in ("relay", "elsewhere"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    return RelayFolder(str(tmp_path / "relay"))


def add_tree(relay_folder: RelayFolder) -> None:
    assert relay_folder.serve(TREE, b"")["missing"] == [ID]
    assert relay_folder.serve({"do": "contents", "sizes": [[ID, 3]]}, ENV_PY) == {}
    assert relay_folder.serve({"do": "make", "tree": "t1"}, b"") == {}


def test_the_probe_is_written(relay_folder: RelayFolder) -> None:
    files: list[list[Any]] = [["probe/main.py", "", 4], ["probe/a/b.py", "", "2"], ["channel/x.py", "", 0]]
    answer = relay_folder.serve({"do": "code", "files": files}, b"mainab")
    assert list(answer) == ["parser"]
    code = Path(relay_folder.path) / "code"
    assert {path: (code / path).read_bytes() for path, _, _ in files} == {
        "probe/main.py": b"main",
        "probe/a/b.py": b"ab",
        "channel/x.py": b"",
    }
    assert relay_folder.probe == str(code / "probe" / "main.py")


def test_a_tree_is_made_and_dropped(relay_folder: RelayFolder) -> None:
    add_tree(relay_folder)
    top = Path(relay_folder.path) / "t1" / "shop"
    assert (top / "s/m/env.py").read_bytes() == ENV_PY
    assert relay_folder.serve({"do": "drop", "tree": "t1"}, b"") == {}
    assert not top.exists()


def complete(relay_folder: RelayFolder, more: dict[str, str] | None = None, **question: Any) -> dict[str, Any]:
    states = question.pop("states", {})
    header = {"tree": "t1", "question": {"cwd": "s", **question}, "states": states, "more": more or {}}
    return relay_folder.complete(header)


class TestQuestions:
    def test_paths_of_this_side(self, relay_folder: RelayFolder) -> None:
        add_tree(relay_folder)
        folder = relay_folder.path
        found = complete(relay_folder)
        assert {name: found[name] for name in ("top", "cwd", "working_tree", "subfolder", "scratch", "bytecode")} == {
            "top": f"{folder}/t1/shop",
            "cwd": f"{folder}/t1/shop/s",
            "working_tree": f"{folder}/none",
            "subfolder": "",
            "scratch": f"{folder}/scratch",
            "bytecode": f"{folder}/bytecode",
        }

    def test_the_same_path_for_the_code_of_the_project(
        self, relay_folder: RelayFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        own = tmp_path / "app"
        (own / "m").mkdir(parents=True)
        (own / "m" / "env.py").write_bytes(ENV_PY)
        monkeypatch.chdir(own)
        assert relay_folder.serve(TREE, b"")["missing"] == []
        found = complete(relay_folder)
        assert (found["working_tree"], found["subfolder"]) == (str(own), "s")

    def test_databases_of_a_run(self, relay_folder: RelayFolder) -> None:
        add_tree(relay_folder)
        scratch = Path(relay_folder.path) / "scratch"
        runs = [{"state": "0", "steps": []}]
        found = complete(relay_folder, states={"0": None}, environment={"section": "x"}, runs=runs)
        assert (found["runs"], found["environment"]) == (
            [{"state": str(scratch / "0"), "steps": []}],
            {"section": "x", "more_versions": ""},
        )
        (scratch / "0" / "a.db").write_text("database")
        complete(relay_folder, states={"1": "0"})
        assert (scratch / "1" / "a.db").read_text() == "database"

    def test_revisions_that_the_tree_lacks(self, relay_folder: RelayFolder) -> None:
        add_tree(relay_folder)
        more = Path(relay_folder.path) / "more"
        found = complete(relay_folder, {"a.py": "\xff"}, files=["a.py"], environment={}, runs=[])
        assert (found["files"], found["environment"]) == ([str(more / "a.py")], {"more_versions": str(more)})
        assert (more / "a.py").read_bytes() == b"\xff"
        complete(relay_folder, {"b.py": ""})
        assert [path.name for path in more.iterdir()] == ["b.py"]


def test_a_question_about_the_folder_that_the_command_starts_in(
    relay_folder: RelayFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "app"
    (own / "m").mkdir(parents=True)
    (own / "m" / "env.py").write_bytes(ENV_PY)
    monkeypatch.chdir(own)
    relay_folder.serve(TREE, b"")
    environment = {
        "config": "s/alembic.ini", "toml": None, "script_location": "s/m", "versions": ["s/m/versions", "s"],
        "version_locations": ["other"], "section": "x",
    }  # fmt: skip
    found = relay_folder.complete_in_place({"tree": "t1", "question": {"cwd": "s", "environment": environment}})
    assert found == {
        "top": str(own),
        "working_tree": str(own),
        "subfolder": "",
        "cwd": str(own),
        "environment": {
            "config": "alembic.ini",
            "toml": None,
            "script_location": "m",
            "versions": ["m/versions", "."],
            "version_locations": ["../other"],
            "section": "x",
        },
        **{name: found[name] for name in ("scratch", "bytecode", "parser")},
    }


def test_the_driver_of_a_server(relay_folder: RelayFolder) -> None:
    assert relay_folder.driver() is None
    (Path(relay_folder.path) / "scratch" / "driver").write_text("postgresql+psycopg")
    assert relay_folder.driver() == "postgresql+psycopg"


def test_a_parser_that_this_system_cannot_load(relay_folder: RelayFolder) -> None:
    add_tree(relay_folder)
    before = complete(relay_folder)["parser"]
    relay_folder.serve({"do": "parser"}, b"no library")
    assert complete(relay_folder)["parser"] == before


def test_files_that_are_the_same_in_the_tree_are_not_elsewhere(relay_folder: RelayFolder) -> None:
    add_tree(relay_folder)
    reply = {"answer": {"elsewhere": ["s/m/env.py", "x.py"]}}
    assert relay_folder.without_same("t1", reply) == {"answer": {"elsewhere": ["s/m/env.py", "x.py"]}}
    assert relay_folder.without_same("t1", {"answer": None}) == {"answer": None}
