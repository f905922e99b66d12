"""heads-file: the file with the heads doesn't match the history."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from git_alembic.findings.finding import Command, Finding, Repair
from git_alembic.findings.repairs_shared_by_rules import RUN_FIX
from git_alembic.history.heads_file import HeadsFile
from git_alembic.history.snapshot_and_change import Change, Snapshot
from git_alembic.policy.rule_application import apply_rules
from git_alembic.policy.severity_policy import make_policy
from git_alembic.rules.heads_file import MISSING, NO_CONFLICT, OUTDATED, SLUG, find
from tests.support.literal_changes import ENVIRONMENT, History, assert_override_allows, change, revision, snapshot

PATH = "migrations/heads.txt"
WITH_FILE = ENVIRONMENT._replace(heads_file_path=PATH)
A, AB, ABC = {"a": ""}, {"a": "", "b": "a"}, {"a": "", "b": "a", "c": "b"}
FORK = {**AB, "c": "a"}
LABELS = {"s": revision("s", labels=("shop",)), "t": revision("t", labels=("auth",))}
CREATE, UPDATE = Repair("create the file", (RUN_FIX,)), Repair("update the file", (RUN_FIX,))


def side(history: History, name: str, text: str | None) -> Snapshot:
    return snapshot(history, name)._replace(environment=WITH_FILE, heads_file_blob=text or "")


def made(
    before: tuple[History, str | None] | None, after: History, text: str | None, file: Any = None, **evidence: Any
) -> Change:
    """Return a change of (history, text of the file). A text also serves as its blob."""
    checked = side(after, "staged", text)
    found = change(None, checked, environment=WITH_FILE, heads_file=file or HeadsFile(text), **evidence)
    return found if before is None else replace(found, baselines=(side(before[0], "HEAD", before[1]),))


def finding(message: str, *heads: str, line: int = 0, repair: Repair = UPDATE) -> Finding:
    why = MISSING if repair == CREATE else OUTDATED if heads else ""
    return Finding(SLUG, PATH, line, heads, message, why, (repair,))


FIRES = {
    "there is none": (made(None, A, None), finding("the file does not exist yet; the head is 'a'", "a", repair=CREATE)),
    "it was removed": (
        made((A, "a\n"), A, None),
        finding("the file does not exist yet; the head is 'a'", "a", repair=CREATE),
    ),
    "a new revision": (
        made((A, "a\n"), AB, "a\n"),
        finding("it lists 'a', which isn't a head; the head is 'b'", "b", line=1),
    ),
    "a merge keeps the file of its first parent": (
        replace(made((A, "a\n"), AB, "a\n"), baselines=(side(A, "HEAD", "a\n"), side(AB, "origin/main", "b\n"))),
        finding("it lists 'a', which isn't a head; the head is 'b'", "b", line=1),
    ),
    "it was edited": (
        made((AB, "b\n"), AB, "b\na\n"),
        finding("it lists 'a', which isn't a head; the head is 'b'", "b", line=2),
    ),
    "an unknown id": (
        made(None, AB, "x\n"),
        finding("it lists 'x', which isn't a revision; the head is 'b'", "b", line=1),
    ),
    "a revision that is no head, and an unknown id": (
        made(None, AB, "a\nx\n"),
        finding("it lists 'a', which isn't a head; the head is 'b'", "b", line=1),
    ),
    "two unknown ids": (
        made(None, AB, "\ny\nx\n"),
        finding("it lists 'y', which isn't a revision; the head is 'b'", "b", line=2),
    ),
    "a head is not in it": (
        made(None, FORK, "b\n"),
        finding("it doesn't list 'c'; the heads are 'b' and 'c'", "b", "c"),
    ),
    "it is empty": (made(None, A, "\n"), finding("it doesn't list 'a'; the head is 'a'", "a")),
    "a head twice": (made(None, A, "a\na\n"), finding("it lists a head twice; the head is 'a'", "a")),
    "a conflict in the index": (
        made((A, "a\n"), AB, None, HeadsFile(is_unmerged=True)),
        finding("it has a merge conflict: both sides changed the heads; the head is 'b'", "b"),
    ),
    "a conflict in the index, and the heads are as before": (
        made((A, None), A, None, HeadsFile(is_unmerged=True)),
        finding("it has a merge conflict: both sides changed the heads; the head is 'a'", "a"),
    ),
    "the markers of a conflict": (
        made((A, "a\n"), AB, "a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> topic\n"),
        finding("it has conflict markers; the head is 'b'", "b", line=2),
    ),
    "another file of this name": (
        made((A, None), A, "who leads whom\n"),
        finding(
            "it has lines that aren't heads; the head is 'a'",
            "a",
            line=1,
            repair=Repair("rename the file, then run `git alembic fix`"),
        ),
    ),
    "the environment is gone": (
        made((A, "a\n"), {}, "a\n"),
        finding(
            "it lists 'a', which isn't a revision; the history has no revisions",
            line=1,
            repair=Repair("remove the file", (Command(("git", "rm", PATH)),)),
        ),
    ),
    "the settings ask for it now": (
        replace(made(None, A, None), baselines=(snapshot(A, "HEAD"),)),
        finding("the file does not exist yet; the head is 'a'", "a", repair=CREATE),
    ),
    "two labels": (
        made(None, LABELS, "shop@s\n", heads_allowed="one-per-label"),
        finding("it doesn't list 't'; the heads are 's' and 't'", "s", "t"),
    ),
    "git merges it without a conflict": (
        made(None, A, "a\n", HeadsFile("a\n", merge_driver="union")),
        Finding(
            SLUG,
            PATH,
            0,
            (),
            (
                "the attribute `merge=union` keeps git from reporting conflicts in this file, which "
                "defeats the file's purpose"
            ),
            NO_CONFLICT,
            (Repair(f"put the line `{PATH} merge=text` at the end of .gitattributes"),),
            severity="warning",
        ),
    ),
}
SILENT = {
    "the settings don't want it": change(A, AB),
    "it agrees": made((A, "a\n"), AB, "b\n"),
    "no line break at the end": made(None, AB, "b"),
    "other line ends": made(None, FORK, "b\r\nc\r\n"),
    "another order": made(None, FORK, "c\nb\n"),
    "labels": made(None, LABELS, "auth@t\nshop@s\n", heads_allowed="one-per-label"),
    "no labels where there could be": made(None, LABELS, "s\nt\n", heads_allowed="one-per-label"),
    "no revision, no file": made(None, {}, None),
    "no revision, an empty file": made(None, {}, ""),
    "the baseline has the same file and heads": made((A, "x\n"), {"a": revision("a", blob="edited")}, "x\n"),
    "the baseline lacks it too": made((A, None), A, None),
    "a merge of a side that had it": replace(
        made((A, "a\n"), AB, "x\n"), baselines=(side(A, "HEAD", "a\n"), side(AB, "origin/main", "x\n"))
    ),
}


@pytest.mark.parametrize(("made", "expected"), FIRES.values(), ids=FIRES)
def test_fires(made: Change, expected: Finding) -> None:
    assert list(find(made)) == [expected]


@pytest.mark.parametrize("made", SILENT.values(), ids=SILENT)
def test_stays_silent(made: Change) -> None:
    assert list(find(made)) == []


def test_an_override_allows_it() -> None:
    assert_override_allows(made((A, "a\n"), AB, "a\n"), SLUG, by_comment=False)


@pytest.mark.parametrize(
    ("override", "expected"), [("", {"multiple-heads": [SLUG]}), ("multiple-heads", {SLUG: []})], ids=["", "allowed"]
)
def test_it_follows_from_a_second_head(override: str, expected: dict[str, list[str]]) -> None:
    report = apply_rules([made((AB, "b\n"), FORK, "b\n")], make_policy({}, override=override))
    assert {found.rule: [under.rule for under in found.consequences] for found in report.findings} == expected


def test_a_warning_nests_no_finding() -> None:
    report = apply_rules([made((AB, "b\n"), FORK, "b\n")], make_policy({"multiple-heads": "warning"}))
    assert [(found.rule, found.consequences) for found in report.findings] == [(SLUG, ()), ("multiple-heads", ())]
