"""The plan of one environment: its steps in order, what it leaves alone, and generated forks."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import alembic.script
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from git_alembic.findings.repairs_shared_by_rules import fork_repairs
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.heads_file import HeadsFile
from git_alembic.history.snapshot_and_change import Change, Snapshot
from git_alembic.repair.plan import plan_repair
from git_alembic.repair.plan_builder import Choices
from git_alembic.revisions.parser import EMPTY_PARENT
from git_alembic.revisions.revision import Revision
from tests.support.generated_forks import FORKS, GeneratedFork
from tests.support.literal_changes import ENVIRONMENT, History, change, revision, snapshot
from tests.support.revision_files import file_of

NONE = Choices()
A, AB, ABC = {"a": ""}, {"a": "", "b": "a"}, {"a": "", "b": "a", "c": "b"}
NUMBER = revision("1", path="versions/x.py", message="x")
TWIN = revision("b", "a", path="versions/twin.py", message="twin")
HEADS = "versions/heads.txt"
WITH_HEADS = ENVIRONMENT._replace(heads_file_path=HEADS)


class Planned(NamedTuple):
    """The sentences of a plan, the history after it as "id parent parent", and the notes. New ids are "new" here."""

    steps: tuple[str, ...] = ()
    after: str = ""
    notes: tuple[str, ...] = ()


def planned(
    made: Change,
    branch: Change | None = None,
    stale: tuple[str, ...] = (),
    content: Callable[[Revision], bytes] = file_of,
    choices: Choices = NONE,
) -> Planned:
    plan = plan_repair(made, branch, stale, content, choices)
    written = {step.partition(":")[0] for step in plan.steps}
    assert set(plan.files) == {path for path in written if path.endswith((".py", ".txt"))}
    lines = [" ".join((file.id, *file.down)) for file in plan.after.revisions]
    steps, after = ([re.sub(r"\b[0-9a-f]{12}\b", "new", text) for text in texts] for texts in (plan.steps, lines))
    return Planned(tuple(steps), ", ".join(sorted(after)), tuple(plan.notes))


def on_branch(before: History, after: History) -> tuple[Change, Change]:
    """Return the whole change of a branch, and the change since it left the target."""
    return change(None, after, published=before), change(before, after)


Case = tuple[Change] | tuple[Change, Change | None] | tuple[Change, Change | None, tuple[str, ...]]  # see `planned`
CASES: dict[str, tuple[Case, Planned]] = {
    "nothing to repair": ((change(AB, ABC),), Planned((), "a, b a, c b")),
    "a deleted revision comes back": (
        on_branch(ABC, {"a": "", "c": "b"}),
        Planned(("versions/b.py: 'b' is restored as it was in HEAD",), "a, b a, c b"),
    ),
    "a deleted head comes back, and what replaced it goes on top": (
        on_branch(AB, {"a": "", "c": "a"}),
        Planned(
            (
                "versions/b.py: 'b' is restored as it was in HEAD",
                "versions/c.py: 'c' comes after 'b' instead of 'a'",
            ),
            "a, b a, c b",
        ),
    ),
    "a squash stays": (on_branch(ABC, {"c": ""}), Planned((), "c")),
    "a removed environment stays removed": (on_branch(AB, {}), Planned()),
    "another file has taken the place of a deleted one": (
        (change(None, {"a": "", "x": revision("x", "a", path="versions/b.py")}, published=AB),
         change(AB, {"a": "", "x": revision("x", "a", path="versions/b.py")})),
        Planned((), "a, x a"),
    ),
    "a published revision gets its parent again": (
        on_branch(ABC, {"a": "", "b": "a", "c": "a"}),
        Planned(("versions/c.py: 'c' comes after 'b' instead of 'a'",), "a, b a, c b"),
    ),
    "another parent that repairs a fork stays": (
        on_branch({"a": "", "b": "a", "c": "a"}, ABC), Planned((), "a, b a, c b")
    ),
    "a parent that doesn't exist is not restored": (
        on_branch({**AB, "c": "x"}, {**AB, "c": "a"}),
        Planned(("versions: a new merge revision 'new' that merges 'b' and 'c'",), "a, b a, c a, new b c"),
    ),
    "a file name instead of an id": (
        (change(AB, {**AB, "c": "versions/b.py"}),),
        Planned(("versions/c.py: 'c' comes after 'b' instead of 'versions/b.py'",), "a, b a, c b"),
    ),
    "a wrong name in a dependency": (
        (change(AB, {**AB, "c": revision("c", "b", depends=("a.py",))}),),
        Planned(("versions/c.py: 'c' depends on 'a' instead of 'a.py'",), "a, b a, c b"),
    ),
    "a name of a descendant": (
        (change(AB, {**AB, "c": "d.py", "d": "c"}),),
        Planned((), "a, b a, c d.py, d c", ("the fork can be repaired once the parent of 'c', 'd.py', exists",)),
    ),
    "a wrong name of a published revision": (
        (change({**AB, "c": "b.py"}, {**AB, "c": "b.py"}),),
        Planned(
            (),
            "a, b a, c b.py",
            (
                "versions/c.py is published and stays as it is (`--published-too` changes it)",
                "the fork can be repaired once the parent of 'c', 'b.py', exists",
            ),
        ),
    ),
    "a duplicate gets an id, and newer revisions follow it": (
        (change(AB, {**AB, "2": TWIN, "c": revision("c", "b", depends=("b",))}),),
        Planned(
            (
                "versions/twin.py: its id becomes 'new' instead of 'b', which versions/b.py already uses",
                "versions/c.py: 'c' comes after 'new' instead of 'b'",
                "versions/c.py: 'c' depends on 'new' instead of 'b'",
                "versions/twin.py: 'new' comes after 'b' instead of 'a'",
            ),
            "a, b a, c new, new b",
        ),
    ),
    "published children stay": (
        (change(ABC, {**ABC, "2": TWIN}),),
        Planned(
            (
                "versions/twin.py: its id becomes 'new' instead of 'b', which versions/b.py already uses",
                "versions/twin.py: 'new' comes after 'c' instead of 'a'",
            ),
            "a, b a, c b, new c",
        ),
    ),
    "a number gets the next number, also after those of the target": (
        (change({"1": ""}, {"1": "", "x": NUMBER}, published={"1": "", "2": "1"}),),
        Planned(
            (
                "versions/x.py: its id becomes '3' instead of '1', which versions/1.py already uses",
                "versions/x.py: '3' comes after '1', and is no longer a base",
            ),
            "1, 3 1",
        ),
    ),
    "a copy": (
        (change(AB, {**AB, "2": TWIN._replace(message="")}),),
        Planned((), "a, b a, b a", ("versions/twin.py is a copy of versions/b.py: remove one of them",)),
    ),
    "both files are published": (
        (change({**AB, "2": TWIN}, {**AB, "2": TWIN}),),
        Planned(
            (),
            "a, b a, b a",
            ("versions/twin.py is published and stays as it is (`--published-too` changes it)",),
        ),
    ),
    "the older file keeps the id": (
        (change(A, {**AB, "2": TWIN}, first_files={"b": "versions/twin.py"}),),
        Planned(
            (
                "versions/b.py: its id becomes 'new' instead of 'b', which versions/twin.py already uses",
                "versions/twin.py: 'b' comes after 'new' instead of 'a'",
            ),
            "a, b new, new a",
        ),
    ),
    "of two new files, the first by path keeps the id": (
        (change(A, {**AB, "2": TWIN}),),
        Planned(
            (
                "versions/twin.py: its id becomes 'new' instead of 'b', which versions/b.py already uses",
                "versions/b.py: 'b' comes after 'new' instead of 'a'",
            ),
            "a, b new, new a",
        ),
    ),
    "an empty parent": (
        (change({}, {"a": revision("a", problem=EMPTY_PARENT)}),),
        Planned(("versions/a.py: 'a' becomes a base, and no longer comes after ''",), "a"),
    ),
    "an empty parent of a published revision": (
        (change({"a": revision("a", problem=EMPTY_PARENT)}, {"a": revision("a", problem=EMPTY_PARENT)}),),
        Planned((), "a", ("versions/a.py is published and stays as it is (`--published-too` changes it)",)),
    ),
    "another problem": ((change({}, {"a": revision("a", problem="something else")}),), Planned((), "a")),
    "wrong docstrings": (
        (change(A, {**A, "b": revision("b", "a", doc_down=("x",)), "c": revision("c", "b", doc_down=("x",))}), None,
         ("versions/a.py", "versions/c.py")),
        Planned(
            ("versions/c.py: the docstring now agrees with the code",), "a, b a, c b",
            ("versions/a.py is published and stays as it is (`--published-too` changes it)",),
        ),
    ),
    "a wrong docstring of a file that another step edits": (
        (change(AB, {**AB, "c": revision("c", "a", doc_down=("x",))}), None, ("versions/c.py",)),
        Planned(("versions/c.py: 'c' comes after 'b' instead of 'a'",), "a, b a, c b"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_plans(case: str) -> None:
    arguments, expected = CASES[case]
    assert planned(*arguments) == expected


def test_published_files_change_if_the_user_says_so() -> None:
    both = {**AB, "2": TWIN, "c": revision("c", "b", doc_down=("x",))}
    assert planned(change(both, both), None, ("versions/c.py",), choices=Choices(published_too=True)) == Planned(
        (
            "versions/twin.py: its id becomes 'new' instead of 'b', which versions/b.py already uses",
            "versions/c.py: 'c' comes after 'new' instead of 'b'",
            "versions: a new merge revision 'new' that merges 'b' and 'c'",
        ),
        "a, b a, c new, new a, new b c",
    )


def test_of_two_unpublished_files_the_staged_one_gets_the_id() -> None:
    made = change(A, {**AB, "2": TWIN}, published=A)
    steps = planned(made, choices=Choices(fresh=("versions/b.py",))).steps
    assert steps[0] == "versions/b.py: its id becomes 'new' instead of 'b', which versions/twin.py already uses"


def with_heads(made: Change, text: str | None = None) -> Change:
    return replace(made, environment=WITH_HEADS, heads_file=HeadsFile(text))


FORK = {**AB, "c": "a"}
HEADS_CASES: dict[str, tuple[Change, Planned]] = {
    "after the other steps": (
        with_heads(change(AB, FORK), "b\n"),
        Planned(
            ("versions/c.py: 'c' comes after 'b' instead of 'a'", f"{HEADS}: it has the head 'c' instead of 'b'"),
            "a, b a, c b",
        ),
    ),
    "it agrees": (with_heads(change(AB, AB), "b\n"), Planned((), "a, b a")),
    "several heads are allowed": (
        replace(with_heads(change(FORK, FORK), "b\n"), heads_allowed=2),
        Planned((f"{HEADS}: it has the heads 'b' and 'c' instead of 'b'",), "a, b a, c a"),
    ),
    "a fork that stays": (
        with_heads(change(AB, {**AB, "s": revision("s", labels=("shop",))}), "b\n"),
        Planned(
            (),
            "a, b a, s",
            (
                ("'s' starts a separate branch with a branch label: set `heads = \"one-per-label\"` in "
                "[tool.git-alembic], or merge the branches with `--strategy merge`"),
            ),
        ),
    ),
    "a history that stays broken": (with_heads(change(AB, {**AB, "c": "x"}), "b\n"), Planned((), "a, b a, c x", (
        "the fork can be repaired once the parent of 'c', 'x', exists",))),
    "other lines": (
        with_heads(change(AB, AB), "Heads of departments\n"),
        Planned((), "a, b a", (f"{HEADS} has lines that aren't heads, so it is left unchanged",)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", HEADS_CASES)
def test_the_file_with_the_heads(case: str) -> None:
    made, expected = HEADS_CASES[case]
    assert planned(made) == expected


def test_the_whole_plan() -> None:
    made = with_heads(change(AB, snapshot(FORK)), None)
    plan = plan_repair(made, None, (), file_of, Choices())
    assert plan.environment == WITH_HEADS
    assert plan.files == {"versions/c.py": file_of(revision("c", "b")), HEADS: b"c\n"}
    assert plan.merges == []


@settings(max_examples=60, deadline=None)
@given(FORKS, st.sampled_from([None, "merge"]))
def test_generated_forks_get_one_head(history: GeneratedFork, strategy: str | None) -> None:
    made = history.repaired(strategy)
    written = {**history.files, **made.files, **{joint.path: joint.data for joint in made.merges}}
    with tempfile.TemporaryDirectory() as folder:
        for path, data in written.items():
            place = Path(folder, path)
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(data)
        script = alembic.script.ScriptDirectory(folder)
        assert script.get_heads() == list(made.after.heads)
        assert len(made.after.heads) == 1
        assert len(list(script.walk_revisions())) == len(written)


@settings(max_examples=200, deadline=None)
@given(FORKS)
def test_generated_forks_keep_everything_except_the_named_lines(history: GeneratedFork) -> None:
    made, before = history.repaired(), history.change().after.graph
    assert set(made.files) == {step.partition(":")[0] for step in made.steps if "merge revision" not in step}
    for path, data in made.files.items():
        assert path.startswith("versions/u")
        lines = [
            pair for pair in zip(history.files[path].splitlines(), data.splitlines(), strict=True) if len(set(pair)) > 1
        ]
        assert [new.split()[0] for _, new in lines] == [b"Revises:", b"down_revision"]
    for id_ in before.ids:
        assert before.ancestors((id_,)) <= made.after.ancestors((id_,))
    assert made.notes == []


@settings(max_examples=200, deadline=None)
@given(FORKS)
def test_the_finding_names_the_move_that_the_plan_makes(history: GeneratedFork) -> None:
    change = history.change()
    fresh = {f"versions/{id_}.py" for id_ in history.fresh}
    committed = Snapshot(
        "HEAD",
        change.environment,
        RevisionGraph(revision for revision in change.after.graph.revisions if revision.path not in fresh),
    )
    graph = change.after.graph
    found = fork_repairs(replace(change, baselines=(committed,)), graph, graph.heads)
    named = re.fullmatch("put '(.*)' on top of '(.*)'", found[0].title) if len(graph.heads) > 1 else None
    if named:
        (first, *_) = history.repaired().steps
        assert first.startswith(f"versions/{named[1]}.py: '{named[1]}' comes after '{named[2]}' instead of ")
