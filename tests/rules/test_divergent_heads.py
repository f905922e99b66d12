"""divergent-heads: merging with the target would fork although neither side has a fork."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from git_alembic.findings.finding import Command, Finding, Repair
from git_alembic.history.snapshot_and_change import Change, MergeForecast
from git_alembic.rules.divergent_heads import SHARED_WHY, SLUG, find, new_revisions
from tests.support.literal_changes import History, assert_override_allows, change, graph, merge, revision, snapshot

A, OURS, THEIRS = {"a": ""}, {"a": "", "b": "a"}, {"a": "", "c": "a"}
BOTH = {"a": "", "b": "a", "c": "a"}
JOINED = {**BOTH, "m": "b c"}
TARGET = "refs/remotes/origin/main"
START = Command(("git", "merge", "--no-commit", "origin/main"))
END = Command(("git", "commit", "--no-edit"))
MOVE = Command(("git", "alembic", "fix", "--yes"))
MERGE = Command(("git", "alembic", "fix", "--strategy", "merge", "--yes"))
COMMIT = Command(("git", "commit"))


def forecast(theirs: History, merged: History, **fields: Any) -> MergeForecast:
    return MergeForecast(snapshot(theirs, TARGET), snapshot(merged, "merged"), **fields)


def diverging(before: History | None = A, ours: History = OURS, **fields: Any) -> Change:
    values = {"published": THEIRS, "forecasts": (forecast(THEIRS, BOTH),), **fields}
    return change(before, snapshot(ours, values.pop("name", "staged")), **values)


def by_move(*first: Command) -> Repair:
    return Repair("merge origin/main and put 'b' on top", (*first, START, MOVE, END))


def by_merge(*first: Command) -> Repair:
    return Repair("merge origin/main and add a merge revision", (*first, START, MERGE, END))


def finding(message: str, repairs: tuple[Repair, ...], heads: tuple[str, ...] = ("b", "c")) -> Finding:
    return Finding(SLUG, "versions/b.py", 4, heads, message, "", repairs)


MESSAGE = "merging origin/main would create 2 heads: 'b' (staged), 'c' (origin/main)"
AGENT, CONV = (revision("7", "a", path=f"versions/7_{name}.py", blob=name) for name in ("agent", "conv"))
NUMBERED = forecast({"a": "", "7": AGENT}, {"a": "", "agent": AGENT, "conv": CONV})


def of_shared_id(*commands: Command) -> Finding:
    message = "merging origin/main would leave two files with the revision id '7': origin/main has versions/7_agent.py"
    repair = Repair("merge origin/main and give 7_conv.py a new id", commands)
    return Finding(SLUG, "versions/7_conv.py", 3, ("7",), message, SHARED_WHY, (repair,))


def sharing(name: str, **fields: Any) -> Change:
    ours: History = {"a": "", "7": CONV}
    return diverging(ours=ours, name=name, **{"published": {"a": "", "7": AGENT}, "forecasts": (NUMBERED,), **fields})


FIRES = {
    "both sides gave a new file the same number": (sharing("staged"), of_shared_id(COMMIT, START, MOVE, END)),
    "a branch whose file has the number of a published one": (sharing("topic"), of_shared_id(START, MOVE, END)),
    "both files with the number are published": (
        sharing("topic", published={"a": "", "agent": AGENT, "conv": CONV}),
        of_shared_id(START, Command(("git", "alembic", "fix", "--published-too", "--yes")), END),
    ),
    "a staged revision": (diverging(), finding(MESSAGE, (by_move(COMMIT), by_merge(COMMIT)))),
    "a branch, which needs no commit first": (
        diverging(name="topic"),
        finding(MESSAGE.replace("staged", "topic"), (by_move(), by_merge())),
    ),
    "a branch whose name sorts first": (
        diverging(name="feature"),
        finding(MESSAGE.replace("staged", "feature"), (by_move(), by_merge())),
    ),
    "no baseline": (diverging(before=None), finding(MESSAGE, (by_move(COMMIT), by_merge(COMMIT)))),
    "a target that has to be fetched first": (
        diverging(name="topic", forecasts=(forecast(THEIRS, BOTH, fetch=("git", "fetch", "origin")),)),
        finding(
            MESSAGE.replace("staged", "topic"),
            (by_move(Command(("git", "fetch", "origin"))), by_merge(Command(("git", "fetch", "origin")))),
        ),
    ),
    "the baseline diverges already, but the merge is still to come": (
        diverging(before=OURS),
        finding(
            "merging origin/main would create 2 heads: 'b' (HEAD), 'c' (origin/main)",
            (by_move(COMMIT), by_merge(COMMIT)),
        ),
    ),
    "a merge brings it from an unpublished side": (
        replace(
            merge(A, A, OURS, OURS, other_is_published=False, forecasts=(forecast(THEIRS, BOTH),)),
            published=snapshot(THEIRS, "origin/main"),
        ),
        finding(MESSAGE.replace("staged", "topic"), (by_move(COMMIT), by_merge(COMMIT))),
    ),
    "both sides are published": (
        diverging(name="topic", published=BOTH),
        finding("merging origin/main would create 2 heads: 'b' (origin/main), 'c' (origin/main)", (by_merge(),)),
    ),
    "a release branch has it too": (
        diverging(held_elsewhere={"b": ("origin/release",)}),
        finding(MESSAGE, (by_merge(COMMIT), by_move(COMMIT))),
    ),
    "it was published once": (
        diverging(once_published=frozenset({"b"})),
        finding(MESSAGE, (by_merge(COMMIT),)),
    ),
    "a file that conflicts": (
        diverging(forecasts=(forecast(THEIRS, BOTH, conflicts=("versions/a.py",)),)),
        finding(
            f"{MESSAGE}; versions/a.py has a conflict, so the version from origin/main was checked",
            (by_move(COMMIT), by_merge(COMMIT)),
        ),
    ),
    "files that conflict": (
        diverging(forecasts=(forecast(THEIRS, BOTH, conflicts=("versions/a.py", "versions/z.py")),)),
        finding(
            f"{MESSAGE}; versions/a.py and versions/z.py have conflicts, so the versions from origin/main were checked",
            (by_move(COMMIT), by_merge(COMMIT)),
        ),
    ),
}
SILENT = {
    "the target has the duplicate already": diverging(
        forecasts=(
            forecast(
                {**OURS, "copy": revision("b", "a", path="versions/copy.py")},
                {**OURS, "copy": revision("b", "a", path="versions/copy.py")},
            ),
        )
    ),
    "no forecast": diverging(forecasts=()),
    "the merge has one head": diverging(forecasts=(forecast(A, OURS),)),
    "the baseline forks already": diverging(
        before=BOTH, ours={**BOTH, "d": "c"}, forecasts=(forecast(THEIRS, {**BOTH, "d": "c"}),)
    ),
    "a merge of the target joins both sides": merge(
        A, OURS, THEIRS, JOINED, other_is_published=True, forecasts=(forecast(THEIRS, JOINED),)
    ),
    "our side forks already": diverging(ours=BOTH),
    "the target forks already": diverging(
        forecasts=(forecast({**THEIRS, "d": "a"}, {"a": "", "c": "a", "d": "a", "b": "c"}),)
    ),
    "the target merged our fork": diverging(
        ours=BOTH, forecasts=(forecast({**BOTH, "m": "b c"}, {**BOTH, "m": "b c"}),)
    ),
    "as many as allowed": diverging(heads_allowed=2),
}


@pytest.mark.parametrize(("made", "expected"), FIRES.values(), ids=FIRES)
def test_fires(made: Change, expected: Finding) -> None:
    assert list(find(made)) == [expected]


@pytest.mark.parametrize("made", SILENT.values(), ids=SILENT)
def test_stays_silent(made: Change) -> None:
    assert list(find(made)) == []


def test_each_target_has_its_finding() -> None:
    other = MergeForecast(snapshot(THEIRS, "refs/heads/release"), snapshot(BOTH, "merged"))
    made = diverging(forecasts=(forecast(THEIRS, BOTH), other))
    assert [found.message.split(" would")[0] for found in find(made)] == [
        "merging origin/main",
        "merging release",
    ]


def test_a_fork_of_the_merge_alone_is_at_its_last_head() -> None:
    """The target has all of the heads. Only the merge forks."""
    theirs = {"a": "", "b": "a", "c": "b"}
    (found,) = find(diverging(ours=OURS, forecasts=(forecast(theirs, BOTH),), published=theirs))
    assert (found.path, found.revisions) == ("versions/c.py", ("b", "c"))


def test_the_new_revisions_of_both_sides_are_listed() -> None:
    ours = {**A, **{f"o{at}": revision(f"o{at}", f"o{at - 1}" if at else "a") for at in range(6)}}
    theirs = {**A, "c": revision("c", "a", message="add c")}
    made = diverging(ours=ours)
    lines = list(new_revisions(made, forecast(theirs, {}, authors={"c": "Ann, 2 days ago"})))
    assert lines == [
        *(f"yours:  o{at}  versions/o{at}.py" for at in range(1, 6)),
        "theirs:  c  add c  versions/c.py  (Ann, 2 days ago)",
    ]
    assert graph(theirs).heads == ("c",)


def test_an_override_allows_it() -> None:
    assert_override_allows(diverging(), SLUG)


def test_a_target_with_shared_ids_hides_no_other_target() -> None:
    other = forecast({"a": "", "c": "a"}, {"a": "", "7": CONV, "c": "a"})
    found = list(find(sharing("staged", forecasts=(NUMBERED, other))))
    assert [each.revisions for each in found] == [("7",), ("7", "c")]


def test_several_shared_ids_are_one_finding_at_the_first() -> None:
    ours, theirs = (
        [revision(id_, "a", path=f"versions/{id_}_{name}.py", blob=f"{id_}{name}") for id_ in "78"] for name in "ab"
    )
    merged = forecast(
        {"a": "", "7": theirs[0], "8": theirs[1]},
        {"a": "", **{file.path: file for file in (*ours, *theirs)}},
    )
    made = diverging(ours={"a": "", "7": ours[0], "8": ours[1]}, published={"a": ""}, forecasts=(merged,))
    (found,) = find(made)
    assert (found.path, found.revisions) == ("versions/7_a.py", ("7", "8"))
    assert found.message == (
        "merging origin/main would leave two files with each of the revision ids '7' and '8': "
        "origin/main has versions/7_b.py"
    )
