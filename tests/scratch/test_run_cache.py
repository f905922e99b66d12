"""A stored run is found again until something that it read changes. Fingerprints of variables."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from git_alembic.git import INDEX, NOTHING, Entry, Repository
from git_alembic.scratch.run_cache import (
    ALL,
    RunCache,
    RunKey,
    fingerprint_variables,
    has_known_inputs,
    is_added_or_removed_module,
    outside_paths,
    stamp,
)
from tests.support.project import Project, stage

KEY: RunKey = {"kind": "models"}


def made(**changes: object) -> dict[str, Any]:
    """Return an answer of the probe."""
    answer = {
        "run": {"failure": None}, "asks_git": False, "variables": [], "outside": [], "untracked": [],
        "read": ["read.txt", "models.py"], "missed": ["missed.txt"],
    }  # fmt: skip
    return {**answer, **changes}


def cache(project: Project) -> RunCache:
    return RunCache(Repository(str(project.path)))


def store(project: Project, answer: dict[str, Any] | None = None, key: RunKey = KEY, source: str = INDEX) -> str:
    """Store a run with a database, and return the name of its entry."""
    state = project.path / ".git" / "state"
    state.mkdir()
    (state / "0.db").write_text("database")
    return cache(project).store(key, source, answer or made(), str(state)).name


def find(project: Project, source: str = INDEX, key: RunKey = KEY) -> str | None:
    found = cache(project).find(key, source)
    return found.name if found else None


@pytest.fixture
def shop(empty: Project) -> Project:
    for name in ("read.txt", "models.py", "other.txt", "other.py"):
        empty.write(name, name)
    empty.commit()
    return empty


class TestFound:
    def test_the_answer_and_the_databases(self, shop: Project) -> None:
        state = shop.path / ".git" / "state"
        state.mkdir()
        (state / "0.db").write_text("database")
        stored = cache(shop).store(KEY, INDEX, made(), str(state))
        assert (stored.answer, stored.time, state.exists()) == (made(), None, False)
        assert (Path(stored.state) / "0.db").read_text() == "database"
        found = cache(shop).find(KEY, INDEX)
        assert found
        assert (found.name, found.answer, found.state) == (stored.name, stored.answer, stored.state)
        assert found.time is not None

    def test_a_run_of_this_command_has_no_time(self, shop: Project) -> None:
        runs = cache(shop)
        (shop.path / ".git" / "state").mkdir()
        runs.store(KEY, INDEX, made(), str(shop.path / ".git" / "state"))
        found = runs.find(KEY, INDEX)
        assert found
        assert found.time is None

    def test_another_key(self, shop: Project) -> None:
        store(shop, key={"kind": "history", "heads": ("a",)})
        assert find(shop) is None
        assert find(shop, key={"kind": "history", "heads": ["b"]}) is None
        assert find(shop, key={"kind": "history", "heads": ["a"]})

    def test_the_newest_one_that_is_valid(self, shop: Project) -> None:
        first, second = store(shop), store(shop)
        assert find(shop) == second
        assert first < second
        stage("read.txt", "changed")(shop)
        third = store(shop)
        assert find(shop) == third
        stage("read.txt", "read.txt")(shop)
        assert find(shop) == second

    @pytest.mark.parametrize(
        ("change", "valid"),
        [
            (stage("other.txt", "changed"), True),
            (stage("other.txt", None), True),
            (stage("new.txt", "new"), True),
            (stage("other.py", "changed"), True),
            (stage("new.py", "new"), False),  # some projects search for modules
            (stage("other.py", None), False),
            (stage("read.txt", "changed"), False),
            (stage("models.py", None), False),
            (stage("missed.txt", "new"), False),
        ],
    )
    def test_changes_of_the_tree(self, shop: Project, change: Callable[[Project], None], valid: bool) -> None:
        name = store(shop)
        change(shop)
        assert (find(shop) == name) is valid
        commit = shop.commit()
        assert (find(shop, commit) == name) is valid
        assert find(shop, f"{commit}~") == name

    def test_a_run_with_staged_changes(self, shop: Project) -> None:
        stage("read.txt", "changed")(shop)
        name = store(shop)
        assert (find(shop), find(shop, "HEAD")) == (name, None)
        commit = shop.commit()
        assert find(shop, commit) == name

    def test_a_file_of_the_working_tree_that_the_run_missed(self, shop: Project) -> None:
        name = store(shop)
        shop.write("missed.txt", "untracked")
        assert (find(shop), find(shop, "HEAD")) == (None, name)

    def test_files_and_variables_outside_of_git(self, shop: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        outside = shop.path.parent / "package.py"
        outside.write_text("1")
        monkeypatch.setenv("MY_URL", "one")
        name = store(shop, made(outside=[str(outside)], untracked=["local.txt"], variables=["MY_URL"]))
        assert find(shop) == name
        monkeypatch.setenv("MY_URL", "two")
        assert find(shop) is None
        monkeypatch.setenv("MY_URL", "one")
        shop.write("local.txt", "new")
        assert find(shop) is None
        (shop.path / "local.txt").unlink()
        assert find(shop) == name
        outside.write_text("22")
        assert find(shop) is None

    def test_before_the_first_commit(self, empty: Project) -> None:
        stage("read.txt", "x")(empty)
        name = store(empty)
        assert (find(empty), find(empty, NOTHING)) == (name, None)
        empty.commit()
        assert find(empty) == name

    def test_the_commit_of_an_entry_is_gone(self, shop: Project) -> None:
        name = store(shop)
        entry = shop.path / ".git/git-alembic/scratch" / name / "entry.json"
        known = json.loads(entry.read_text())
        entry.write_text(json.dumps({**known, "commit": "1" * 40}))
        assert find(shop) is None


class TestEntries:
    @pytest.mark.parametrize("text", ["", "[]", "{}", '{"key": {}}', "nonsense"])
    def test_a_broken_entry_is_ignored(self, shop: Project, text: str) -> None:
        name, later = store(shop), store(shop)
        folder = shop.path / ".git/git-alembic/scratch"
        (folder / later / "entry.json").write_text(text)
        (folder / "99999999-empty").mkdir()
        (folder / "note").write_text("x")
        assert find(shop) == name

    def test_only_the_newest_twelve_of_a_key_are_kept(self, shop: Project) -> None:
        other = store(shop, key={"kind": "other"})
        names = [store(shop) for _ in range(14)]
        kept = sorted(path.name for path in (shop.path / ".git/git-alembic/scratch").iterdir())
        assert kept == sorted([other, *names[2:]])

    def test_a_folder_that_is_not_writable(self, shop: Project) -> None:
        (shop.path / ".git" / "git-alembic").write_text("a file")
        state = shop.path / ".git" / "state"
        state.mkdir()
        found = cache(shop).store(KEY, INDEX, made(), str(state))
        assert (found.name, found.answer, found.state, state.is_dir()) == ("", made(), str(state), True)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"asks_git": True}, False),
        ({"run": {"failure": {"kind": "other"}}}, False),
        ({"run": {"failure": {"kind": "not-implemented"}}}, True),
    ],
)
def test_known_inputs(changes: dict[str, object], expected: bool) -> None:
    assert has_known_inputs(made(**changes)) is expected


def test_paths_outside_of_git() -> None:
    assert outside_paths(made(outside=["/a/b"], untracked=["x.txt"]), "/top") == {"/a/b", "/top/x.txt"}


ADDED, CHANGED, REMOVED = (
    Entry("x.py", old, new, "1", "2") for old, new in (("000000", "100644"), ("100644", "100644"), ("100644", "000000"))
)


@pytest.mark.parametrize(
    ("path", "then", "now", "expected"),
    [
        ("x.py", None, ADDED, True),
        ("x.py", ADDED, None, True),
        ("x.py", None, REMOVED, True),
        ("x.py", ADDED, CHANGED, True),
        ("x.py", None, CHANGED, False),
        ("x.py", CHANGED, None, False),
        ("x.txt", None, ADDED, False),
    ],
)
def test_added_or_removed_modules(path: str, then: Entry | None, now: Entry | None, expected: bool) -> None:
    assert is_added_or_removed_module(path, then, now) is expected


def test_stamps(tmp_path: Path) -> None:
    file = tmp_path / "x"
    assert stamp(str(file)) is None
    file.write_text("abc")
    os.utime(file, ns=(1, 2))
    assert stamp(str(file)) == [2, 3]


@pytest.fixture
def two_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        monkeypatch.delenv(name)
    monkeypatch.setenv("URL", "secret")
    monkeypatch.setenv("OTHER", "secret")


@pytest.mark.usefixtures("two_variables")
class TestVariables:
    def test_single_variables(self) -> None:
        found = fingerprint_variables(["URL", "OTHER", "UNSET", "PATH", "SSH_AUTH_SOCK"])
        assert found.keys() == {"URL", "OTHER", "UNSET"}
        assert found["UNSET"] is None
        assert (len(str(found["URL"])), "secret" in str(found)) == (64, False)
        assert found["URL"] != found["OTHER"]  # the name counts too

    @pytest.mark.parametrize(
        ("name", "value", "same"),
        [
            ("URL", "changed", False),
            ("NEW", "x", False),
            ("TERM", "x", True),
            ("VSCODE_PID", "1", True),
            ("LANG", "C", False),
            ("GIT_DIR", "x", True),  # the project's code doesn't see it
            ("PYTHONPATH", "x", True),
        ],
    )
    def test_all_variables(self, monkeypatch: pytest.MonkeyPatch, name: str, value: str, same: bool) -> None:
        before = fingerprint_variables([ALL])
        monkeypatch.setenv(name, value)
        assert (fingerprint_variables([ALL]) == before) is same

    def test_values_are_not_shifted_between_variables(self, monkeypatch: pytest.MonkeyPatch) -> None:
        before = fingerprint_variables([ALL])
        monkeypatch.setenv("OTHER", "")
        monkeypatch.setenv("URL", "secretsecret")
        assert fingerprint_variables([ALL]) != before

    def test_a_set_variable_and_an_unset_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("EMPTY", "")
        assert fingerprint_variables(["EMPTY"])["EMPTY"] is not None
