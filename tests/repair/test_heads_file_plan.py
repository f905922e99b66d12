"""The step that writes the file with the heads, and what is in its way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from git_alembic.errors import CannotCheck
from git_alembic.history.heads_file import HeadsFile
from git_alembic.repair.heads_file_plan import HeadsFileStep, plan_heads_file, refuse_other_file
from tests.support.literal_changes import History, change, graph, revision

PATH = "migrations/HEADS"
LINE, FORK = {"a": "", "b": "a"}, {"a": "", "b": "a", "c": "a"}
SHOP: History = {"a": revision("a", labels=("shop",)), "b": ""}
CONFLICT = "<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> topic\n"
FOREIGN = HeadsFileStep(PATH, note=f"{PATH} has lines that aren't heads, so it is left unchanged")


@pytest.mark.parametrize(
    ("file", "history", "allowed", "step"),
    [
        pytest.param(HeadsFile("b\n"), LINE, 1, None, id="it agrees"),
        pytest.param(HeadsFile("a\n"), {}, 1, None, id="a history without revisions"),
        pytest.param(HeadsFile(), LINE, 1, HeadsFileStep(PATH, "a new file with the head 'b'", b"b\n"), id="no file"),
        pytest.param(
            HeadsFile("a\n"), LINE, 1, HeadsFileStep(PATH, "it has the head 'b' instead of 'a'", b"b\n"), id="stale"
        ),
        pytest.param(HeadsFile(""), LINE, 1, HeadsFileStep(PATH, "it has the head 'b'", b"b\n"), id="an empty file"),
        pytest.param(
            HeadsFile("a\r\n"), FORK, 2,
            HeadsFileStep(PATH, "it has the heads 'b' and 'c' instead of 'a'", b"b\r\nc\r\n"),
            id="two heads, and line endings of Windows",
        ),
        pytest.param(
            HeadsFile("b\n"), SHOP, "one-per-label",
            HeadsFileStep(PATH, "it has the heads 'a' and 'b' instead of 'b'", b"b\nshop@a\n"),
            id="a head per label",
        ),
        pytest.param(
            HeadsFile("b\n", is_unmerged=True), LINE, 1,
            HeadsFileStep(PATH, "the conflict is resolved, and the file has the head 'b'", b"b\n"),
            id="git has a conflict",
        ),
        pytest.param(
            HeadsFile(CONFLICT), LINE, 1,
            HeadsFileStep(PATH, "the conflict is resolved, and the file has the head 'b'", b"b\n"),
            id="conflict markers",
        ),
        pytest.param(HeadsFile("Heads of departments\n"), LINE, 1, FOREIGN, id="another file"),
        pytest.param(
            HeadsFile("a\n"), {"\udce9": ""}, 1,
            HeadsFileStep(PATH, "it has the head '\udce9' instead of 'a'", b"\xe9\n"),
            id="an id that isn't UTF-8",
        ),
    ],
)  # fmt: skip
def test_steps(file: HeadsFile, history: History, allowed: int | str, step: HeadsFileStep | None) -> None:
    assert plan_heads_file(PATH, file, graph(history), allowed) == step


IN_THE_WAY = f"{PATH} already exists where the heads file belongs: move it, then run `git alembic fix` again"
UNTRACKED = change(LINE, LINE, heads_file=HeadsFile())
TRACKED = replace(UNTRACKED, after=UNTRACKED.after._replace(heads_file_blob="0123"))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "migrations").mkdir()
    return tmp_path / PATH


def test_another_file_at_the_path_is_refused(tmp_path: Path, place: Path) -> None:
    refuse_other_file(str(tmp_path), PATH, UNTRACKED)
    place.write_text("b\n")
    refuse_other_file(str(tmp_path), PATH, UNTRACKED)
    place.write_bytes(b"Heads of d\xe9partements\n")
    for made in (UNTRACKED, replace(UNTRACKED, heads_file=None)):
        with pytest.raises(CannotCheck) as refusal:
            refuse_other_file(str(tmp_path), PATH, made)
        assert str(refusal.value) == IN_THE_WAY
    refuse_other_file(str(tmp_path), PATH, TRACKED)
    refuse_other_file(str(tmp_path), PATH, replace(UNTRACKED, heads_file=HeadsFile(is_unmerged=True)))


@pytest.mark.parametrize("kind", ["folder", "link", "broken link"])
def test_a_folder_or_a_link_is_refused_even_if_the_file_is_tracked(tmp_path: Path, place: Path, kind: str) -> None:
    if kind == "folder":
        place.mkdir()
    else:
        (tmp_path / "target").write_text("b\n")
        place.symlink_to(tmp_path / ("target" if kind == "link" else "nothing"))
    with pytest.raises(CannotCheck, match="already exists where the heads file belongs"):
        refuse_other_file(str(tmp_path), PATH, TRACKED)
