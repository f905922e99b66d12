"""Findings that follow from another one are nested under it. Independent findings stay beside it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from git_alembic.config.settings import Severity
from git_alembic.findings.finding import Finding
from git_alembic.history.snapshot_and_change import Change, MergeForecast
from git_alembic.policy.findings_nested_below_their_cause import nest
from git_alembic.policy.rule_application import apply_rules
from git_alembic.policy.severity_policy import make_policy
from git_alembic.revisions.revision import Unreadable
from git_alembic.rules.rule_defaults import BY_SLUG, CAUSING_RULES
from tests.support.literal_changes import change, revision, snapshot

A, AB, ABC = {"a": ""}, {"a": "", "b": "a"}, {"a": "", "b": "a", "c": "b"}
ABCD = {**ABC, "d": "c"}
ABCDE = {**ABCD, "e": "d"}
LONG_IDS = {"aaa": "", "mmm": "aaa"}  # a file can be named after one of these
GONE = "deleted-revision"
CONFLICT = Unreadable("versions/b.py", "conflict", "not valid Python: conflict markers", 5)
UNKNOWN = CONFLICT._replace(path="versions/x.py")
FORECAST = MergeForecast(snapshot({"a": "", "t": "a"}, "origin/main"), snapshot({**AB, "t": "a"}, "merged"))


def tree(made: Change, override: str = "", configured: Mapping[str, Severity] | None = None) -> dict[str, list[str]]:
    """Return the report: each finding's rule and revisions, with those of its consequences."""
    report = apply_rules([made], make_policy(configured or {}, override=override))
    return {
        f"{found.rule} {' '.join(found.revisions)}".strip(): [
            f"{under.rule} {' '.join(under.revisions)}" for under in found.consequences
        ]
        for found in report.findings
    }


