"""Comments that allow rules: an unknown rule is an error in a new file, and one that isn't needed is a note."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from git_alembic.errors import CannotCheck
from git_alembic.history.snapshot_and_change import Change
from git_alembic.policy.override_comments import refuse_unknown_rules_in_comments
from git_alembic.policy.rule_application import apply_rules
from git_alembic.policy.severity_policy import make_policy
from git_alembic.revisions.revision import Unreadable
from tests.support.literal_changes import change, revision

if TYPE_CHECKING:
    from collections.abc import Mapping

    from git_alembic.revisions.revision import Revision

AB: Mapping[str, str | Revision] = {"a": "", "b": "a"}


def allowing(*slugs: str, down: str = "a") -> Revision:
    return revision("c", down)._replace(allowed=slugs)


def _unreadable(made: Change, *, is_new: bool) -> Change:
    file = Unreadable("versions/x.py", "x", "isn't valid Python", 1, ("edited-revisions",))
    before = made.baselines if is_new else tuple(each._replace(unreadable=(file,)) for each in made.baselines)
    return replace(made, baselines=before, after=made.after._replace(unreadable=(file,)))


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (change(AB, {**AB, "c": allowing("multiple-heads")}), None),
        (change(AB, {**AB, "c": allowing("model-drift")}), None),
        (
            change(AB, {**AB, "c": allowing("multiple-heads", "multiple-head")}),
            (
                "versions/c.py: `# git-alembic: allow[multiple-head]`: there is no rule 'multiple-head' "
                "(did you mean 'multiple-heads'?)"
            ),
        ),
        (
            change(AB, {**AB, "c": allowing("nonsense")}),
            "versions/c.py: `# git-alembic: allow[nonsense]`: there is no rule 'nonsense'",
        ),
        (change({**AB, "c": allowing("nonsense")}, {**AB, "c": allowing("nonsense"), "d": "c"}), None),
        (change(None, {**AB, "c": allowing("nonsense")}), None),
        (
            _unreadable(change(AB, AB), is_new=True),
            (
                "versions/x.py: `# git-alembic: allow[edited-revisions]`: there is no rule 'edited-revisions' "
                "(did you mean 'edited-revision'?)"
            ),
        ),
        (_unreadable(change(AB, AB), is_new=False), None),
    ],
    ids=[
        "known",
        "known, on a scratch database",
        "a typo",
        "no near rule",
        "an old file",
        "no baseline",
        "a new unreadable file",
        "an old unreadable file",
    ],
)
def test_an_unknown_rule(made: Change, reason: str | None) -> None:
    with pytest.raises(CannotCheck) if reason else nullcontext() as raised:
        refuse_unknown_rules_in_comments([made])
    assert (str(raised.value) if raised else None) == reason


def test_a_change_without_a_baseline_hides_no_other() -> None:
    new = {**AB, "c": allowing("nonsense")}
    with pytest.raises(CannotCheck):
        refuse_unknown_rules_in_comments([change(None, new), change(AB, new)])


def _note(slug: str) -> str:
    return f"versions/c.py: `# git-alembic: allow[{slug}]` is not needed: this rule reports nothing in this file"


FORK = {**AB, "c": allowing("multiple-heads")}
LINE = {**AB, "c": allowing("multiple-heads", down="b")}


@pytest.mark.parametrize(
    ("made", "off", "notes"),
    [
        (change(AB, LINE), (), [_note("multiple-heads")]),
        (change(AB, LINE), ("multiple-heads",), []),
        (
            change(AB, FORK),
            (),
            ["versions/c.py: multiple-heads was allowed: 2 heads: 'b' (origin/main, HEAD), 'c' (staged)"],
        ),
        (change(LINE, {**LINE, "d": "c"}), (), []),
        (change(None, LINE), (), [_note("multiple-heads")]),
        (change(None, FORK), (), ["versions/c.py: multiple-heads was allowed: 2 heads: 'b' (staged), 'c' (staged)"]),
        (change(None, {**AB, "c": allowing("edited-revision", down="b")}), (), []),
        (change(AB, {**AB, "c": allowing("edited-revision", down="b")}), (), [_note("edited-revision")]),
        (change(AB, {**AB, "c": allowing("model-drift", down="b")}), (), []),
        (change(AB, {**AB, "c": allowing("model-drift", "edited-revision", down="b")}), (), [_note("edited-revision")]),
        (change(AB, {**AB, "c": allowing("deleted-revision", down="b")}), (), [_note("deleted-revision")]),
    ],
    ids=[
        "a new file without a fork",
        "the rule is off",
        "a fork",
        "an old file of a commit",
        "an old file of the whole history",
        "a fork in the whole history",
        "a rule on changes, in the whole history",
        "a rule on changes",
        "a rule on a scratch database",
        "a rule on a scratch database and another rule",
        "a rule that no comment allows",
    ],
)
def test_a_comment_that_is_not_needed(made: Change, off: tuple[str, ...], notes: list[str]) -> None:
    assert list(apply_rules([made], make_policy({}, ignore=off)).notes) == notes
