"""unreadable-revision: git-alembic can't read the identifiers of a new or changed revision file."""

from __future__ import annotations

import pytest

from git_alembic.findings.finding import Finding
from git_alembic.history.snapshot_and_change import Change
from git_alembic.revisions.revision import REFUSED, Problem, Unreadable
from git_alembic.rules.unreadable_revision import BY_HAND, BY_LITERAL, COMPUTED_WHY, DOUBT, SLUG, WHY, find
from tests.support.literal_changes import assert_override_allows, change, revision, snapshot

A = {"a": ""}
BAD = Unreadable("versions/bad.py", "blob", "`revision` isn't a literal", 7)
NUMBER = "`revision` holds a value of type `int`, which isn't a string (line 7)"
HEAD, STAGED = snapshot(A, "HEAD", unreadable=(BAD,)), snapshot(A, unreadable=(BAD,))
REFUSED_HERE = revision("b", "a", problem=f"{REFUSED}expected ':'", problem_line=9)
BROKEN = revision("b", "a", problem="'return' outside function", problem_line=9)
DOUBTFUL = revision("b", "a", doubt="may need a newer Python", doubt_line=8)


def whole(why: str, line: int = 9) -> Finding:
    return Finding(SLUG, "versions/b.py", line, ("b",), why, WHY, (BY_HAND,))


def doubtful(why: str, line: int) -> Finding:
    return Finding(SLUG, "versions/b.py", line, ("b",), why, DOUBT, severity="warning")


UNREADABLE = Finding(SLUG, "versions/bad.py", 7, (), "`revision` isn't a literal", COMPUTED_WHY, (BY_LITERAL,))
FIRES = {
    "a new file without readable identifiers": (change(A, STAGED), UNREADABLE),
    "a new file with an identifier that Alembic can't load": (
        change(A, snapshot(A, unreadable=(BAD._replace(reason=NUMBER),))),
        Finding(SLUG, "versions/bad.py", 7, (), NUMBER, WHY, (BY_HAND,)),
    ),
    "a new file that can't be parsed": (
        change(A, snapshot(A, unreadable=(BAD._replace(reason="has merge conflict markers"),))),
        Finding(SLUG, "versions/bad.py", 7, (), "has merge conflict markers", WHY, (BY_HAND,)),
    ),
    "no baseline": (change(None, STAGED), UNREADABLE),
    "an unreadable file that became another": (
        change(A, STAGED, baselines=(snapshot(A, "HEAD", unreadable=(BAD._replace(blob="older"),)),)),
        UNREADABLE,
    ),
    "an unreadable file that was moved": (
        change(A, STAGED, baselines=(snapshot(A, "HEAD", unreadable=(BAD._replace(path="versions/old.py"),)),)),
        UNREADABLE,
    ),
    "a merge brings it from an unpublished side": (
        change(A, STAGED, unpublished_parents=(snapshot(A, "topic", unreadable=(BAD,)),)),
        UNREADABLE,
    ),
    "a new file that Alembic refuses": (change(A, {**A, "b": BROKEN}), whole("'return' outside function")),
    "a new file that may be refused": (change(A, {**A, "b": DOUBTFUL}), doubtful("may need a newer Python", 8)),
    "refused here and by the project's Python": (
        change(A, {**A, "b": REFUSED_HERE}, compiled={REFUSED_HERE.blob: Problem("not valid Python 3.14: no", 2)}),
        whole("not valid Python 3.14: no", 2),
    ),
    "refused here, but not by the project's Python": (
        change(A, {**A, "b": REFUSED_HERE}, compiled={REFUSED_HERE.blob: None}),
        doubtful(f"{REFUSED}expected ':'; only the revision identifiers were read, line by line", 9),
    ),
    "doubted here and refused by the project's Python": (
        change(A, {**A, "b": DOUBTFUL}, compiled={DOUBTFUL.blob: Problem("not valid Python 3.14: no", 2)}),
        whole("not valid Python 3.14: no", 2),
    ),
    "a problem that is not about syntax stays": (
        change(A, {**A, "b": BROKEN}, compiled={BROKEN.blob: None}),
        whole("'return' outside function"),
    ),
    "a problem counts before a doubt": (
        change(A, {**A, "b": BROKEN._replace(doubt="may need a newer Python")}),
        whole("'return' outside function"),
    ),
}
SILENT = {
    "a readable file": change(A, {**A, "b": "a"}),
    "the baseline has it as it is": change(A, STAGED, baselines=(HEAD,)),
    "a parent of a merge has it as it is": change(A, STAGED, baselines=(snapshot(A, "HEAD"), HEAD)),
    "it is gone": change(A, snapshot(A), baselines=(HEAD,)),
    "an old file that Alembic refuses": change({**A, "b": BROKEN}, {**A, "b": BROKEN, "c": "b"}),
    "the project's Python has no doubt": change(A, {**A, "b": DOUBTFUL}, compiled={DOUBTFUL.blob: None}),
}


@pytest.mark.parametrize(("made", "expected"), FIRES.values(), ids=FIRES)
def test_fires(made: Change, expected: Finding) -> None:
    assert list(find(made)) == [expected]


@pytest.mark.parametrize("made", SILENT.values(), ids=SILENT)
def test_stays_silent(made: Change) -> None:
    assert list(find(made)) == []


def test_an_override_allows_it() -> None:
    assert_override_allows(change(A, STAGED), SLUG)
    assert_override_allows(change(A, {**A, "b": BROKEN}), SLUG)
