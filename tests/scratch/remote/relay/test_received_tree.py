"""A tree on the relay's side, which starts in the project's own folder, in a part of it, or elsewhere."""

from __future__ import annotations

from hashlib import sha1, sha256
from pathlib import Path

import pytest

from git_alembic.scratch.remote.relay.received_tree import ContentStore, ReceivedTree

CONTENT = {"m/env.py": b"env", "m/versions/a.py": b"a", "app/main.py": b"main", "README": b"read"}


def id_of(data: bytes) -> str:
    return sha1(b"blob %d\0" % len(data) + data).hexdigest()  # noqa: S324 - git's hash


def files(folder: str = "", **more: bytes) -> list[list[str]]:
    """Return the files of the tree. The project is in a folder of it."""
    return [[f"{folder}{path}", "100644", id_of(data)] for path, data in {**CONTENT, **more}.items()]


@pytest.fixture
def store(tmp_path: Path) -> ContentStore:
    (tmp_path / "contents").mkdir()
    return ContentStore(str(tmp_path / "contents"))


def started(folder: Path, monkeypatch: pytest.MonkeyPatch, contents: dict[str, bytes] | None = None) -> Path:
    """Start in a folder with these files, by default with those of the project."""
    folder.mkdir(parents=True, exist_ok=True)
    for path, data in (CONTENT if contents is None else contents).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    monkeypatch.chdir(folder)
    return folder


def tree(tmp_path: Path, listed: list[list[str]], env_py: str = "m/env.py") -> ReceivedTree:
    return ReceivedTree(str(tmp_path / "tree" / "shop"), listed, env_py)


class TestPlace:
    """Where the command starts, compared with the tree."""

    def test_in_the_project(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        own = started(tmp_path / "app", monkeypatch)
        found = tree(tmp_path, files())
        assert (found.own, found.subfolder) == (str(own), "")

    def test_in_a_part_of_the_repository(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        own = started(tmp_path / "code", monkeypatch)
        found = tree(tmp_path, files("server/"), "server/m/env.py")
        assert (found.own, found.subfolder) == (str(own), "server")
        assert [found.inside(path) for path in ("server/m", "server", "x")] == ["m", ".", "../x"]

    def test_below_the_top_of_the_repository(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        top = tmp_path / "repo"
        started(top / "server", monkeypatch)
        (top / "README.top").write_bytes(b"")
        found = tree(tmp_path, [*files("server/"), ["README.top", "100644", id_of(b"")]], "server/m/env.py")
        assert (found.own, found.subfolder) == (str(top), "")

    def test_elsewhere(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        started(tmp_path / "empty", monkeypatch, {})
        found = tree(tmp_path, files())
        assert (found.own, found.subfolder) == ("", "")
        assert found.compare() == {"started": str(tmp_path / "empty"), "own": "", "absent": [], "other": []}


class TestContents:
    def test_those_of_the_own_folder_need_not_be_sent(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: ContentStore
    ) -> None:
        started(tmp_path / "app", monkeypatch, {**CONTENT, "README": b"changed"})
        assert tree(tmp_path, files()).find_missing(store) == [id_of(b"read")]
        assert store.has(id_of(b"main"))
        store.add([[id_of(b"read"), 4], ["other", 2]], b"readxy")
        assert (Path(store.path("other")).read_bytes(), tree(tmp_path, files()).find_missing(store)) == (b"xy", [])

    def test_each_content_is_asked_for_once(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: ContentStore
    ) -> None:
        started(tmp_path / "empty", monkeypatch, {})
        listed = [["a", "100644", "1"], ["b", "120000", "1"], ["vendor", "160000", "2"]]
        assert tree(tmp_path, listed).find_missing(store) == ["1"]

    def test_a_repository_with_sha_256(self, tmp_path: Path, store: ContentStore) -> None:
        (tmp_path / "x").write_bytes(b"x")
        id_ = sha256(b"blob 1\0x").hexdigest()
        store.add_file(id_, str(tmp_path / "x"))
        store.add_file("0" * 40, str(tmp_path / "x"))
        assert (store.has(id_), store.has("0" * 40)) == (True, False)


def test_files_that_differ_in_the_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = started(tmp_path / "app", monkeypatch, {"m/env.py": b"changed", "app/main.py": b"main", "README": b"changed"})
    found = tree(tmp_path, files())
    assert found.compare() == {
        "started": str(own),
        "own": str(own),
        "absent": ["m/versions/a.py"],
        "other": ["m/env.py"],
    }
    paths = ["m/env.py", "app/main.py", "m/versions/a.py", "unknown.py"]
    assert found.without_same(paths) == ["m/env.py", "m/versions/a.py", "unknown.py"]


def test_a_written_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: ContentStore) -> None:
    settings = {".env": b"local", "app/.env": b"app", "app/.flaskenv": b"mine", "vendor/x.py": b"x"}
    own = started(tmp_path / "own", monkeypatch, {**CONTENT, **settings})
    more = {"run.sh": ("100755", b"run"), "link": ("120000", b"app/main.py"), "app/.flaskenv": ("100644", b"theirs")}
    listed = [*files(), *([path, mode, id_of(data)] for path, (mode, data) in more.items())]
    listed += [["vendor", "160000", "1"], ["gone", "160000", "1"]]
    made = tree(tmp_path, listed)
    store.add([[id_of(data), len(data)] for _, data in more.values()], b"".join(data for _, data in more.values()))
    assert made.find_missing(store) == []
    made.make(store)
    top = Path(made.top)
    assert {path: (top / path).read_bytes() for path in CONTENT} == CONTENT
    assert [(top / path).stat().st_mode & 0o100 for path in ("run.sh", "README")] == [0o100, 0]
    assert (top / "link").readlink() == Path("app/main.py")
    assert (top / "vendor").readlink() == own / "vendor"
    assert {path: (top / path).read_bytes() for path in (".env", "app/.env", "app/.flaskenv")} == {
        ".env": b"local",
        "app/.env": b"app",
        "app/.flaskenv": b"theirs",
    }
    assert not (top / "gone").exists()
