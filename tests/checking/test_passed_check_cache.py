"""A clean verdict is valid until something that it read, something relevant or the interpreter changes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from git_alembic.checking.passed_check_cache import PassedCheckCache, VerdictInputs
from git_alembic.git import Repository
from tests.support.project import Project, stage

STATES = [["alembic.ini", "sqlite", 1]]


def answer(**changes: object) -> dict[str, Any]:
    return {
        "run": {"failure": None}, "asks_git": False, "variables": [], "outside": [], "untracked": [],
        "read": ["read.txt"], "missed": ["missed.txt"], **changes,
    }  # fmt: skip


def cache(project: Project, parents: Sequence[str] | None = None, key: object = "key") -> PassedCheckCache:
    """Return the cache of a check of the index, by default with HEAD as its parent."""
    heads = [project.git("rev-parse", "HEAD").strip()] if parents is None else parents
    return PassedCheckCache(Repository(str(project.path)), "drift", key, heads)


def store(project: Project, *answers: dict[str, Any], parents: Sequence[str] | None = None) -> None:
    inputs = VerdictInputs({sys.executable: (sys.executable, ".")}, list(answers) or [answer()])
    cache(project, parents).store(STATES, ["note"], inputs)


def is_found(project: Project, parents: Sequence[str] | None = None, key: object = "key") -> bool:
    """True if the verdict is valid. Files below `relevant/` matter to the check."""
    found = cache(project, parents, key).find(lambda path: path.startswith("relevant/"))
    assert found is None or (found.states, found.notes) == (STATES, ["note"])
    return found is not None


@pytest.fixture
def shop(empty: Project) -> Project:
    for path in ("read.txt", "other.txt", "other.py", "relevant/a.txt"):
        empty.write(path, path)
    empty.commit()
    return empty


def test_nothing_is_stored(shop: Project) -> None:
    assert not is_found(shop)


@pytest.mark.parametrize(
    ("change", "valid"),
    [
        (stage("other.txt", "changed"), True),
        (stage("new.txt", "new"), True),
        (stage("other.py", "changed"), True),
        (stage("new.py", "new"), False),
        (stage("other.py", None), False),
        (stage("read.txt", "changed"), False),
        (stage("missed.txt", "new"), False),
        (stage("relevant/a.txt", "changed"), False),
        (stage("relevant/b.txt", "new"), False),
    ],
)
def test_changes_of_the_index_and_of_the_parent(shop: Project, change: Callable[[Project], None], valid: bool) -> None:
    store(shop)
    assert is_found(shop)
    change(shop)
    assert is_found(shop) is valid
    shop.commit()
    assert is_found(shop) is valid


def test_staged_changes_that_the_verdict_is_about(shop: Project) -> None:
    stage("read.txt", "changed")(shop)
    store(shop)
    assert is_found(shop)
    stage("read.txt", "changed again")(shop)
    assert not is_found(shop)
    stage("read.txt", "read.txt")(shop)
    assert not is_found(shop)


def test_more_or_fewer_parents(shop: Project) -> None:
    head = shop.git("rev-parse", "HEAD").strip()
    store(shop)
    assert not is_found(shop, parents=[head, head])
    assert not is_found(shop, parents=[])
    store(shop, parents=[])
    assert is_found(shop, parents=[])
    assert not is_found(shop)


def test_other_options(shop: Project) -> None:
    store(shop)
    assert not is_found(shop, key="other")


@pytest.mark.parametrize("changes", [{"asks_git": True}, {"run": {"failure": {"kind": "module"}}}])
def test_a_verdict_with_unknown_inputs_is_not_stored(shop: Project, changes: dict[str, object]) -> None:
    store(shop, answer(), answer(**changes))
    assert not is_found(shop)


def test_files_and_variables_outside_of_git(shop: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    outside = shop.path.parent / "package.py"
    outside.write_text("1")
    monkeypatch.setenv("MY_URL", "one")
    store(shop, answer(outside=[str(outside)]), answer(variables=["MY_URL"], untracked=["local.txt"]))
    assert is_found(shop)
    monkeypatch.setenv("MY_URL", "two")
    assert not is_found(shop)
    monkeypatch.setenv("MY_URL", "one")
    assert is_found(shop)
    outside.write_text("22")
    assert not is_found(shop)


def test_another_interpreter(shop: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    store(shop)
    monkeypatch.setenv("GIT_ALEMBIC_PYTHON", "/bin/sh")
    assert not is_found(shop)
    monkeypatch.setenv("GIT_ALEMBIC_PYTHON", "/gone")  # then there is no interpreter at all
    assert not is_found(shop)


def test_interpreter_of_the_verdict(shop: Project) -> None:
    store(shop)
    found = cache(shop)
    assert found.interpreter(sys.executable) is None  # before anything is read
    found.find(lambda _: True)
    assert [found.interpreter(setting) for setting in (sys.executable, "other", None)] == [sys.executable, None, None]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"key": 1, "interpreters": []}', '{"interpreters": {"x": []}}'])
def test_a_broken_file_is_ignored(shop: Project, text: str) -> None:
    store(shop)
    (shop.path / ".git/git-alembic/scratch/clean-drift.json").write_text(text)
    found = cache(shop)
    assert found.find(lambda _: False) is None
    assert found.interpreter("other") is None


def test_a_parent_that_changed_although_the_index_did_not(shop: Project) -> None:
    store(shop)
    stage("read.txt", "changed")(shop)
    shop.commit()
    stage("read.txt", "read.txt")(shop)
    assert not is_found(shop)
