"""Each blob is read once, whatever the cache file contains."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from git_alembic import __version__
from git_alembic.revisions import revision_cache
from git_alembic.revisions.checksummed_cache_file import load_body, replace
from git_alembic.revisions.parser import read_revision
from git_alembic.revisions.revision import Revision, Unreadable
from git_alembic.revisions.revision_cache import RevisionCache


def blob(letter: str) -> str:
    return letter * 40


PLAIN = b"'''add users\n\nRevision ID: p\nRevises: o\n'''\nrevision = 'p'\ndown_revision = 'o'\n"
BASE = b"revision = 'o'\ndown_revision = None\n"
FULL = (
    b"'''merge\n\nRevision ID: f\nRevises: x, y\n'''\nrevision = 'f'\ndown_revision = ('o', 'p')\n"
    b"branch_labels = ('l',)\ndepends_on = ('d',)\n# git-alembic: allow[edited-revision] once\n"
)
COMPUTED = b"revision = f()\ndown_revision = None\n"
HELPER = b"def help():\n    pass\n"
SETTINGS = b"version_locations = []\n"
ROOT = b"'''start\n\nRevision ID: r\nRevises:\n'''\nrevision = 'r'\ndown_revision = None\n"
NAMED = b"down_revision = None\n"  # the id is in the file name
CONTENT = {
    blob("a"): PLAIN,
    blob("b"): BASE,
    blob("c"): FULL,
    blob("d"): COMPUTED,
    blob("e"): HELPER,
    blob("f"): SETTINGS,
    blob("0"): NAMED,
    blob("9"): ROOT,
}
FILES = [(f"versions/{id_[0]}_x.py", id_) for id_ in CONTENT]
EXPECTED = [read_revision(path, id_, CONTENT[id_]) for path, id_ in FILES]
REVISIONS = [file if isinstance(file, Revision) else None for file in EXPECTED]


class Fetch:
    """Returns contents by blob id, and records the requested ids."""

    def __init__(self, content: Mapping[str, bytes] = CONTENT) -> None:
        self.content = content
        self.fetched: list[str] = []

    def __call__(self, blobs: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        for each in blobs:
            self.fetched.append(each)
            yield each, self.content[each]


def cache(tmp_path: Path) -> tuple[RevisionCache, Fetch]:
    fetch = Fetch()
    return RevisionCache(str(tmp_path), fetch), fetch


def cache_file(tmp_path: Path) -> Path:
    (path,) = (tmp_path / "git-alembic").glob("*.json")
    return path


def test_the_examples_are_of_every_kind() -> None:
    assert [type(file) for file in EXPECTED] == [*[Revision] * 3, *[Unreadable] * 4, Revision]


def test_files_are_read_in_their_order(tmp_path: Path) -> None:
    mine, fetch = cache(tmp_path)
    assert mine.read(FILES) == EXPECTED
    assert mine.read(FILES[::-1]) == EXPECTED[::-1]
    assert fetch.fetched == list(CONTENT)


def test_another_process_reads_the_file(tmp_path: Path) -> None:
    mine, _ = cache(tmp_path)
    mine.read(FILES)
    mine.save()
    other, fetch = cache(tmp_path)
    assert other.read(FILES) == EXPECTED
    assert other.read_revisions(FILES) == REVISIONS
    assert fetch.fetched == []


def test_only_revision_like_blobs_are_cached(tmp_path: Path) -> None:
    mine, fetch = cache(tmp_path)
    assert mine.read_revisions(FILES) == REVISIONS
    assert mine.read_revisions(FILES) == REVISIONS
    assert sorted(fetch.fetched) == sorted([*CONTENT, blob("e"), blob("f")])
    assert mine.read(FILES) == EXPECTED


def test_one_blob_in_two_files_is_read_with_each_path(tmp_path: Path) -> None:
    mine, _ = cache(tmp_path)
    files = [("v/one_x.py", blob("a")), ("v/two_x.py", blob("a"))]
    assert [file.path for file in mine.read(files)] == ["v/one_x.py", "v/two_x.py"]
    assert mine.read_revisions(files) == [read_revision(path, id_, PLAIN) for path, id_ in files]


@pytest.mark.parametrize("method", ["read", "read_revisions"])
def test_an_id_in_a_file_name_belongs_to_the_name(tmp_path: Path, method: str) -> None:
    """The old `<hex>.py`: one blob under two names is two revisions."""
    files = [("v/ab12.py", blob("0")), ("v/ab34.py", blob("0")), ("ab56.py", blob("0")), ("v/x_ab78.py", blob("0"))]
    mine, _ = cache(tmp_path)
    expected = [read_revision(path, id_, NAMED) for path, id_ in files]
    assert [file.id if isinstance(file, Revision) else None for file in expected] == ["ab12", "ab34", "ab56", None]
    found = getattr(mine, method)(files)
    assert found == (expected if method == "read" else [*expected[:3], None])
    mine.save()
    other, fetch = cache(tmp_path)
    assert getattr(other, method)(files) == found
    assert fetch.fetched == []


def test_nothing_new_writes_nothing(tmp_path: Path) -> None:
    mine, _ = cache(tmp_path)
    mine.save()
    assert list(tmp_path.iterdir()) == []
    mine.read(FILES[:1])
    mine.save()
    before = cache_file(tmp_path)
    before.unlink()
    other, _ = cache(tmp_path)
    other.read(FILES[:1])
    other.save()
    assert cache_file(tmp_path) == before
    before.write_bytes(before.read_bytes())
    inode = before.stat().st_ino
    same, _ = cache(tmp_path)
    same.read(FILES[:1])
    same.save()
    assert before.stat().st_ino == inode


def test_only_the_newest_rows_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revision_cache, "_MOST_ENTRIES", 2)
    mine, _ = cache(tmp_path)
    mine.read(FILES)
    mine.save()
    assert list(json.loads(load_body(str(cache_file(tmp_path))))) == [blob("0"), blob("9")]


PLAIN_ROW = ["p", "o", "add users", 6, 7]
ROWS: dict[str, list[Any]] = {
    blob("a"): PLAIN_ROW,
    blob("b"): [True, True, "o", [], [], [], "", 1, 2, None, None, [], None, 0, None, 0],
    blob("d"): [True, False, "`revision` isn't a literal: it is computed by a call (line 1)", 1, []],
    blob("9"): ["r", None, "start", 6, 7],
}


def test_the_rows_of_format_8(tmp_path: Path) -> None:
    """Another version of git-alembic reads the file if it has the same name, so other rows need another number."""
    mine, _ = cache(tmp_path)
    mine.read(FILES)
    mine.save()
    rows = json.loads(load_body(str(cache_file(tmp_path))))
    assert {id_: rows[id_] for id_ in ROWS} == ROWS
    assert cache_file(tmp_path).name == f"revisions-8-{__version__}-{sys.implementation.cache_tag}.json"


def test_the_newest_sixty_thousand_rows_are_kept(tmp_path: Path) -> None:
    mine, _ = cache(tmp_path)
    mine.read(FILES[:1])
    mine.save()
    path = str(cache_file(tmp_path))
    replace(path, json.dumps({f"{number:040}": PLAIN_ROW for number in range(60_000)}).encode())
    other, _ = cache(tmp_path)
    other.read(FILES[:1])
    other.save()
    assert list(json.loads(load_body(path))) == [*(f"{number:040}" for number in range(1, 60_000)), blob("a")]


def test_a_revision_that_does_not_look_like_one(tmp_path: Path) -> None:
    """`read` takes it if it is in a version folder, and `read_revisions` never does."""
    hidden = {blob("a"): b"revision = 'h'; down_revision = None\n"}
    mine = RevisionCache(str(tmp_path), Fetch(hidden))
    (found,) = mine.read(FILES[:1])
    assert isinstance(found, Revision)
    assert mine.read_revisions(FILES[:1]) == [None]


MALFORMED: dict[str, Any] = {
    "no row": 7,
    "an empty row": [],
    "a short row": ["p", "o"],
    "a long row": [*PLAIN_ROW, 1],
    "a parent that is a number": ["p", 5, "add users", 6, 7],
    "a full row that is short": [True, True, "p"],
    "a full row that is long": [True, True, "p", [], [], [], "", 1, None, None, [], [], 0, None, 0, 1, 2, 3],
    "a full row whose id is a number": [True, True, 5, [], [], [], "", 1, 2, None, None, [], None, 0, None, 0],
    "a full row whose parents are a number": [True, True, "p", 5, [], [], "", 1, 2, None, None, [], None, 0, None, 0],
    "an unreadable row that is short": [True, False, "reason"],
}


@pytest.mark.parametrize("row", MALFORMED.values(), ids=MALFORMED)
@pytest.mark.parametrize("method", ["read", "read_revisions"])
def test_the_file_of_a_malformed_row_is_read_again(tmp_path: Path, row: object, method: str) -> None:
    mine, _ = cache(tmp_path)
    mine.read(FILES)
    mine.save()
    path = cache_file(tmp_path)
    rows = json.loads(load_body(str(path)))
    assert rows[blob("a")] == PLAIN_ROW
    replace(str(path), json.dumps({**rows, blob("a"): row}).encode())
    other, fetch = cache(tmp_path)
    found = getattr(other, method)(FILES)
    if row == MALFORMED["an unreadable row that is short"] and method == "read_revisions":
        assert found[1:] == REVISIONS[1:]  # it is no revision, so the rest of the row is ignored
    else:
        assert found == (EXPECTED if method == "read" else REVISIONS)
        assert blob("a") in fetch.fetched


@pytest.mark.parametrize("body", [b"[]", b"{", b"7", b"\xff", b""])
def test_a_malformed_file_is_empty(tmp_path: Path, body: bytes) -> None:
    mine, _ = cache(tmp_path)
    mine.read(FILES)
    mine.save()
    replace(str(cache_file(tmp_path)), body)
    other, _ = cache(tmp_path)
    assert other.read(FILES) == EXPECTED


class TestRevisionLike:
    LIKE = frozenset({blob("a"), blob("b"), blob("c"), blob("d"), blob("0"), blob("9")})

    @pytest.mark.parametrize("few", [0, 8, 20])
    @pytest.mark.parametrize("known", [(), FILES[:1], FILES[2:4], FILES])
    def test_of_few_and_many_files(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int, known: list[tuple[str, str]]
    ) -> None:
        monkeypatch.setattr(revision_cache, "_FEW", few)
        mine, fetch = cache(tmp_path)
        mine.read(known)
        fetch.fetched.clear()
        assert mine.find_revision_like(FILES) == self.LIKE
        everything = few >= len(FILES)
        assert set(fetch.fetched) == set(CONTENT) - (set() if everything else {id_ for _, id_ in known})

    def test_more_than_twenty_files_are_many(self, tmp_path: Path) -> None:
        ids = [f"{number:040}" for number in range(21)]
        mine, _ = cache(tmp_path)
        mine.read(FILES[:1])
        mine.save()
        replace(str(cache_file(tmp_path)), json.dumps(dict.fromkeys(ids, PLAIN_ROW)).encode())
        for few in (20, 21):
            fetch = Fetch(dict.fromkeys(ids, PLAIN))
            files = [("v/x.py", id_) for id_ in ids[:few]]
            assert RevisionCache(str(tmp_path), fetch).find_revision_like(files) == set(ids[:few])
            assert len(fetch.fetched) == (20 if few == 20 else 0)

    def test_the_cache_decides_on_content_with_the_word(self, tmp_path: Path) -> None:
        mine, _ = cache(tmp_path)
        mine.read(FILES)
        mine.save()
        content = {blob("a"): b"# down_revision\n", blob("b"): HELPER}
        assert RevisionCache(str(tmp_path), Fetch(content)).find_revision_like(FILES[:2]) == {blob("a")}

    def test_a_malformed_row_is_ignored(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        mine, _ = cache(tmp_path)
        mine.read(FILES)
        mine.save()
        replace(str(cache_file(tmp_path)), json.dumps({blob("a"): 7, blob("b"): []}).encode())
        for few in (0, 20):
            monkeypatch.setattr(revision_cache, "_FEW", few)
            assert cache(tmp_path)[0].find_revision_like(FILES) == self.LIKE


RELEVANT = {
    blob("a"): True,
    blob("b"): True,
    blob("c"): True,
    blob("d"): True,
    blob("f"): False,
    blob("0"): True,
    blob("9"): True,
}


class TestRelevantBlobs:
    def test_irrelevant_ones_are_remembered(self, tmp_path: Path) -> None:
        mine, fetch = cache(tmp_path)
        assert mine.find_relevant_blobs([*CONTENT, *CONTENT]) == RELEVANT
        assert fetch.fetched == list(CONTENT)
        other, fetch = cache(tmp_path)
        assert other.find_relevant_blobs(CONTENT) == RELEVANT
        assert fetch.fetched == [each for each in CONTENT if each != blob("e")]

    def test_more_of_them_are_added(self, tmp_path: Path) -> None:
        content = {blob(letter): HELPER for letter in "12e"}
        for blobs in ([blob("1"), blob("e")], [blob("2")]):
            RevisionCache(str(tmp_path), Fetch(content)).find_relevant_blobs(blobs)
        (path,) = (tmp_path / "git-alembic").glob("*.others")
        assert load_body(str(path)) == bytes.fromhex("11" * 8 + "22" * 8 + "ee" * 8)
        fetch = Fetch(content)
        assert RevisionCache(str(tmp_path), fetch).find_relevant_blobs(content) == {}
        assert fetch.fetched == []

    def test_ids_that_begin_alike_are_told_apart_by_the_first_sixteen_digits(self, tmp_path: Path) -> None:
        near = {"a" * 16 + "0" * 24: HELPER, "a" * 15 + "b" + "0" * 24: HELPER}
        first, second = near
        RevisionCache(str(tmp_path), Fetch(near)).find_relevant_blobs([first])
        fetch = Fetch(near)
        RevisionCache(str(tmp_path), fetch).find_relevant_blobs([first, second])
        assert fetch.fetched == [second]

    def test_nothing_irrelevant_writes_nothing(self, tmp_path: Path) -> None:
        mine, _ = cache(tmp_path)
        mine.find_relevant_blobs([blob("a")])
        assert list(tmp_path.iterdir()) == []
