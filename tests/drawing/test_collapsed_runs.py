"""Which straight runs of a history are collapsed. A run is written in brackets."""

from __future__ import annotations

import pytest

from git_alembic.drawing.collapsed_runs import collapse_runs
from git_alembic.drawing.node import Remarks, RevisionState
from tests.support.literal_changes import History, graph, revision

NOTHING = Remarks({}, {})


def line(ids: str, before: str = "") -> dict[str, str]:
    return dict(zip(ids, (before, *ids[:-1]), strict=True))


def collapsed(history: History, remarks: Remarks = NOTHING) -> str:
    found = graph(history)
    parents = {id_: found.parents(id_) for id_ in found.ids}
    runs = collapse_runs(found, found.topological() or found.ids, parents, remarks)
    return "".join(run[0] if len(run) == 1 else f"[{''.join(run)}]" for run in runs)


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ({}, ""),
        (line("abc"), "abc"),
        (line("abcd"), "abcd"),  # two between the ends are not worth it
        (line("abcde"), "a[bcd]e"),
        ({**line("abcdefghi"), "x": "e"}, "a[bcd]efghix"),  # a fork shows its first revisions
        ({**line("abcde"), **line("uvwxy", "a"), "m": "e y"}, "ab[cde]u[vwxy]m"),
        ({**line("abc"), "x": "a", "m": "c x", **line("nopqr", "m")}, "abcxm[nopq]r"),
        ({**line("abcdefg"), "d": revision("d", "c", labels=("shop",))}, "abcdefg"),
        ({**line("abcdefghi"), "e": revision("e", "d", depends=("z",))}, "a[bcd]e[fgh]i"),
        ({**line("abcdefghi"), "x": revision("x", depends=("e",))}, "a[bcd]e[fgh]ix"),
        ({**line("abcdefghi"), "e": "d gone"}, "a[bcd]e[fgh]i"),
        ({**line("abcdefghi"), "0": revision("e", "d", path="other.py")}, "a[bcd]e[fgh]i"),
        ({"a": "e", "b": "a", "c": "b", "d": "c", "e": "d"}, "abcde"),
    ],
)
def test_runs(history: History, expected: str) -> None:
    assert collapsed(history) == expected


class TestRemarks:
    def test_of_single_revisions(self) -> None:
        nine = line("abcdefghi")
        assert collapsed(nine, Remarks({"e": ("note",)}, {})) == "a[bcd]e[fgh]i"
        assert collapsed(nine, Remarks({}, {}, kept=("e",))) == "a[bcd]e[fgh]i"
        assert collapsed(nine, Remarks({}, {}, heads=("e",))) == "a[bcd]e[fgh]i"
        assert collapsed(nine, Remarks({}, {}, heads=())) == "a[bcdefgh]i"

    def test_a_run_has_one_standing(self) -> None:
        unpublished = RevisionState("unpublished", "unpublished")
        assert collapsed(line("abcdefghi"), Remarks({}, dict.fromkeys("efghi", unpublished))) == "a[bcd]efghi"

    @pytest.mark.parametrize(("count", "expected"), [(9, "abcdefghijk"), (10, "a[bcdefghijk]l")])
    def test_unpublished_runs_are_collapsed_from_ten_on(self, count: int, expected: str) -> None:
        ids = "abcdefghijklm"[: count + 2]
        unpublished = dict.fromkeys(ids, RevisionState("unpublished", "unpublished"))
        assert collapsed(line(ids), Remarks({}, unpublished)) == expected