NESTED = {
    "a revision is deleted in the middle": (
        change(ABCD, {"a": "", "c": "b", "d": "c"}),
        {"deleted-revision b": ["missing-parent c b", "multiple-heads a d"]},
    ),
    "the conflict markers of a published file": (
        change(ABC, snapshot({"a": "", "c": "b"}, unreadable=(CONFLICT,))),
        {"unreadable-revision": ["missing-parent c b", "multiple-heads a c", "deleted-revision b"]},
    ),
    "a new unreadable file": (
        change(AB, snapshot({**AB, "c": "x"}, unreadable=(UNKNOWN,))),
        {"unreadable-revision": ["multiple-heads b c", "missing-parent c x"]},
    ),
    "a new unreadable file that sorts first": (
        change(AB, snapshot({**AB, "c": "x"}, unreadable=(CONFLICT._replace(path="versions/0.py"),))),
        {"unreadable-revision": ["multiple-heads b c", "missing-parent c x"]},
    ),
    "the code of a published file that can't be compiled anymore": (
        change(AB, {"a": "", "b": revision("b", "a", blob="x", problem="not valid Python")}, code={"x": "other"}),
        {"unreadable-revision b": ["edited-revision b"]},
    ),
    "a fork with the target, under an unreadable file": (
        change(AB, snapshot(AB, unreadable=(UNKNOWN,)), forecasts=(FORECAST,)),
        {"unreadable-revision": ["divergent-heads b t"]},
    ),
    "the conflict markers of the only file": (
        change(A, snapshot({}, unreadable=(CONFLICT._replace(path="versions/a.py"),))),
        {"unreadable-revision": ["deleted-revision a"]},
    ),
    "a published revision in another file, with the old one unreadable": (
        change(ABC, snapshot({**ABC, "b": revision("b", "x", path="versions/other.py")}, unreadable=(CONFLICT,))),
        {
            "unreadable-revision": ["missing-parent b x", "multiple-heads a c"],
            "changed-down-revision b": [],
            "renamed-revision b": [],
        },
    ),
    "the repaired history has fewer heads than before": (
        change({**ABCDE, "x": "e", "y": "e"}, {"a": "", "c": "b", "e": "d", "x": "e", "y": "e", "m": "x y"}),
        {"deleted-revision b d": ["missing-parent c b", "missing-parent e d", "multiple-heads a c m"]},
    ),
    "a missing parent beside a fork that was there before": (
        change({**AB, "c": "a"}, {**AB, "c": "a", "d": "x"}),
        {"missing-parent d x": ["multiple-heads b c d"]},
    ),
    "a missing parent below two heads": (
        change({**AB, "c": "a"}, {**AB, "c": "a", "m": "b c", "d": "x", "e": "d", "f": "d"}),
        {"missing-parent d x": ["multiple-heads e f m"]},
    ),
    "two missing parents, of which the second makes the fork": (
        change({**AB, "c": "a"}, {**AB, "c": "a", "a1": "x", "m": "b c a1", "d": "y", "e": "d", "f": "d"}),
        {"missing-parent a1 x": [], "missing-parent d y": ["multiple-heads e f m"]},
    ),
    "a missing parent where each branch label may have a head": (
        change(AB, {**AB, "c": "x"}, heads_allowed="one-per-label"),
        {"missing-parent c x": ["multiple-heads b c"]},
    ),
    "two missing parents on one line, beside a fork": (
        change(AB, {**AB, "e": "a", "c": "x", "d": "c y"}),
        {"missing-parent c x": ["missing-parent d y"], "multiple-heads b d e": []},
    ),
    "a missing parent without a baseline": (
        change(None, {**AB, "c": "x"}),
        {"missing-parent c x": ["multiple-heads b c"]},
    ),
    "a missing parent makes a second head": (
        change(AB, {**AB, "c": "x"}),
        {"missing-parent c x": ["multiple-heads b c"]},
    ),
    "another id in the same file": (
        change(ABC, {"a": "", "n": revision("n", "a", path="versions/b.py"), "c": "b"}),
        {"changed-revision-id b n": ["misnamed-file n", "missing-parent c b", "multiple-heads c n"]},
    ),
    "a new revision takes the place of a deleted one": (
        change(ABCD, {"a": "", "n": "a", "c": "n", "d": "c"}),
        {"deleted-revision b": ["changed-down-revision c"]},
    ),
    "a revision is put elsewhere, and its parent and its child are deleted": (
        change({**ABC, "e": "c"}, {"a": "", "n": "a", "c": "n"}),
        {"deleted-revision b e": ["changed-down-revision c"]},
    ),
    "a published revision becomes a base": (
        change(ABC, {"a": "", "b": "", "c": "b"}),
        {"changed-down-revision b": ["multiple-heads a c", "extra-base b"]},
    ),
    "a fork that goes only with all mistakes": (
        change(ABCD, {"a": "", "c": "b", "d": revision("d", "y")}),
        {
            "deleted-revision b": ["missing-parent c b", "multiple-heads a c d"],
            "changed-down-revision d": ["missing-parent d y"],
        },
    ),
    "a fork of two new revisions without parents": (
        change(A, {"a": "", "d": "x", "e": "y"}),
        {"missing-parent d x": ["multiple-heads a d e"], "missing-parent e y": []},
    ),
}
BESIDE = {
    "an edited file that sorts before an unreadable one": (
        change(AB, snapshot({"a": "", "b": revision("b", "a", blob="x")}, unreadable=(UNKNOWN,)), code={"x": "other"}),
        {"unreadable-revision": [], "edited-revision b": []},
    ),
    "an edited file that sorts after an unreadable one": (
        change(
            AB,
            snapshot(
                {"a": "", "b": revision("b", "a", blob="x")}, unreadable=(UNKNOWN._replace(path="versions/0.py"),)
            ),
            code={"x": "other"},
        ),
        {"unreadable-revision": [], "edited-revision b": []},
    ),
    "what is deleted beside an unreadable file": (
        change(ABCD, snapshot({"a": "", "c": "b"}, unreadable=(CONFLICT,))),
        {"unreadable-revision": ["missing-parent c b", "multiple-heads a c"], "deleted-revision b d": []},
    ),
    "what is deleted in an earlier file beside an unreadable one": (
        change(ABCD, snapshot({"a": "", "d": "c"}, unreadable=(CONFLICT._replace(path="versions/c.py"),))),
        {"unreadable-revision": ["missing-parent d c"], "deleted-revision b c": ["multiple-heads a d"]},
    ),
    "the docstring of a revision that is put elsewhere, and that of another one": (
        change(
            ABC,
            {
                "a": "",
                "n": revision("n", "a", doc_down=("z",)),
                "b": revision("b", "n", doc_down=("a",)),
                "c": revision("c", "b", doc_down=("b",)),
            },
        ),
        {"changed-down-revision b": ["stale-docstring b"], "stale-docstring n": []},
    ),
    "misnamed files beside one with another id": (
        change(
            LONG_IDS,
            {
                "aaa": "",
                "new": revision("new", "aaa", path="versions/mmm.py"),
                "one": revision("one", "new", path="versions/aaa_1.py"),
                "zzz": "one",
                "two": revision("two", "zzz", path="versions/zzz_2.py"),
            },
        ),
        {"changed-revision-id mmm new": ["misnamed-file new"], "misnamed-file one": [], "misnamed-file two": []},
    ),
    "a misnamed file that names a missing parent": (
        change(LONG_IDS, {**LONG_IDS, "new": revision("new", "x", path="versions/aaa_1.py")}),
        {"missing-parent new x": ["multiple-heads mmm new"], "misnamed-file new": []},
    ),
    "a fork without a baseline, beside a missing parent": (
        change(None, {**AB, "c": "a", "d": "x"}),
        {"missing-parent d x": [], "multiple-heads b c d": []},
    ),
    "a fork with the target, beside a deletion": (
        change(ABC, AB, forecasts=(FORECAST,)),
        {"divergent-heads b t": [], "deleted-revision c": []},
    ),
    "an independent fork": (
        change(ABC, {"a": "", "b": "a", "x": "a"}),
        {"deleted-revision c": [], "multiple-heads b x": []},
    ),
    "a base of its own": (
        change(ABC, {**AB, "x": ""}),
        {"deleted-revision c": [], "extra-base x": ["multiple-heads b x"]},
    ),
    "a base beside a fork": (
        change(A, {"a": "", "b": "a", "c": "a", "x": ""}),
        {"extra-base x": [], "multiple-heads b c x": []},
    ),
    "a fork that two mistakes leave as it is": (
        change(A, {"a": "", "b": "a", "c": "a", "d": "x", "e": "y"}),
        {"missing-parent d x": [], "missing-parent e y": [], "multiple-heads b c d e": []},
    ),
    "another parent than the deleted one": (
        change(ABCD, {"a": "", "x": "a", "c": "x", "d": "x c"}),
        {"deleted-revision b": ["changed-down-revision c"], "changed-down-revision d": []},
    ),
    "a fork that is there without the missing parent": (
        change(A, {"a": "", "b": "a", "c": "a", "d": "x"}),
        {"missing-parent d x": [], "multiple-heads b c d": []},
    ),
}


