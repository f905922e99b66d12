"""Past environments are found at their final place in a history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from git_alembic.audit.folder_moves import EnvironmentPath, EnvironmentPaths, find_folder_moves
from git_alembic.environments.environment import Environment
from git_alembic.git import Entry
from git_alembic.history.snapshot_reader import SnapshotReader
from git_alembic.revisions.revision import Revision

NO_MODE, FILE = "000000", "100644"


class Reader:
    """Reads each blob as a revision with the blob's name as its id."""

    def read_files(self, files: Sequence[tuple[str, str]]) -> list[Revision]:
        return [Revision(path, blob, blob, ()) for path, blob in files]


def moves(*commits: Sequence[str]) -> dict[str, str]:
    """Return the moves of commits with lines such as "- old/a" and "+ new/a"."""
    differences = [[entry(*line.split()) for line in lines] for lines in commits]
    blobs = {line.rpartition("/")[2] for lines in commits for line in lines}
    return find_folder_moves(differences, blobs, cast("SnapshotReader", Reader()))


def entry(sign: str, path: str) -> Entry:
    blob = path.rpartition("/")[2]
    came = sign == "+"
    return Entry(path, NO_MODE if came else FILE, FILE if came else NO_MODE, "" if came else blob, blob if came else "")


def test_a_folder_moves() -> None:
    assert moves(["- old/a", "- old/b", "+ new/a", "+ new/b"]) == {"old": "new"}
    assert moves(["- old/a", "+ mid/a"], ["- mid/a", "+ new/a"]) == {"old": "mid", "mid": "new"}
    assert moves(["- old/a", "+ mid/a"], ["- old/b", "+ new/b"]) == {"old": "new"}


def test_these_are_no_moves() -> None:
    assert moves(["- old/a", "+ new/b"]) == {}  # other revisions
    assert moves(["- old/a", "+ new/a", "+ other/a"]) == {}  # copied to two folders
    assert moves(["- old/a", "- old/b", "+ new/a", "+ other/b"]) == {}  # split
    assert moves(["- old/a", "- other/a", "+ new/a"]) == {}  # it could be either of the two
    assert moves(["- old/a", "+ old/a"]) == {}  # in place


def environment(script_location: str, *versions: str) -> Environment:
    return Environment("alembic.ini", script_location, versions or (f"{script_location}/versions",))


def test_places() -> None:
    paths = EnvironmentPaths(
        {"old/versions": "mid/versions", "mid/versions": "db/versions", "x/versions": "y/versions"},
        [environment("db"), environment("two", "two/a"), environment("two", "two/b")],
    )
    assert paths.find(environment("db")) == EnvironmentPath("db", "db")
    assert paths.find(environment("old")) == EnvironmentPath("db", "db")
    assert paths.find(environment("anything", "two/b")) == EnvironmentPath(
        "two", "two/b"
    )  # they share the script location
    assert paths.find(environment("x")) == EnvironmentPath("x", "x")  # the folder that it became is gone too
    assert paths.find(environment("y/versions", "y/versions")) == EnvironmentPath("x", "x")  # only the folder is left


def test_moves_in_a_circle_end() -> None:
    paths = EnvironmentPaths({"a/versions": "b/versions", "b/versions": "a/versions"}, [])
    assert paths.find(environment("a")) == EnvironmentPath("a", "a")
