"""Of the changes of a history, only those of version folders and configuration files are kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from types import SimpleNamespace
from typing import cast

from git_alembic.audit.relevant_changes_of_commits import find_relevant_differences
from git_alembic.errors import CannotCheck
from git_alembic.git import Entry, Repository
from git_alembic.history.snapshot_reader import SnapshotReader

FILE, LINK, NOTHING = "100644", "120000", "000000"


def added(path: str, blob: str, mode: str = FILE) -> Entry:
    return Entry(path, NOTHING, mode, "", blob)


def deleted(path: str, blob: str) -> Entry:
    return Entry(path, FILE, NOTHING, blob, "")


class Reader:
    """Takes blobs with "rev" in their names as revisions, and those with "maybe" as possible ones."""

    def __init__(self, missing: Collection[str] = ()) -> None:
        self._missing = missing

    def find_relevant_blobs(self, blobs: Collection[str]) -> dict[str, bool]:
        if not set(blobs).isdisjoint(self._missing):
            raise CannotCheck("missing object")
        return {blob: "rev" in blob for blob in sorted(blobs) if "rev" in blob or "maybe" in blob}


COMMITS = {
    "1": [
        added("alembic.ini", "ini"),
        added("db/versions/a.py", "rev a"),
        added("db/versions/helper.py", "helper"),
        added("db/env.py", "env"),
        added("app/code.py", "code"),
        added("app/maybe.py", "maybe"),
        added("app/code_beside.py", "beside"),
        added("link.py", "rev link", LINK),
    ],
    "2": [added("app2/code.py", "code")],
    "3": [deleted("db/versions/a.py", "rev a"), added("db/heads.txt", "heads")],
    "4": [added("pyproject.toml", "toml"), added("sub/pyproject.toml", "toml"), added("my-pyproject.toml", "toml")],
}


def relevant(reader: Reader, existing: Iterable[str] = ()) -> tuple[dict[str, list[str]], frozenset[str]]:
    repository = SimpleNamespace(existing=lambda blobs: [blob for blob in blobs if blob in set(existing)])
    found = find_relevant_differences(cast("Repository", repository), COMMITS, cast("SnapshotReader", reader))
    return {
        commit: [entry.path for entry in entries] for commit, entries in found.by_commit.items()
    }, found.revision_blobs


def test_only_what_can_concern_an_environment_is_kept() -> None:
    assert relevant(Reader()) == (
        {
            "1": [
                "alembic.ini", "db/versions/a.py", "db/versions/helper.py", "db/env.py", "app/code.py", "app/maybe.py",
                "app/code_beside.py",
            ],
            "3": ["db/versions/a.py", "db/heads.txt"],
            "4": ["pyproject.toml", "sub/pyproject.toml"],
        },
        frozenset({"rev a"}),
    )  # fmt: skip


def test_missing_objects_are_left_out() -> None:
    by_commit, blobs = relevant(Reader({"code"}), existing=("rev a", "helper"))
    assert by_commit["1"] == ["alembic.ini", "db/versions/a.py", "db/versions/helper.py", "db/env.py"]
    assert blobs == {"rev a"}