@pytest.mark.parametrize(("made", "expected"), NESTED.values(), ids=NESTED)
def test_it_is_nested(made: Change, expected: dict[str, list[str]]) -> None:
    assert {key: sorted(under) for key, under in tree(made).items()} == {
        key: sorted(under) for key, under in expected.items()
    }


@pytest.mark.parametrize(("made", "expected"), BESIDE.values(), ids=BESIDE)
def test_it_stays_beside(made: Change, expected: dict[str, list[str]]) -> None:
    assert tree(made) == expected


def test_edits_of_many_files_are_not_nested_under_an_unreadable_file() -> None:
    ids = "abcde"
    after = {id_: revision(id_, blob=f"{id_}2", problem="not valid Python" if id_ == "a" else None) for id_ in ids}
    code = {f"{id_}2": "other" for id_ in ids}
    made = change(dict.fromkeys(ids, ""), after, code=code, heads_allowed=5)
    assert tree(made) == {"edited-revision a b c d e": [], "unreadable-revision a": []}


def test_an_allowed_cause_nests_nothing() -> None:
    made = change(ABCD, {"a": "", "c": "b", "d": "c"})
    assert tree(made, override=GONE) == {"missing-parent c b": ["multiple-heads a d"]}


def test_a_warning_nests_nothing() -> None:
    made = change(AB, {**AB, "c": "x"})
    assert tree(made, configured={"missing-parent": "warning"}) == {"missing-parent c x": [], "multiple-heads b c": []}


HEADS_FILE = Finding("heads-file", "migrations/heads.txt", 0, (), "")


@pytest.mark.parametrize("slug", BY_SLUG)
def test_the_heads_file_follows_from_every_rule_that_changes_the_heads(slug: str) -> None:
    """The structural rules and the mistakes change them, except for the rule on the file itself."""
    rule, cause = BY_SLUG[slug], Finding(slug, "versions/x.py", 0, ("x",), "")
    nests = slug != "heads-file" and (rule.is_structural or slug in CAUSING_RULES)
    assert len(nest(change(A, {"x": ""}), [HEADS_FILE, cause])) == (1 if nests else 2)
